namespace Engram.Answering;

/// <summary>All forms of answers, for files that name them.</summary>
internal static class AnswerForms
{
    /// <summary>Answers of a form, as a file names it.</summary>
    /// <param name="id">Its <see cref="Answers.Id"/>.</param>
    /// <param name="names">What outputs stand for.</param>
    /// <param name="numbers">Its <see cref="Answers.TargetNumbers"/>.</param>
    /// <exception cref="EngramException">There is no such form.</exception>
    public static Answers Of(string id, IReadOnlyList<string> names, int numbers) => id switch
    {
        OneOf.FormId => new OneOf(names),
        AnyOf.FormId when names.Count > 0 => new AnyOf(names),
        Numbers.FormId when names.Count > 0 => new Numbers(names),
        Numbers.FormId when numbers > 0 => new Numbers(numbers),
        _ => throw EngramException.Input("corrupt-checkpoint", $"There are no answers of the form '{Quote.Of(id)}' with {names.Count} names and {numbers} numbers; the file is damaged or was written by another version."),
    };
}
