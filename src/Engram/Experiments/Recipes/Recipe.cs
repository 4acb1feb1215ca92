using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>
/// A published protocol as data: what is run, what the paper reports, and how near is near enough. Accuracies are fractions.
/// The files are in <c>recipes/</c>, built into the library; a file's name is its recipe's id.
/// </summary>
public sealed record Recipe
{
    /// <summary>Name of the file without its ending.</summary>
    public required string Id { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>Where the numbers come from.</summary>
    public required RecipeSource Source { get; init; }

    /// <summary>How long it takes on two cores, in words.</summary>
    public string Duration { get; init; } = "";

    /// <summary>What differs from the paper, and what a reader should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>How many seeds, counted up from 1.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>What all rows share: <c>stream</c>, <c>network</c>, <c>training</c>.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>Id of the row whose runs intransigence is measured against; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>What is measured, in the order of the table; the points of sweeps come last.</summary>
    public required IReadOnlyList<RecipeRow> Rows { get; init; }

    /// <summary>Sweeps over a strength, each with its picture's line.</summary>
    public IReadOnlyList<RecipeSweep> Sweeps { get; init; } = [];

    /// <summary>What must hold between rows.</summary>
    public IReadOnlyList<RecipeGate> Gates { get; init; } = [];

    /// <summary>A reduced profile; null where there is none.</summary>
    public QuickProfile? Quick { get; init; }

    /// <summary>The file's content.</summary>
    public required JsonObject Json { get; init; }
}

/// <summary>Where published numbers come from.</summary>
public sealed record RecipeSource
{
    /// <summary>Such as <c>Hsu et al.</c>.</summary>
    [Description("authors")]
    public string Authors { get; init; } = "";

    /// <summary>Year of publication.</summary>
    [Description("year"), Range(1900, 2100)]
    public int Year { get; init; } = 1900;

    /// <summary>Its number at arXiv; empty where there is none.</summary>
    [Description("arXiv id")]
    public string Arxiv { get; init; } = "";

    /// <summary>Table, figure or section.</summary>
    [Description("table, figure or section")]
    public string Place { get; init; } = "";

    /// <summary>How many runs the published means are over; null where it is not said.</summary>
    [Description("runs behind the published means"), Range(1, 10_000)]
    public int? Runs { get; init; }

    /// <summary>Such as <c>Hsu et al. 2018, arXiv 1810.12488, table 2</c>.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { $"{Authors} {Year}", Arxiv.Length == 0 ? "" : $"arXiv {Arxiv}", Place }.Where(part => part.Length > 0));
}

/// <summary>What must hold between rows, such as <c>ewc - fine-tuning &gt;= 0.08</c>.</summary>
public sealed record RecipeGate
{
    /// <summary>The condition; see <see cref="GateCondition"/>.</summary>
    [Description("what must hold, such as ewc - fine-tuning >= 0.08")]
    public string Holds { get; init; } = "";

    /// <summary>The same in words, and why.</summary>
    [Description("the same in words")]
    public string Says { get; init; } = "";

    /// <summary>Whether it must hold for every seed and not only for the means.</summary>
    [Description("must hold for every seed, not only for the means")]
    public bool EverySeed { get; init; }
}

/// <summary>One method with several strengths: a line in the picture of forgetting against intransigence, and a row per point.</summary>
public sealed record RecipeSweep : RecipeTrial
{
    /// <summary>The method's setting that is varied.</summary>
    [Description("the method's setting that is varied")]
    public string Setting { get; init; } = "lambda";

    /// <summary>Its values.</summary>
    [Description("its values")]
    public double[] Values { get; init; } = [];

    /// <summary>Id of the row of a value, such as <c>ewc@100</c>.</summary>
    public string PointId(double value) => $"{Id}@{value:0.############}";

    internal IEnumerable<RecipeRow> Points() => Values.Select(value => new RecipeRow
    {
        Id = PointId(value), Label = $"{Label}, {Setting} {value:0.############}", Stream = Stream, Network = Network, Training = Training,
        Method = WithValue(value),
    });

    private JsonObject WithValue(double value)
    {
        JsonObject method = (JsonObject)Method!.DeepClone();
        method[Setting] = value;
        return method;
    }
}

/// <summary>A reduced profile: other settings, fewer rows and seeds, and gates of its own in place of bands.</summary>
public sealed record QuickProfile
{
    /// <summary>How long it takes on two cores, in words.</summary>
    public string Duration { get; init; } = "";

    /// <summary>How many seeds.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Settings that replace those of the recipe and its rows.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>Rows that it runs; all where it names none.</summary>
    public string[] Rows { get; init; } = [];

    /// <summary>What must hold.</summary>
    public IReadOnlyList<RecipeGate> Gates { get; init; } = [];
}
