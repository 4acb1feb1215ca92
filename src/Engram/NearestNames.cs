namespace Engram;

/// <summary>Finds what the user probably meant, for the errors about unknown names.</summary>
internal static class NearestNames
{
    private const int MostOfWord = 4, LongestName = 100;

    /// <summary>
    /// The known name that differs only in case; else at most three that differ from the wrong one by a third of its letters or fewer, nearest
    /// first; else the shortest of which it is a word, such as <c>permuted-mnist</c> for <c>mnist</c>.
    /// </summary>
    public static IReadOnlyList<string> Of(string wrong, IEnumerable<string> known)
    {
        if (wrong.Length > LongestName) return []; // to compare costs the product of both lengths
        string[] names = [.. known];
        if (names.FirstOrDefault(name => name.Equals(wrong, StringComparison.OrdinalIgnoreCase)) is { } same) return [same];
        string[] near = Near(wrong, names);
        return near.Length > 0 ? near : [.. names.Where(name => wrong.Length > 0 && name.Split('-').Contains(wrong, StringComparer.OrdinalIgnoreCase)).OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).Take(MostOfWord)];
    }

    private static string[] Near(string wrong, string[] known)
    {
        int limit = Math.Max(2, wrong.Length / 3);
        return [.. known
            .Select(name => (Name: name, Distance: Distance(wrong.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(pair => pair.Distance <= limit && pair.Distance < pair.Name.Length)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Take(3).Select(pair => pair.Name)];
    }

    /// <summary>The end of an error's sentence, such as <c>; did you mean 'ewc' or 'lwf'?</c>, or a full stop where no name is near.</summary>
    public static string Suggest(string wrong, IEnumerable<string> known)
    {
        string[] near = [.. Of(wrong, known).Select(name => $"'{name}'")];
        return near.Length switch
        {
            0 => ".",
            1 => $"; did you mean {near[0]}?",
            _ => $"; did you mean {string.Join(", ", near[..^1])} or {near[^1]}?",
        };
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (swapped) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
