using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Server.Pages;

/// <summary>A column of the table that a learner has learned, as one asks about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Names">Values that were seen where they are names; empty for a number or a date.</param>
/// <param name="IsDate">Whether it is a date.</param>
/// <param name="Usual">Its mean in what was learned first; null where it has none.</param>
internal sealed record AskedColumn(string Name, IReadOnlyList<string> Names, bool IsDate, double? Usual)
{
    /// <summary>What a field's name in a form starts with.</summary>
    public const string Prefix = "column.";

    /// <summary>Columns of a learner; none where it has learned no table.</summary>
    public static IReadOnlyList<AskedColumn> Of(DurableLearner learner) => learner.Inputs().Form?.ToJson() is { } form && form["columns"] is JsonArray columns ? [.. columns.Select(column => Of((JsonObject)column!))] : [];

    /// <summary>What was typed as the value of a cell; null for nothing.</summary>
    public JsonElement? Cell(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        return !IsDate && Names.Count == 0 && double.TryParse(typed.Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonSerializer.SerializeToElement(number) : JsonSerializer.SerializeToElement(typed);
    }

    private static AskedColumn Of(JsonObject column)
    {
        bool isDate = column["date"]?.GetValue<bool>() == true;
        return new(column["name"]!.GetValue<string>(), column["names"] is JsonArray names ? [.. names.Select(name => name!.GetValue<string>())] : [], isDate, isDate ? null : column["mean"]?.GetValue<double>());
    }
}
