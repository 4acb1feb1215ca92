using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Experiments.Recipes;

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
