using Engram.Durable.Gate;
using Engram.Durable.Storage;
using Engram.Streams;

namespace Engram.Durable;

/// <summary>How a candidate answers the held-out samples of every lesson, beside those who answered before it.</summary>
/// <param name="candidate">What is asked.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="samples">How many held-out samples there are in all.</param>
/// <param name="report">Told how many samples are done, of how many.</param>
internal sealed class VersionScores(ServedVersion candidate, int classes, int samples, Action<long, long>? report = null)
{
    private const int AtOnce = 512;
    private const int MostCompared = 5000, MostNumbers = 1_000_000; // samples by whose scores probabilities are judged
    private readonly List<OfLesson> lessons = [];
    private readonly List<double> distances = [];
    private readonly List<(float[] Scores, int Truth)> compared = [];
    private int seen;
    private int[] before = [];
    private OfLesson? fresh;
    private double? temperature;

    /// <summary>Answers to the held-out samples of one lesson.</summary>
    /// <param name="Number">Of the lesson.</param>
    /// <param name="Name">Of the lesson.</param>
    /// <param name="Answers">Class answered for each sample by its number; -1 for one that is not kept.</param>
    /// <param name="Truths">Class of each.</param>
    /// <param name="Contents">Content of each; 0 where it is not kept.</param>
    /// <param name="Before">Answers of the version that is current.</param>
    /// <param name="Since">Answers of the version that the lesson made; null where that is the current one, or they are not there.</param>
    public sealed record OfLesson(int Number, string Name, int[] Answers, int[] Truths, UInt128[] Contents, int[]? Before, int[]? Since)
    {
        public int Samples => Answers.Count(answer => answer >= 0);

        public int Right => Answers.Where((answer, sample) => answer >= 0 && answer == Truths[sample]).Count();
    }

    /// <summary>Earlier lessons in their order.</summary>
    public IReadOnlyList<OfLesson> Earlier => lessons;

    /// <summary>The new lesson; null where there is none.</summary>
    public OfLesson? New => fresh;

    /// <summary>Share of the new lesson's held-out samples that was answered rightly before it was learned; null without any, or before there was a version.</summary>
    public double? Before => fresh is null || before.Length == 0 ? null : before.Where((answer, sample) => answer == fresh.Truths[sample]).Count() / (double)before.Length;

    /// <summary>By what the candidate's scores are divided, so that probabilities are in line with what was held out.</summary>
    public double Temperature => temperature ??= Calibration.TemperatureOf(compared);

    /// <summary>When an input is none of the candidate's classes.</summary>
    public KnownInputs Known => KnownInputs.Of(distances, [.. compared.Select(one => Highest(one.Scores))]);

    /// <summary>Asks about an earlier lesson.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="held">Its held-out samples.</param>
    /// <param name="current">How the current version answered them; null where it was not asked.</param>
    /// <param name="since">How the version answered that the lesson made; null where that is not wanted.</param>
    public void Add(LessonRow lesson, IEnumerable<HeldRow> held, MatrixRow? current, MatrixRow? since)
    {
        int[] answers = new int[lesson.Tested], truths = new int[lesson.Tested];
        UInt128[] contents = new UInt128[lesson.Tested];
        Array.Fill(answers, -1);
        foreach (HeldRow[] rows in held.Chunk(AtOnce))
        {
            int[] classesOf = Ask([.. rows.Select(row => SampleBytes.ToNumbers(row.Input))], place => rows[place].Class);
            for (int i = 0; i < rows.Length; i++) (answers[rows[i].Number], truths[rows[i].Number], contents[rows[i].Number]) = (classesOf[i], rows[i].Class, rows[i].Content);
        }
        lessons.Add(new(lesson.Number, lesson.Name, answers, truths, contents, Fitting(current), Fitting(since)));

        int[]? Fitting(MatrixRow? row) => row?.Answers.Length == lesson.Tested ? row.Answers : null;
    }

    /// <summary>Asks about the new lesson.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="test">Its held-out samples.</param>
    /// <param name="contents">Content of each.</param>
    /// <param name="current">The version that is current; null for none.</param>
    public void AddNew(int number, string name, Samples test, UInt128[] contents, ServedVersion? current)
    {
        List<int> after = [], old = [];
        int length = (int)test.InputShape.Aggregate(1L, (product, size) => product * size);
        foreach (int[] part in Enumerable.Range(0, test.Count).Chunk(AtOnce))
        {
            float[][] inputs = [.. part.Select(sample =>
            {
                float[] input = new float[length];
                test.Read(sample, input);
                return input;
            })];
            after.AddRange(Ask(inputs, place => test.Target(part[place])));
            if (current is not null) old.AddRange(current.Answer(inputs).Select(Class));
        }
        before = [.. old];
        fresh = new(number, name, [.. after], [.. Enumerable.Range(0, test.Count).Select(test.Target)], contents, null, null);
    }

    /// <summary>What the gate judges.</summary>
    /// <param name="names">Names of all classes.</param>
    /// <param name="known">How many classes the candidate knows.</param>
    public GateEvidence Evidence(IReadOnlyList<string> names, int known)
    {
        OfLesson[] judged = [.. lessons.Where(lesson => lesson.Before is not null)];
        PairedOutcome[] ofClasses = [.. Enumerable.Range(0, classes).Select(_ => new PairedOutcome(0, 0, 0, 0))];
        foreach (OfLesson lesson in judged)
        {
            IReadOnlyList<PairedOutcome> own = PairedOutcome.ByClass(lesson.Before!, lesson.Answers, lesson.Truths, classes);
            for (int one = 0; one < classes; one++) ofClasses[one] += own[one];
        }
        return new()
        {
            Lessons = [.. judged.Select(lesson => new PairedGroup(lesson.Name, PairedOutcome.Of(lesson.Before, lesson.Answers, lesson.Truths)))],
            Classes = [.. ofClasses.Select((outcome, one) => new PairedGroup(names[one], outcome)).Where(group => group.Outcome.Samples > 0)],
            SinceLearned = [.. lessons.Where(lesson => lesson.Since is not null).Select(lesson => new PairedGroup(lesson.Name, PairedOutcome.Of(lesson.Since, lesson.Answers, lesson.Truths)))],
            NewLesson = fresh is null ? null : NewLessonOutcome.Of(fresh.Name, fresh.Answers, fresh.Truths, known),
        };
    }

    private int[] Ask(IReadOnlyList<float[]> inputs, Func<int, int> truthOf)
    {
        var (predictions, scores) = candidate.Predictor.PredictWithScores(inputs);
        int step = Math.Max(1, samples / Math.Clamp(MostNumbers / Math.Max(classes, 1), 1, MostCompared));
        for (int i = 0; i < inputs.Count; i++, seen++)
        {
            if (predictions[i].Distance is { } distance) distances.Add(distance);
            if (seen % step == 0) compared.Add((scores[i], truthOf(i)));
        }
        report?.Invoke(seen, Math.Max(seen, samples));
        return [.. predictions.Select(one => one.Best)];
    }

    private double Highest(float[] scores)
    {
        double top = scores.Max();
        return 1 / scores.Sum(score => Math.Exp((score - top) / Temperature));
    }

    private static int Class(Answer answer) => answer.Prediction.Best;
}
