namespace Engram.Answering;

/// <summary>All forms of answers, for files that name them.</summary>
internal static class AnswerForms
{
    /// <summary>Answers of a form, as a file names it.</summary>
    /// <param name="id">Its <see cref="Answers.Id"/>.</param>
    /// <param name="names">What outputs stand for.</param>
    /// <param name="outputs">Outputs of the network.</param>
    /// <exception cref="EngramException">There is no such form.</exception>
    public static Answers Of(string id, IReadOnlyList<string> names, int outputs) => id switch
    {
        OneOf.FormId => new OneOf(names),
        AnyOf.FormId when names.Count > 0 => new AnyOf(names),
        Numbers.FormId when names.Count > 0 => new Numbers(names),
        Numbers.FormId when outputs > 0 => new Numbers(outputs),
        _ => throw EngramException.Input("corrupt-checkpoint", $"There are no answers of the form '{Quote.Of(id)}' with {names.Count} names and {outputs} outputs; the file is damaged or was written by another version."),
    };
}
