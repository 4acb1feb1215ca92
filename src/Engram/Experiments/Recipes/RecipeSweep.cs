using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

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

    internal override IEnumerable<string> Problems(string path)
    {
        foreach (string problem in base.Problems(path)) yield return problem;
        if (Method is null) yield return $"{path}.method is missing; name what is varied.";
        if (Values.Length < 2 || Values.Distinct().Count() < Values.Length) yield return $"{path}.values is [{string.Join(", ", Values)}] but must be two or more different numbers.";
    }

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
