namespace Engram.Networks;

/// <summary>What the weights of a new network are drawn from; U(±r) is uniform between -r and r.</summary>
public enum Initialization
{
    /// <summary>Weights and biases U(±1/sqrt(inputs)): what PyTorch's layers do.</summary>
    Pytorch,

    /// <summary>Weights U(±sqrt(6/inputs)), biases zero (He et al., 2015, arXiv 1502.01852).</summary>
    HeUniform,

    /// <summary>Weights U(±sqrt(6/(inputs + outputs))), biases zero (Glorot and Bengio, 2010).</summary>
    XavierUniform,

    /// <summary>Weights normal with deviation 0.1, drawn anew beyond 0.2, biases 0.1: TensorFlow's tutorials, and A-GEM (arXiv 1812.00420).</summary>
    TruncatedNormal,
}
