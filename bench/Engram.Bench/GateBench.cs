using Engram.Durable.Gate;

namespace Engram.Bench;

/// <summary>
/// How often the gate errs: histories of ten lessons in which every earlier lesson loses a known share of accuracy with each new one, judged on held-out samples that are drawn.
/// And how many held-out samples a verdict takes. <c>gate</c> prints the tables of <c>docs/gate.md</c>; its seeds are fixed.
/// </summary>
internal static class GateBench
{
    private const int Histories = 200, Lessons = 10, Classes = 10;
    private const double Accuracy = 0.9, Turnover = 0.02, Rounding = 1e-9;
    private const int Draws = 2000;
    private const double Power = 0.8, OneSided = 0.025;

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
        Console.WriteLine();
        PrintSamplesNeeded(new GateOptions().MaxDrop);
        return 0;
    }

    private static void PrintSamplesNeeded(double limit)
    {
        Console.WriteLine("| turnover | nothing fell: passed | fell by 4 points: failed | the same, one of ten lessons | fell by 5 points: failed | the same, one of ten lessons |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (double turnover in (double[])[0.005, 0.02, 0.05])
        {
            bool Passes(PairedOutcome outcome) => DropInterval.Of(outcome).High <= limit;
            Func<PairedOutcome, bool> Fails(int lessons) => outcome => DropInterval.Probability(outcome, limit) * lessons < OneSided && McNemar.Probability(outcome.Lost, outcome.Gained) * lessons < 2 * OneSided;
            int[] needed = [Needed(0, turnover, Passes), Needed(.04, turnover, Fails(1)), Needed(.04, turnover, Fails(10)), Needed(.05, turnover, Fails(1)), Needed(.05, turnover, Fails(10))];
            Console.WriteLine($"| {100 * turnover:0.#} % | {string.Join(" | ", needed.Select(samples => $"{samples:#,0}"))} |");
        }
    }

    // The smallest number of samples, to 2 %, with which a verdict is given four times in five.
    private static int Needed(double drop, double turnover, Func<PairedOutcome, bool> isGiven)
    {
        int low = 50, high = 50_000;
        while (high - low > high / 50)
        {
            int samples = (low + high) / 2;
            int given = Enumerable.Range(0, Draws).AsParallel().WithDegreeOfParallelism(2).Count(draw => isGiven(Draw(samples, turnover + drop, turnover, new Seed(1).For("needed", draw, samples))));
            if (given >= Power * Draws) high = samples;
            else low = samples;
        }
        return high;
    }

    private static PairedOutcome Draw(int samples, double lost, double gained, RandomSource random)
    {
        int b = 0, c = 0;
        for (int i = 0; i < samples; i++)
        {
            double at = random.NextDouble();
            if (at < lost) b++;
            else if (at < lost + gained) c++;
        }
        return new(samples, samples - c, b, c);
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
