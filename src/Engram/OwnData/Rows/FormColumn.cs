using System.Text.Json.Nodes;
using Engram.Graphs;

namespace Engram.OwnData.Rows;

/// <summary>How the values of one column become some places of an input.</summary>
internal sealed class FormColumn
{
    private readonly double mean, deviation;
    private readonly bool isDate;
    private readonly string[] names;
    private readonly Dictionary<ulong, int> placeOf = [];

    private FormColumn(string name, bool isDate, double mean, double deviation, string[] names, bool hasIndicator)
    {
        (Name, this.isDate, this.mean, this.deviation, this.names, HasIndicator) = (name, isDate, mean, deviation, names, hasIndicator);
        for (int place = 0; place < names.Length; place++) placeOf[Cell.IdentityOf(names[place])] = place;
        Places = (IsNames ? names.Length + 1 : 1) + (hasIndicator ? 1 : 0);
    }

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>Whether its values are names.</summary>
    public bool IsNames => names.Length > 0;

    /// <summary>Whether a place says that the value is missing.</summary>
    public bool HasIndicator { get; }

    /// <summary>How many numbers of the input it fills: one and the indicator, or one for each name, one for all others, and the indicator.</summary>
    public int Places { get; }

    /// <summary>A column of numbers or dates.</summary>
    public static FormColumn OfNumbers(string name, bool isDate, double mean, double deviation, bool hasIndicator) => new(name, isDate, mean, deviation, [], hasIndicator);

    /// <summary>A column of names, one at least.</summary>
    public static FormColumn OfNames(string name, string[] names, bool hasIndicator) => new(name, false, 0, 0, names, hasIndicator);

    /// <summary>The column that <see cref="ToJson"/> described.</summary>
    /// <exception cref="EngramException">It is damaged.</exception>
    public static FormColumn FromJson(FormJson json)
    {
        string name = json.Text("name");
        if (!json.HasList("names")) return OfNumbers(name, json.Flag("date"), json.Number("mean"), json.Number("deviation", least: 0), json.Flag("indicator"));
        string[] names = json.Texts("names");
        return names.Length > 0 && names.Distinct().Count() == names.Length ? OfNames(name, names, json.Flag("indicator"))
            : throw FormJson.Damaged($"has {(names.Length == 0 ? "no names" : "a name twice")} for the column '{Quote.Of(name)}'");
    }

    /// <summary>What it takes to make it again.</summary>
    public JsonObject ToJson() => IsNames
        ? new() { ["name"] = Name, ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]), ["indicator"] = HasIndicator }
        : new() { ["name"] = Name, ["date"] = isDate, ["mean"] = mean, ["deviation"] = deviation, ["indicator"] = HasIndicator };

    /// <summary>Whether a name, by its identity, has a place of its own.</summary>
    public bool Knows(ulong identity) => placeOf.ContainsKey(identity);

    /// <summary>Writes the places of one value.</summary>
    /// <param name="row">The record.</param>
    /// <param name="column">The column in its table; null where no record has a value.</param>
    /// <param name="places">As many as <see cref="Places"/>; every one is written.</param>
    /// <returns>False where the number is too large for 32 bits.</returns>
    public bool Write(ReadOnlySpan<byte> row, TableColumn? column, Span<float> places)
    {
        if (!IsNames)
        {
            double number = column is null ? double.NaN : RowStore.NumberIn(row, column);
            bool isMissing = double.IsNaN(number);
            places[0] = isMissing || deviation == 0 ? 0 : (float)((number - mean) / deviation);
            if (HasIndicator) places[1] = isMissing ? 1 : 0;
            return float.IsFinite(places[0]);
        }
        places.Clear();
        ulong identity = column is null ? Cell.IdentityOf(double.NaN) : RowStore.IdentityIn(row, column);
        if (HasIndicator && Cell.IsMissing(identity)) places[^1] = 1;
        else places[placeOf.GetValueOrDefault(identity, names.Length)] = 1;
        return true;
    }

    /// <summary>Declares the column as an input of a graph, and writes down as operations what <see cref="Write"/> does.</summary>
    /// <returns>[n, places].</returns>
    public GraphValue Describe(Graph graph) => IsNames ? DescribeNames(graph) : DescribeNumbers(graph);

    private GraphValue DescribeNumbers(Graph graph)
    {
        bool needsDoubles = isDate || (deviation > 0 && LookedAt.AreTooCoarse(Math.Abs(mean), deviation));
        string what = isDate ? "Days since 2000-01-01 00:00 UTC, with fractions" : "A number as the table has it";
        GraphValue given = graph.Input(Name, needsDoubles ? GraphType.Double : GraphType.Single, [1], $"{what}; NaN where it is missing.");
        GraphValue number = graph.Cast(given, GraphType.Double), middle = graph.Number(mean, GraphType.Double), isMissing = graph.Apply("IsNaN", [number]);
        GraphValue there = graph.Apply("Where", [isMissing, middle, number]), indicator = graph.Cast(isMissing, GraphType.Single);
        GraphValue standardised = deviation == 0 ? graph.Apply("Mul", [indicator, graph.Number(0)])
            : graph.Cast(graph.Apply("Div", [graph.Apply("Sub", [there, middle]), graph.Number(deviation, GraphType.Double)]), GraphType.Single);
        return HasIndicator ? graph.Apply("Concat", [standardised, indicator], ("axis", 1L)) : standardised;
    }

    private GraphValue DescribeNames(Graph graph)
    {
        GraphValue given = graph.Input(Name, GraphType.Text, [1], $"A name as the table has it, without spaces around it; {Cell.MissingWords} where it is missing.");
        string[] missing = [.. HasIndicator ? Cell.MissingTexts : []];
        long[] places = [.. Enumerable.Range(0, names.Length).Select(place => (long)place), .. missing.Select(_ => Places - 1L)];
        GraphValue place = graph.Apply("ai.onnx.ml.LabelEncoder", [given], ("keys_strings", names.Concat(missing).ToArray()), ("values_int64s", places), ("default_int64", (long)names.Length));
        GraphValue row = graph.Apply("Reshape", [place, graph.Whole(-1)]); // [n]
        GraphValue zeroAndOne = graph.Cast(graph.Whole(0, 1), GraphType.Single);
        return graph.Apply("OneHot", [row, graph.Whole(Places), zeroAndOne], ("axis", -1L));
    }

    /// <summary>Checks that a column of other records holds what this one holds.</summary>
    /// <exception cref="EngramException">It holds something else.</exception>
    public void RequireKind(Records records, TableColumn column)
    {
        bool fits = column.Kind == ColumnKind.Undecided || (IsNames ? column.Kind != ColumnKind.Date : isDate ? column.Kind == ColumnKind.Date : column.IsNumber);
        if (fits) return;
        string held = column.Kind switch { ColumnKind.Text => $"names such as '{Quote.Of(column.Values.First(), 30)}'", ColumnKind.Date => "dates", _ => "numbers" };
        throw EngramException.Input("columns-differ", $"The column '{Quote.Of(Name)}' of '{records.Source}' holds {held}, and {(IsNames ? "names" : isDate ? "dates" : "numbers")} were learned from it; correct its values, or leave them empty where they are not known.");
    }
}
