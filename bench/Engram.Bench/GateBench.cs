using Engram.Durable.Gate;

namespace Engram.Bench;

/// <summary>
/// How often the gate errs: histories of ten lessons in which every earlier lesson loses a known share of accuracy with each new one, judged on held-out samples that are drawn.
/// <c>gate</c> prints a table for a document; its seeds are fixed.
/// </summary>
internal static class GateBench
{
    private const int Histories = 200, Lessons = 10, Classes = 10;
    private const double Accuracy = 0.9, Turnover = 0.02, Rounding = 1e-9;

    /// <summary>Runs it.</summary>
    public static int Run()
    {
        Console.WriteLine("| true drop per lesson | held-out samples per lesson | doubt | within the limits | wrongly refused | beyond a limit | wrongly promoted |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (int points in (int[])[0, 1, 2, 5])
            foreach (int samples in (int[])[100, 1_000, 10_000])
                foreach (GateDoubt doubt in Enum.GetValues<GateDoubt>())
                {
                    Tally tally = new();
                    Parallel.For(0, Histories, new() { MaxDegreeOfParallelism = 2 }, history => new History(points / 100.0, samples, doubt, new Seed(1).For("gate", history, points * 100_000 + samples)).Run(tally));
                    Console.WriteLine($"| {points} points | {samples:#,0} | {doubt.ToString().ToLowerInvariant()} | {tally.Within:#,0} | {Share(tally.WronglyRefused, tally.Within)} | {tally.Beyond:#,0} | {Share(tally.WronglyPromoted, tally.Beyond)} |");
                }
        return 0;
    }

    private static string Share(int part, int whole) => whole == 0 ? "" : $"{100.0 * part / whole:0.0} %";

    private sealed class Tally
    {
        public int Within, WronglyRefused, Beyond, WronglyPromoted;

        public void Add(bool isBeyond, bool isPromoted)
        {
            Interlocked.Increment(ref isBeyond ? ref Beyond : ref Within);
            if (isBeyond && isPromoted) Interlocked.Increment(ref WronglyPromoted);
            if (!isBeyond && !isPromoted) Interlocked.Increment(ref WronglyRefused);
        }
    }

    // A held-out sample is right or wrong, right after its lesson was learned and now. Sample i is of class i % 10.
    private sealed class History(double drop, int samples, GateDoubt doubt, RandomSource random)
    {
        private readonly List<(bool[] Learned, bool[] Now)> lessons = [];
        private readonly List<int> promotions = []; // since each lesson was learned
        private readonly GateOptions options = new() { Doubt = doubt };

        public void Run(Tally tally)
        {
            for (int lesson = 0; lesson < Lessons; lesson++)
            {
                bool[] fresh = [.. Enumerable.Range(0, samples).Select(_ => random.NextDouble() < Accuracy)];
                if (lesson > 0) Learn(tally, fresh.Count(right => right));
                lessons.Add((fresh, fresh));
                promotions.Add(0);
            }
        }

        private void Learn(Tally tally, int right)
        {
            bool[][] candidate = [.. lessons.Select((lesson, i) => Answer(lesson.Now, Accuracy - promotions[i] * drop))];
            bool isBeyond = drop > options.MaxDrop + Rounding || promotions.Any(count => (count + 1) * drop > options.MaxDropSinceLearned + Rounding);
            GateVerdict verdict = ReleaseGate.Judge(new()
            {
                Lessons = [.. lessons.Select((lesson, i) => Group(lesson.Now, candidate[i]))],
                Classes = [.. Enumerable.Range(0, Classes).Select(one => new PairedGroup($"{one}", lessons.Select((lesson, i) => Group(lesson.Now, candidate[i], one, Classes).Outcome).Aggregate((left, next) => left + next)))],
                SinceLearned = [.. lessons.Select((lesson, i) => Group(lesson.Learned, candidate[i]))],
                NewLesson = new("new", samples, right, samples / Classes, Classes, Classes),
            }, options);
            tally.Add(isBeyond, verdict.Promoted);
            if (!verdict.Promoted) return;
            for (int i = 0; i < lessons.Count; i++) (lessons[i], promotions[i]) = ((lessons[i].Learned, candidate[i]), promotions[i] + 1);
        }

        // Of all samples, the share Turnover becomes right, and that and the drop become wrong.
        private bool[] Answer(bool[] now, double accuracy) =>
            [.. now.Select(right => right ? random.NextDouble() >= (Turnover + drop) / accuracy : random.NextDouble() < Turnover / (1 - accuracy))];

        private static PairedGroup Group(bool[] before, bool[] after, int first = 0, int step = 1)
        {
            int count = 0, right = 0, lost = 0, gained = 0;
            for (int i = first; i < before.Length; i += step)
            {
                count++;
                if (before[i]) right++;
                if (before[i] && !after[i]) lost++;
                if (!before[i] && after[i]) gained++;
            }
            return new("old", new(count, right, lost, gained));
        }
    }
}
