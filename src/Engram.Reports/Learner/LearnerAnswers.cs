using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Storage;
using Engram.Training;

namespace Engram.Reports.Learner;

/// <summary>How a class is answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lesson">The lesson that it was first learned with; null where no held-out samples tell.</param>
/// <param name="Held">Held-out samples of all lessons.</param>
/// <param name="Right">How many are answered rightly now.</param>
/// <param name="FirstHeld">Held-out samples of its first lesson, where an older version answered them.</param>
/// <param name="RightFirst">How many of these were right when the lesson was learned.</param>
/// <param name="RightSince">How many of these are right now.</param>
internal sealed record ClassAnswers(string Name, string? Lesson, int Held, int Right, int FirstHeld, int RightFirst, int RightSince)
{
    /// <summary>Share that is right now; null without samples.</summary>
    public double? Now => Held == 0 ? null : Right / (double)Held;

    /// <summary>Share that was right when the class was first learned; null where nothing tells.</summary>
    public double? First => FirstHeld == 0 ? null : RightFirst / (double)FirstHeld;

    /// <summary>Share of the same samples that is right now; null where nothing tells.</summary>
    public double? Since => FirstHeld == 0 ? null : RightSince / (double)FirstHeld;

    /// <summary>Change on the same samples; null where nothing tells.</summary>
    public double? Change => Since - First;
}

/// <summary>Samples of one class that were taken for another.</summary>
/// <param name="Truth">What they are.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="Count">How many.</param>
/// <param name="Held">Held-out samples of the class.</param>
/// <param name="Examples">Some of them as the learner sees them, where it sees pictures.</param>
internal sealed record ConfusedPair(string Truth, string Answer, int Count, int Held, IReadOnlyList<float[]> Examples);

/// <summary>How the version that answers now answers what is held out.</summary>
/// <param name="Classes">Those that it knows, in order of first sight.</param>
/// <param name="Pairs">The most frequent first.</param>
/// <param name="Samples">Held-out samples that were asked.</param>
/// <param name="Wrong">How many were answered wrongly.</param>
/// <param name="Unknown">Classes that other versions know and this one does not.</param>
/// <param name="Shape">Channels, rows and columns of an example; empty where inputs are no pictures.</param>
internal sealed record LearnerAnswers(IReadOnlyList<ClassAnswers> Classes, IReadOnlyList<ConfusedPair> Pairs, int Samples, int Wrong, IReadOnlyList<string> Unknown, IReadOnlyList<long> Shape)
{
    private const int MostExamples = 6;

    /// <summary>Reads them, of the version that was current when the history was read.</summary>
    /// <exception cref="EngramException">The store is damaged.</exception>
    public static LearnerAnswers Of(DurableLearner learner, LearnerHistory history) => learner.File.Store.Read(reader =>
    {
        Reading reading = new(LearnerFile.Names(reader), learner.Inputs().ArePictures);
        foreach (MatrixRow row in reader.Matrix(history.Current).OrderBy(row => row.Lesson))
        {
            int? maker = LearnerWords.MakerOf(history, row.Lesson)?.Number;
            MatrixRow? first = maker is null || maker == history.Current ? null : reader.Matrix(maker.Value).FirstOrDefault(own => own.Lesson == row.Lesson);
            string lesson = history.Lessons.First(own => own.Number == row.Lesson).Name;
            foreach (HeldRow sample in reader.Held(row.Lesson, test: true)) reading.Add(lesson, sample, AnswerOf(row, sample), first is null ? null : AnswerOf(first, sample));
        }
        return reading.Result(reader.Classes(), history.Current == 0 ? [] : Outputs(reader.Version(history.Current)), learner.Inputs().ArePictures ? learner.Inputs().Shape : []);
    });

    // Classes that a version has learned, by number.
    private static HashSet<int> Outputs(VersionRow version) => JsonNode.Parse(version.Header) is JsonObject header ? [.. LearnerHeader.Read(header).Tasks.SelectMany(task => task.Outputs)] : [];

    private static int AnswerOf(MatrixRow row, HeldRow sample) => sample.Number < row.Answers.Length ? row.Answers[sample.Number] : -1;

    // Counts sample by sample.
    private sealed class Reading(List<string> names, bool arePictures)
    {
        private readonly Dictionary<int, ClassAnswers> classes = [];
        private readonly Dictionary<(int Truth, int Answer), (int Count, List<byte[]> Inputs)> wrong = [];

        public void Add(string lesson, HeldRow sample, int now, int? before)
        {
            if (now < 0) return;
            ClassAnswers own = classes.GetValueOrDefault(sample.Class) ?? new(Name(sample.Class), lesson, 0, 0, 0, 0, 0);
            bool isRight = now == sample.Class;
            own = own with { Held = own.Held + 1, Right = own.Right + (isRight ? 1 : 0) };
            if (before >= 0 && own.Lesson == lesson)
                own = own with { FirstHeld = own.FirstHeld + 1, RightFirst = own.RightFirst + (before == sample.Class ? 1 : 0), RightSince = own.RightSince + (isRight ? 1 : 0) };
            classes[sample.Class] = own;
            if (isRight) return;
            var (count, inputs) = wrong.GetValueOrDefault((sample.Class, now), (0, []));
            if (arePictures && inputs.Count < MostExamples) inputs.Add(sample.Input);
            wrong[(sample.Class, now)] = (count + 1, inputs);
        }

        public LearnerAnswers Result(IReadOnlyList<ClassRow> all, HashSet<int> known, IReadOnlyList<long> shape) => new(
            [.. all.Where(one => known.Contains(one.Number)).Select(one => classes.GetValueOrDefault(one.Number) ?? new(one.Name, null, 0, 0, 0, 0, 0))],
            [.. wrong.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key)
                .Select(pair => new ConfusedPair(Name(pair.Key.Truth), Name(pair.Key.Answer), pair.Value.Count, classes[pair.Key.Truth].Held, [.. pair.Value.Inputs.Select(input => SampleBytes.ToNumbers(input))]))],
            classes.Values.Sum(one => one.Held), wrong.Values.Sum(pair => pair.Count), [.. all.Where(one => !known.Contains(one.Number)).Select(one => one.Name)], shape);

        private string Name(int one) => one < names.Count ? names[one] : $"(forgotten {one})";
    }
}
