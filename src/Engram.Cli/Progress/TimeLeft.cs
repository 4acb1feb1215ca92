namespace Engram.Cli.Progress;

/// <summary>
/// How long trials will still take, from what this session saw of them. One method takes longer than another, and its later tasks may take longer than its earlier ones,
/// as where it learns all of them again or heeds the memory of each.
/// </summary>
internal static class TimeLeft
{
    // With less than a hundredth done there is nothing to go by, and a method is taken for itself once a tenth of a trial was seen: the first steps of a process are slow.
    private const double Least = 0.01, Enough = 0.1;

    /// <summary>An estimate in seconds; null where nothing is left, or too little was seen.</summary>
    /// <param name="trials">All of them. A label that too little was seen of takes what the others take on average.</param>
    /// <param name="now">Seconds since the board was made.</param>
    public static double? Of(IReadOnlyList<TrialProgress> trials, double now)
    {
        TrialProgress[] open = [.. trials.Where(trial => !trial.IsOver)], seen = [.. trials.Where(trial => trial.Marks is [var first, .., var last] && last.Share > first.Share)];
        if (open.Length == 0 || seen.Length == 0 || trials.Average(trial => trial.FractionNow) <= Least) return null;
        IGrouping<string, TrialProgress>[] all = [.. seen.GroupBy(trial => trial.Label)], known = [.. all.Where(group => group.Sum(trial => trial.FractionNow) >= Enough)];
        Dictionary<string, Pace> paces = (known.Length > 0 ? known : all).ToDictionary(group => group.Key, Pace.Of);
        double average = paces.Values.Average(pace => pace.SecondsFrom(0));
        double[] left = [.. open.Select(trial => paces.TryGetValue(trial.Label, out Pace pace) ? pace.SecondsFrom(trial.Fraction) : (1 - trial.Fraction) * average)];
        double sideBySide = seen.Sum(trial => trial.Marks[^1].Second - trial.Marks[0].Second) / (now - seen.Min(trial => trial.Marks[0].Second));
        return sideBySide > 0 ? Math.Max(left.Max(), left.Sum() / sideBySide) : null;
    }

    /// <summary>Seconds that a trial takes for all of itself at one point: <paramref name="Begin"/> where nothing is done, growing by <paramref name="Growth"/> until all is.</summary>
    private readonly record struct Pace(double Begin, double Growth)
    {
        /// <summary>Least squares over the tasks of a label's trials, each with the weight of its share. Where none has ended, the one under way counts.</summary>
        public static Pace Of(IEnumerable<TrialProgress> trials)
        {
            (double Middle, double Share, double Seconds, bool Ended)[] all = [.. trials.SelectMany(Tasks).Where(task => task.Share > 0)], ended = [.. all.Where(task => task.Ended)];
            var tasks = ended.Length > 0 ? ended : all;
            double share = tasks.Sum(task => task.Share), pace = tasks.Sum(task => task.Seconds) / share, middle = tasks.Sum(task => task.Share * task.Middle) / share;
            bool differ = tasks.Max(task => task.Middle) - tasks.Min(task => task.Middle) > share / tasks.Length / 2; // the same task of several trials says nothing about growth
            double growth = differ ? tasks.Sum(task => (task.Middle - middle) * (task.Seconds - (pace * task.Share))) / tasks.Sum(task => task.Share * (task.Middle - middle) * (task.Middle - middle)) : 0;
            growth = Math.Clamp(growth, 0, pace / middle); // no task is expected to take less than the one before it, nor less than nothing
            return new(pace - (growth * middle), growth);
        }

        /// <summary>Seconds from a share that is done to the end.</summary>
        public double SecondsFrom(double done) => (Begin * (1 - done)) + (Growth * (1 - (done * done)) / 2);

        private static IEnumerable<(double Middle, double Share, double Seconds, bool Ended)> Tasks(TrialProgress trial)
        {
            for (int to = 1; to < trial.Marks.Count; to++)
            {
                var (begin, end) = (trial.Marks[to - 1], trial.Marks[to]);
                yield return ((begin.Share + end.Share) / 2, end.Share - begin.Share, end.Second - begin.Second, trial.IsOver || to < trial.Marks.Count - 1);
            }
        }
    }
}
