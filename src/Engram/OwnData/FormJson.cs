using System.Text.Json.Nodes;

namespace Engram.OwnData;

/// <summary>Members of a form's description, each of the type it must have.</summary>
/// <param name="json">The description, or an object in it.</param>
internal sealed class FormJson(JsonObject json)
{
    /// <summary>A text.</summary>
    /// <exception cref="EngramException">There is none; so for all members.</exception>
    public string Text(string name) => Value<string>(name, "text");

    /// <summary>True or false.</summary>
    public bool Flag(string name) => Value<bool>(name, "true or false");

    /// <summary>A whole number within limits.</summary>
    public int Whole(string name, int least, int most) => Value<int>(name, "whole number") is var number && number >= least && number <= most ? number : throw Damaged($"has {number} under '{name}', where {least} to {most} was expected");

    /// <summary>A finite number.</summary>
    /// <param name="name">Of the member.</param>
    /// <param name="least">What it must not be below.</param>
    public double Number(string name, double least = double.NegativeInfinity) => Finite(Value<double>(name, "number"), name, least);

    /// <summary>Whether there is a list of this name.</summary>
    public bool HasList(string name) => Member(name) is JsonArray;

    /// <summary>Texts.</summary>
    public string[] Texts(string name) => [.. List(name).Select(item => Cast<string>(item, name, "text"))];

    /// <summary>Whole numbers.</summary>
    public long[] Sizes(string name) => [.. List(name).Select(item => Cast<long>(item, name, "whole number"))];

    /// <summary>Finite numbers.</summary>
    public double[] Numbers(string name, double least = double.NegativeInfinity) => [.. List(name).Select(item => Finite(Cast<double>(item, name, "number"), name, least))];

    /// <summary>Objects.</summary>
    public FormJson[] Objects(string name) => [.. List(name).Select(item => new FormJson(item as JsonObject ?? throw Damaged($"has something under '{name}' that is no object")))];

    /// <summary>The error of a description that is not what was written.</summary>
    /// <param name="found">Such as <c>has no number 'mean'</c>.</param>
    /// <param name="cause">What led to it, if anything.</param>
    public static EngramException Damaged(string found, Exception? cause = null) =>
        EngramException.Input("damaged-form", $"The description of how records become inputs {found}. It was damaged, or written by another version; take an undamaged copy.", cause);

    private JsonArray List(string name) => Member(name) as JsonArray ?? throw Damaged($"has no list '{name}'");

    private JsonNode? Member(string name)
    {
        try
        {
            return json[name];
        }
        catch (ArgumentException cause) // a name that comes twice
        {
            throw Damaged("has a name twice", cause);
        }
    }

    private T Value<T>(string name, string what) => Cast<T>(Member(name), name, what);

    private static T Cast<T>(JsonNode? node, string name, string what) => node is JsonValue value && value.TryGetValue(out T? read) ? read : throw Damaged($"has no {what} under '{name}'");

    private static double Finite(double number, string name, double least) => double.IsFinite(number) && number >= least ? number : throw Damaged($"has {number} under '{name}', where a number{(double.IsFinite(least) ? $" of at least {least}" : "")} was expected");
}
