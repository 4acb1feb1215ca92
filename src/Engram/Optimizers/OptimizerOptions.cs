using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Engram.Optimizers;

/// <summary>The settings of an optimizer, and so which one it is: each has its own, nested in its class.</summary>
[JsonConverter(typeof(Writer))]
public abstract record OptimizerOptions : IEntryOptions
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Id => GetType().DeclaringType?.GetCustomAttribute<OptimizerAttribute>()?.Id
        ?? throw new InvalidOperationException($"{GetType()} is not nested in a class with an [Optimizer(\"id\")], which is what it is called in configurations.");

    /// <summary>Makes the optimizer.</summary>
    /// <param name="learningRate">Step size, finite and at least 0.</param>
    /// <param name="weightDecay">Pull of every parameter to zero, finite and at least 0.</param>
    public abstract Optimizer Create(double learningRate, double weightDecay);

    // Where a record names only this type, all settings are written; which type to read, the catalog knows.
    private sealed class Writer : JsonConverter<OptimizerOptions>
    {
        public override OptimizerOptions Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new JsonException();

        public override void Write(Utf8JsonWriter writer, OptimizerOptions value, JsonSerializerOptions options)
        {
            JsonObject settings = Settings.ToJson(value);
            settings.Insert(0, "id", value.Id);
            settings.WriteTo(writer, options);
        }
    }
}
