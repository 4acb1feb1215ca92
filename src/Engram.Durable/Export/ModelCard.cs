using Engram.Durable.Storage;
using Engram.Evaluation;
using static Engram.Durable.Export.MarkdownText;

namespace Engram.Durable.Export;

/// <summary>
/// What a person should know before using a learner, as Markdown: what it learned and from what, how well it answers and answered, what it forgot and how exactly,
/// what it does not know, what is kept, its limits, and how to load it.
/// </summary>
public static class ModelCard
{
    private const int FewSamples = 50; // of which one is 2 points

    /// <summary>Writes the card.</summary>
    /// <param name="facts">What is known.</param>
    /// <exception cref="ArgumentException">There is no such version.</exception>
    public static string Of(ModelCardFacts facts)
    {
        VersionRow version = facts.Versions.FirstOrDefault(one => one.Number == facts.Version) ?? throw new ArgumentException($"There is no version {facts.Version}.", nameof(facts));
        string[] sections =
        [
            Summary(facts, version), Classes(facts), Lessons(facts), Accuracy(facts), Verdicts(facts), Forgotten(facts), Unknown(facts),
            $"## What is kept\n\n{facts.Kept}\n", Limits(facts), Loading(facts),
        ];
        return string.Join('\n', sections.Where(section => section.Length > 0));
    }

    private static string Summary(ModelCardFacts facts, VersionRow version)
    {
        LessonRow[] learned = Learned(facts);
        string when = learned.Length == 0 ? "" : learned.Length == 1 ? $" on {Day(learned[0].Learned)}" : $" from {Day(learned[0].Learned)} to {Day(learned[^1].Learned)}";
        string state = version.Number == facts.Learner.Current ? "the one that answers" : version.Promoted is null ? "one that the gate did not let answer" : "an earlier one";
        return $"""
            # {MarkdownText.Of(facts.Name)}

            Tells {facts.Classes.Count} {(facts.Classes.Count == 1 ? "class" : "classes")} apart, learned in {Wording.Count(learned.Length, "lesson")}{when}. This is version {version.Number} of {facts.Learner.Versions}, {state}, made on {Day(version.Created)}.

            {Table([], ["", ""], [.. Properties(facts).Select(property => new[] { property.Name, property.Value })])}
            """;
    }

    private static IEnumerable<(string Name, string Value)> Properties(ModelCardFacts facts)
    {
        yield return ("takes", MarkdownText.Of(facts.Inputs));
        if (facts.Features is { } features) yield return ("seen first by", MarkdownText.Of(features));
        yield return ("method", MarkdownText.Of(facts.Method));
        if (facts.Network is { } network) yield return ("network", MarkdownText.Of(network));
        yield return ("made with", $"Engram {MarkdownText.Of(facts.Learner.Engram)}");
    }

    private static string Classes(ModelCardFacts facts) => "## What it knows\n\n" + Table([0], ["output", "class", "first learned in"],
        facts.Classes.OrderBy(one => one.Number).Select(one => new[] { $"{one.Number}", MarkdownText.Of(one.Name), NameOf(facts, one.Lesson) }));

    private static string Lessons(ModelCardFacts facts) => "## What it learned from\n\n" + Table([0, 4, 5], ["", "lesson", "learned", "from", "samples", "held out", "data"],
        facts.Lessons.OrderBy(lesson => lesson.Number).Select(lesson => new[]
        {
            $"{lesson.Number}", MarkdownText.Of(lesson.Name) + (lesson.Forgotten is null ? "" : " (forgotten)"), Day(lesson.Learned), Code(lesson.Source), $"{lesson.Samples}", $"{lesson.Tested}", Code(lesson.Digest[..Math.Min(12, lesson.Digest.Length)]),
        }));

    private static string Accuracy(ModelCardFacts facts)
    {
        LessonRow[] columns = [.. Learned(facts).Where(lesson => facts.Matrix.Any(one => one.Lesson == lesson.Number && one.Samples > 0))];
        if (columns.Length == 0) return "## How well it answers\n\nNo samples were held out, so nobody knows.\n";
        VersionRow[] rows = [.. facts.Versions.Where(one => (one.Promoted is not null || one.Number == facts.Version) && columns.Any(lesson => Cell(facts, one, lesson) is not null)).OrderBy(one => one.Number)];
        return "## How well it answers\n\nShare of a lesson's held-out samples that a version answered rightly, in per cent. They were never learned from.\n\n"
            + Table([.. Enumerable.Range(1, columns.Length + 1)], ["version", .. columns.Select(lesson => MarkdownText.Of(lesson.Name)), "all"], rows.Select(version => Row(facts, version, columns)));
    }

    private static string[] Row(ModelCardFacts facts, VersionRow version, LessonRow[] columns)
    {
        MatrixRow[] there = [.. columns.Select(lesson => Cell(facts, version, lesson)).OfType<MatrixRow>()];
        string mark = version.Number == facts.Version ? "**" : "";
        string name = $"{mark}{version.Number}{mark}" + (version.Lesson > 0 ? $", after {NameOf(facts, version.Lesson)}" : "");
        return [name, .. columns.Select(lesson => Cell(facts, version, lesson) is { } cell ? mark + Share(cell.Right, cell.Samples) + mark : "–"), mark + Share(there.Sum(cell => cell.Right), there.Sum(cell => cell.Samples)) + mark];
    }

    private static string Verdicts(ModelCardFacts facts) => facts.Verdicts.Count == 0 ? ""
        : "## What the gate said\n\n" + string.Concat(facts.Verdicts.OrderBy(one => one.Key).Select(one => $"- Version {one.Key}: {MarkdownText.Of(one.Value)}\n"));

    private static string Forgotten(ModelCardFacts facts)
    {
        LessonRow[] forgotten = [.. facts.Lessons.Where(lesson => lesson.Forgotten is not null)];
        return forgotten.Length == 0 ? "" : "## What it was made to forget\n\n" + string.Concat(forgotten.Select(lesson =>
            $"- {MarkdownText.Of(lesson.Name)}, on {Day(lesson.Forgotten ?? default)}. {(facts.Forgetting.TryGetValue(lesson.Name, out string? how) ? MarkdownText.Of(how) : "How exactly was not written down.")}\n"));
    }

    private static string Unknown(ModelCardFacts facts)
    {
        string text = facts.MostDistance is { } most ? $"An input farther than {most:G4} from all that was learned is said to be none of its classes. Of held-out samples, which are, one in a hundred is farther."
            : facts.LeastProbability is { } least ? $"An input whose most probable class has less than {Wording.Points(least)} % is said to be none of its classes; of held-out samples, which are, one in a hundred. Networks are often sure of what they never saw, so this finds some of it and not all."
            : "It gives one of its classes to every input, also to one that is none of them.";
        return $"## What it does not know\n\n{text}\n";
    }

    private static string Limits(ModelCardFacts facts)
    {
        List<string> limits = ["Held-out samples come from the data that it learned from: inputs of another place or time may be answered worse.", facts.IsCalibrated ? "Probabilities were brought into line with held-out samples (temperature scaling); of inputs from another place or time they may say too much." : "A probability is what the method computes and was not compared with how often it is right."];
        foreach (LessonRow lesson in Learned(facts).Where(lesson => lesson.Tested < FewSamples))
            limits.Add(lesson.Tested == 0 ? $"{MarkdownText.Of(lesson.Name)} has no held-out samples: how well it is answered is not known."
                : $"{MarkdownText.Of(lesson.Name)} is judged by {Wording.Count(lesson.Tested, "held-out sample")}, of which one is {Wording.Points(1.0 / lesson.Tested)} points.");
        if (facts.Features is { } features) limits.Add($"Every input must pass through {MarkdownText.Of(features)} first; features of another network are other numbers.");
        return "## Limits\n\n" + string.Concat(limits.Concat(facts.Limits.Select(MarkdownText.Of)).Select(limit => $"- {limit}\n"));
    }

    private static string Loading(ModelCardFacts facts) => facts.Files.Count == 0 ? "" : "## How to load it\n\n" + string.Concat(facts.Files.Select(file => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".onnx" => $"- {Code(file)} runs in ONNX Runtime: `new InferenceSession(\"{file.Replace("`", "", StringComparison.Ordinal)}\")`. Its inputs have descriptions; outputs are `label` and `probabilities`, in the order of the metadata `classes`.\n",
        ".safetensors" => $"- {Code(file)} has the numbers by name, for any language that reads safetensors; its metadata say method, network and classes.\n",
        ".engram" => $"- {Code(file)} is the learner itself: `engram predict {file.Replace("`", "", StringComparison.Ordinal)} INPUT`, or `DurableLearner.Open` in a program.\n",
        _ => $"- {Code(file)}\n",
    }));

    private static LessonRow[] Learned(ModelCardFacts facts) => [.. facts.Lessons.Where(lesson => lesson.Forgotten is null).OrderBy(lesson => lesson.Number)];

    private static MatrixRow? Cell(ModelCardFacts facts, VersionRow version, LessonRow lesson) => facts.Matrix.FirstOrDefault(one => one.Version == version.Number && one.Lesson == lesson.Number && one.Samples > 0);

    private static string NameOf(ModelCardFacts facts, int lesson) => MarkdownText.Of(facts.Lessons.FirstOrDefault(one => one.Number == lesson)?.Name ?? $"lesson {lesson}");

    private static string Share(int right, int samples) => $"{Wording.Points((double)right / samples)} ({right}/{samples})";

    private static string Day(DateTimeOffset when) => when.UtcDateTime.ToString("yyyy-MM-dd");
}
