namespace Engram.Streams;

/// <summary>
/// Cuts what belongs to a task into what it is learned from, watched by and tested on, and says which tasks are learned in which order: the same
/// way for every stream whose data are at hand. All of it follows from the settings and the seed.
/// </summary>
/// <param name="options">Those of the stream.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class TaskCutter(StreamOptions options, Seed seed)
{
    /// <summary>The tasks in the order of learning: as the settings say, or drawn from the seed, or as they are.</summary>
    /// <param name="tasks">How many tasks there are.</param>
    /// <returns>Index of each task in the natural order.</returns>
    public int[] Order(int tasks)
    {
        if (options.Order is { } numbers) return [.. numbers.Select(number => number - 1)];
        int[] chosen = [.. options.Chosen(tasks).Select(number => number - 1)];
        return options.ShuffleTasks ? [.. seed.For("task-order").Permutation(tasks).Where(chosen.Contains)] : chosen;
    }

    /// <summary>What a task is learned from and what is held out of that for validation.</summary>
    /// <param name="natural">Index of the task in the natural order.</param>
    /// <param name="fitting">Places of all training data of the task.</param>
    /// <returns>Places, each in one of the two; no more of them than the settings say.</returns>
    public (int[] Learned, int[] Validation) Training(int natural, int[] fitting)
    {
        int[] train = Some(fitting, options.Samples, seed.For("subset", natural));
        int held = (int)Math.Round(train.Length * options.Validation);
        if (held == 0) return (train, []);
        seed.For("validation", natural).Shuffle<int>(train);
        return (train[held..], train[..held]);
    }

    /// <summary>What a task is tested on.</summary>
    /// <param name="natural">Index of the task in the natural order.</param>
    /// <param name="fitting">Places of all test data of the task.</param>
    public int[] Test(int natural, int[] fitting) => Some(fitting, options.TestSamples, seed.For("test-subset", natural));

    /// <summary>Whether data of some content are for testing: the same content always is, or never is, whatever else there is beside it.</summary>
    /// <param name="content">Hash of the content, without label, task and part.</param>
    /// <param name="share">Of all different contents that are to be held out, 0 to 1.</param>
    public static bool IsHeldOut(UInt128 content, double share) => (double)(ulong)(content >> 75) / (1UL << 53) < share;

    private static int[] Some(int[] fitting, int limit, RandomSource random)
    {
        int[] selection = [.. fitting];
        if (limit == 0 || limit >= selection.Length) return selection;
        random.Shuffle<int>(selection);
        return selection[..limit];
    }
}
