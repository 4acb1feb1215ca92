using System.Text.Json.Serialization;

namespace Engram.Networks;

/// <summary>What the weights of a new network are drawn from; U(±r) is uniform between -r and r.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Initialization>))]
public enum Initialization
{
    /// <summary>Weights and biases U(±1/sqrt(inputs)): what PyTorch's layers do.</summary>
    [JsonStringEnumMemberName("pytorch")]
    PyTorch,

    /// <summary>Weights U(±sqrt(6/inputs)), biases zero (He et al., 2015, arXiv 1502.01852).</summary>
    [JsonStringEnumMemberName("he-uniform")]
    HeUniform,

    /// <summary>Weights U(±sqrt(6/(inputs + outputs))), biases zero (Glorot and Bengio, 2010).</summary>
    [JsonStringEnumMemberName("xavier-uniform")]
    XavierUniform,
}
