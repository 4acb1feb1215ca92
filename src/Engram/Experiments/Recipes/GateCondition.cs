using System.Globalization;
using System.Text.RegularExpressions;

namespace Engram.Experiments.Recipes;

/// <summary>
/// A comparison of two sums: <c>ewc - max(l2@*) &gt; 0</c>. Numbers are fractions; names are rows, or <c>row:metric</c> for another metric
/// of a row's runs; <c>min</c>, <c>max</c>, <c>mean</c> and <c>abs</c> take lists, in which <c>*</c> stands for any part of a name.
/// A minus between two values has a space before it, because names contain minus signs.
/// </summary>
/// <remarks>A condition has 2,000 letters at most and functions within functions 20 levels deep.</remarks>
public sealed partial class GateCondition
{
    private static readonly Dictionary<string, Func<IEnumerable<double>, double>> Functions = new()
    {
        ["min"] = values => values.Min(), ["max"] = values => values.Max(), ["mean"] = values => values.Average(), ["abs"] = values => Math.Abs(values.Single()),
    };

    private static readonly Dictionary<string, Func<double, double, bool>> Comparisons = new()
    {
        [">="] = (left, right) => left >= right, ["<="] = (left, right) => left <= right, [">"] = (left, right) => left > right, ["<"] = (left, right) => left < right,
    };

    private const int MostLetters = 2000, MostLevels = 20;

    private readonly string text;
    private readonly Queue<string> tokens;
    private readonly IReadOnlyList<string> known;
    private readonly HashSet<string> names = [];
    private readonly Func<Func<string, double>, double> left, right;
    private int level;

    private GateCondition(string text, IReadOnlyList<string> rows)
    {
        (this.text, known) = (text, rows);
        if (text.Length > MostLetters) throw Wrong($"has {text.Length} letters, more than {MostLetters}");
        tokens = new(Token().Matches(text).Select(match => match.Value));
        if (string.Concat(tokens) != string.Concat(text.Where(letter => letter != ' '))) throw Wrong("has a sign that conditions do not know");
        left = Sum();
        Comparison = Next();
        if (!Comparisons.ContainsKey(Comparison)) throw Wrong($"has '{Quote.Of(Comparison)}' where >=, <=, > or < was expected");
        right = Sum();
        if (tokens.Count > 0) throw Wrong($"goes on with '{Quote.Of(tokens.Peek())}' after its end");
    }

    /// <summary>The sign between the two sums.</summary>
    public string Comparison { get; }

    /// <summary>Rows, or row:metric, that it needs.</summary>
    public IReadOnlyCollection<string> Names => names;

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="rows">Ids of all rows there are.</param>
    /// <exception cref="FormatException">It cannot be read or names a row that is not there.</exception>
    public static GateCondition Parse(string text, IReadOnlyList<string> rows) => new(text, rows);

    /// <summary>Both sides, and whether the condition holds between them.</summary>
    /// <param name="valueOf">Value of a name of <see cref="Names"/>.</param>
    public (double Left, double Right, bool Holds) Evaluate(Func<string, double> valueOf)
    {
        var (a, b) = (left(valueOf), right(valueOf));
        return (a, b, Comparisons[Comparison](a, b));
    }

    /// <summary>Whether a pattern, in which * stands for anything, fits a name.</summary>
    internal static bool Fits(string pattern, string name)
    {
        string[] parts = pattern.Split('*');
        if (parts.Length == 1) return pattern == name;
        if (name.Length < parts[0].Length + parts[^1].Length || !name.StartsWith(parts[0], StringComparison.Ordinal) || !name.EndsWith(parts[^1], StringComparison.Ordinal)) return false;
        int at = parts[0].Length, end = name.Length - parts[^1].Length;
        foreach (string part in parts[1..^1])
        {
            int found = name.IndexOf(part, at, end - at, StringComparison.Ordinal); // the first place leaves most for the rest
            if (found < 0) return false;
            at = found + part.Length;
        }
        return true;
    }

    private Func<Func<string, double>, double> Sum()
    {
        bool negative = tokens.Count > 0 && tokens.Peek() == "-" && Next() == "-";
        List<(int Sign, Func<Func<string, double>, double> Term)> terms = [(negative ? -1 : 1, Term())];
        while (tokens.Count > 0 && tokens.Peek() is "+" or "-") terms.Add((Next() == "+" ? 1 : -1, Term()));
        return valueOf => terms.Sum(one => one.Sign * one.Term(valueOf));
    }

    private Func<Func<string, double>, double> Term()
    {
        string token = Next();
        if (double.TryParse(token, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)) return _ => number;
        if (!Functions.TryGetValue(token, out Func<IEnumerable<double>, double>? function) || tokens.Count == 0 || tokens.Peek() != "(")
        {
            string[] found = Expand(token);
            return found.Length == 1 ? valueOf => valueOf(found[0]) : throw Wrong($"has '{Quote.Of(token)}', which stands for {found.Length} rows, outside of min, max and mean");
        }
        Next();
        if (++level > MostLevels) throw Wrong($"has functions within functions more than {MostLevels} levels deep");
        List<Func<Func<string, double>, IEnumerable<double>>> arguments = [];
        for (string separator = ","; separator != ")"; separator = Next())
        {
            if (separator != ",") throw Wrong($"has '{Quote.Of(separator)}' where , or ) was expected");
            arguments.Add(Argument(mayBeSeveral: token != "abs"));
        }
        level--;
        return token == "abs" && arguments.Count != 1 ? throw Wrong("gives abs more than one value") : valueOf => function(arguments.SelectMany(argument => argument(valueOf)));
    }

    private Func<Func<string, double>, IEnumerable<double>> Argument(bool mayBeSeveral)
    {
        if (mayBeSeveral && tokens.Count > 0 && tokens.Peek().Contains('*'))
        {
            string[] found = Expand(Next());
            return valueOf => found.Select(valueOf);
        }
        Func<Func<string, double>, double> sum = Sum();
        return valueOf => [sum(valueOf)];
    }

    private string[] Expand(string name)
    {
        string[] parts = name.Split(':', 2);
        string metric = parts.Length == 2 ? $":{parts[1]}" : "";
        if (parts.Length == 2 && RowMetric.Problem(parts[1]) is { } problem) throw Wrong($"has '{Quote.Of(name)}', whose metric {problem}");
        string[] found = [.. known.Where(row => Fits(parts[0], row)).Select(row => row + metric)];
        if (found.Length == 0) throw Wrong($"names the row '{Quote.Of(parts[0])}', which is not there{NearestNames.Suggest(parts[0], known)}");
        names.UnionWith(found);
        return found;
    }

    private string Next() => tokens.TryDequeue(out string? token) ? token : throw Wrong("ends too early");

    private FormatException Wrong(string what) => new($"is '{Quote.Of(text)}', which {what.TrimEnd('.')}.");

    [GeneratedRegex(@"[<>]=?|[-+(),]|\d+(\.\d+)?|[A-Za-z*](?:[\w.@*/:=-]|\[[^\]]*\])*")]
    private static partial Regex Token();
}
