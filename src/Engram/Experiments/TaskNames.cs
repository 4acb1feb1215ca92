namespace Engram.Experiments;

/// <summary>Names of tasks over several seeds, which may choose what a task holds.</summary>
internal static class TaskNames
{
    private const int MostTold = 3;

    /// <summary>
    /// The name of each task: the one that all seeds give it; where they measure one thing by different numbers, those, such as
    /// <c>62.9, 41.2, 17 degrees</c>; else its number.
    /// </summary>
    /// <param name="namesOfSeed">Names of the tasks for each seed; the same number for all, and at least one seed.</param>
    /// <param name="numbers">Numbers of the tasks; null counts them from 1.</param>
    public static string[] Over(IReadOnlyList<IReadOnlyList<string>> namesOfSeed, IReadOnlyList<int>? numbers = null) =>
        [.. Enumerable.Range(0, namesOfSeed[0].Count).Select(task => Join([.. namesOfSeed.Select(names => names[task]).Distinct()]) ?? $"task {numbers?[task] ?? task + 1}")];

    private static string? Join(string[] names)
    {
        if (names.Length == 1) return names[0];
        string[][] words = [.. names.Select(name => name.Split(' '))];
        if (words.Any(name => name.Length != 2 || name[1] != words[0][1])) return null;
        return $"{string.Join(", ", words.Take(MostTold).Select(name => name[0]))}{(names.Length > MostTold ? ", .." : "")} {words[0][1]}";
    }
}
