using System.Globalization;
using System.Text.RegularExpressions;

namespace Engram.Experiments.Recipes;

/// <summary>
/// A comparison of two sums: <c>ewc - max(l2@*) &gt; 0</c>. Numbers are fractions; names are rows, or <c>row:metric</c> for another metric
/// of a row's runs; <c>min</c>, <c>max</c>, <c>mean</c> and <c>abs</c> take lists, in which <c>*</c> stands for any part of a name.
/// A minus between two values has a space before it, because names contain minus signs.
/// </summary>
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

    private readonly string text;
    private readonly Queue<string> tokens;
    private readonly IReadOnlyList<string> known;
    private readonly HashSet<string> names = [];
    private readonly Func<Func<string, double>, double> left, right;

    private GateCondition(string text, IReadOnlyList<string> rows)
    {
        (this.text, known) = (text, rows);
        tokens = new(Token().Matches(text).Select(match => match.Value));
        if (string.Concat(tokens) != string.Concat(text.Where(letter => letter != ' '))) throw Wrong("has a sign that conditions do not know");
        left = Sum();
        Comparison = Next();
        if (!Comparisons.ContainsKey(Comparison)) throw Wrong($"has '{Comparison}' where >=, <=, > or < was expected");
        right = Sum();
        if (tokens.Count > 0) throw Wrong($"goes on with '{tokens.Peek()}' after its end");
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
    internal static bool Fits(string pattern, string name) => Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace(@"\*", ".*")}$");

    private Func<Func<string, double>, double> Sum()
    {
        bool negative = tokens.Count > 0 && tokens.Peek() == "-" && Next() == "-";
        Func<Func<string, double>, double> first = Term(), sum = negative ? valueOf => -first(valueOf) : first;
        while (tokens.Count > 0 && tokens.Peek() is "+" or "-")
        {
            int sign = Next() == "+" ? 1 : -1;
            Func<Func<string, double>, double> before = sum, term = Term();
            sum = valueOf => before(valueOf) + sign * term(valueOf);
        }
        return sum;
    }

    private Func<Func<string, double>, double> Term()
    {
        string token = Next();
        if (double.TryParse(token, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)) return _ => number;
        if (!Functions.TryGetValue(token, out Func<IEnumerable<double>, double>? function) || tokens.Count == 0 || tokens.Peek() != "(")
        {
            string[] found = Expand(token);
            return found.Length == 1 ? valueOf => valueOf(found[0]) : throw Wrong($"has '{token}', which stands for {found.Length} rows, outside of min, max and mean");
        }
        Next();
        List<Func<Func<string, double>, IEnumerable<double>>> arguments = [];
        for (string separator = ","; separator != ")"; separator = Next())
        {
            if (separator != ",") throw Wrong($"has '{separator}' where , or ) was expected");
            arguments.Add(Argument());
        }
        return token == "abs" && arguments.Count != 1 ? throw Wrong("gives abs more than one value") : valueOf => function(arguments.SelectMany(argument => argument(valueOf)));
    }

    private Func<Func<string, double>, IEnumerable<double>> Argument()
    {
        if (tokens.Count > 0 && tokens.Peek().Contains('*'))
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
        if (parts.Length == 2 && RowMetric.Problem(parts[1]) is { } problem) throw Wrong($"has '{name}', whose metric {problem}");
        string[] found = [.. known.Where(row => Fits(parts[0], row)).Select(row => row + metric)];
        if (found.Length == 0) throw Wrong($"names the row '{parts[0]}', which is not there{NearestNames.Suggest(parts[0], known)}");
        names.UnionWith(found);
        return found;
    }

    private string Next() => tokens.TryDequeue(out string? token) ? token : throw Wrong("ends too early");

    private FormatException Wrong(string what) => new($"is '{text}', which {what.TrimEnd('.')}.");

    [GeneratedRegex(@"[<>]=?|[-+(),]|\d+(\.\d+)?|[A-Za-z*](?:[\w.@*/:=-]|\[[^\]]*\])*")]
    private static partial Regex Token();
}
