using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram;

/// <summary>A setting: a property of a record, which carries its default, range and description.</summary>
internal sealed class SettingsLeaf(string name, PropertyInfo property) : SettingsNode(name)
{
    private readonly RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();

    private string Expected => Settings.Noun(property.PropertyType) + (Range.Length == 0 ? "" : $" {Range}");

    private string Range
    {
        get
        {
            if (range is null) return "";
            double low = Convert.ToDouble(range.Minimum), high = Convert.ToDouble(range.Maximum);
            bool open = high >= int.MaxValue;
            string above = range.MinimumIsExclusive ? $"> {low}" : $">= {low}";
            string below = range.MaximumIsExclusive ? $"< {high}" : $"<= {high}";
            return open ? above : $"{above} and {below}";
        }
    }

    public override IEnumerable<Setting> Describe(object parent, string path) =>
        [new(path, property.PropertyType, Settings.Show(property.GetValue(parent)), Range, property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "")];

    public override void Fill(object parent, JsonNode? value, string path, ICollection<string> problems)
    {
        try
        {
            // The engine of JSON would combine the numbers behind "sgd,adam" to a third name.
            if (Element(property.PropertyType).IsEnum && Texts(value).Any(text => text.Contains(','))) throw new JsonException();
            object? read = value.Deserialize(property.PropertyType, Settings.Json);
            if (Problem(read, path) is not { } problem) property.SetValue(parent, read);
            else problems.Add(problem); // and the default stays, so that who reads on finds no null where none may be
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            problems.Add(Unfit(path, value, Expected));
        }
    }

    /// <summary>What is wrong with the value that a record has; null where nothing is.</summary>
    public string? ProblemIn(object record) => Problem(property.GetValue(record), Name);

    // What is wrong with a value; null where nothing is.
    private string? Problem(object? value, string path)
    {
        NullabilityInfo nullability = new NullabilityInfoContext().Create(property);
        if (value is null) return nullability.WriteState == NullabilityState.Nullable ? null : $"{path} is null but must be {Expected}.";
        IEnumerable values = value is IEnumerable list and not string ? list : new[] { value };
        foreach (object? item in values)
        {
            if (item is null && nullability.ElementType is { WriteState: NullabilityState.NotNull }) return $"{path} holds null but must be {Expected}.";
            bool finite = item is not double number || double.IsFinite(number);
            if (!finite || range?.IsValid(item) == false) return $"{path} is {Quote.Of(Settings.Show(value))} but must be {Expected}.";
        }
        return null;
    }

    private static Type Element(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsArray ? plain.GetElementType()! : plain;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };
}
