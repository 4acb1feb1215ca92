using Engram.Durable;
using Engram.Durable.Storage;

namespace Engram.Reports.Learner;

/// <summary>The commands by which one goes on, with this learner's name.</summary>
internal static class NextCommands
{
    /// <summary>The section.</summary>
    public static string Section(LearnerHistory history) => Html.Section("How to go on",
        Html.Paragraph(PostgresAddress.Is(history.Address) ? "With the password in the address where one is asked for:" : "In the folder of the learner:"),
        Html.Code(string.Join("\n\n", Commands(history).Select(command => $"# {command.What}\n{command.Line}"))));

    private static IEnumerable<(string What, string Line)> Commands(LearnerHistory history)
    {
        string name = Quoted(PostgresAddress.Is(history.Address) ? history.Address : Path.GetFileName(history.Address));
        yield return ("learn the next lesson", $"engram learn {name} DATA");
        yield return ("ask it", $"engram predict {name} DATA");
        if (Earlier(history) is { } earlier) yield return ($"let version {earlier} answer again", $"engram rollback {name} {earlier}");
        if (history.Versions.LastOrDefault(version => version is { Promoted: null, Removed: null }) is { } candidate)
            yield return ($"let version {candidate.Number} through, which the gate has refused", $"engram promote {name} {candidate.Number} --reason 'WHY'");
        if (history.Lessons.Where(lesson => lesson.Forgotten is null).ToArray() is [.., _, var last]) yield return ("forget a lesson", $"engram forget {name} --lesson {Quoted(last.Name)}");
        yield return ("take it to other programs", $"engram export {name} {Quoted(LearnerWords.NameOf(history.Address) + ".onnx")}");
    }

    // The nearest version that answered once, still can, and that the current one came from.
    private static int? Earlier(LearnerHistory history)
    {
        Dictionary<int, PastVersion> all = history.Versions.ToDictionary(version => version.Number);
        int number = all.GetValueOrDefault(history.Current)?.Parent ?? 0;
        while (number > 0 && all[number] is not { Promoted: not null, Removed: null }) number = all[number].Parent;
        return number > 0 ? number : null;
    }

    // As a shell reads it: one word.
    private static string Quoted(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length > 0 && line[0] != '-' && line.All(letter => char.IsAsciiLetterOrDigit(letter) || "._/:@-".Contains(letter)) ? line : $"'{line.Replace("'", "'\\''")}'";
    }
}
