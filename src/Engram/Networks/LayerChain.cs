using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Layers that run one after the other, named <c>0</c>, <c>1</c>, ... Unlike TorchSharp's Sequential it leaves the values between its
/// layers alive, so that <see cref="ModuleNetwork"/> can read them.
/// </summary>
public sealed class LayerChain : nn.Module<Tensor, Tensor>
{
    /// <summary>The layers in the order they run.</summary>
    public LayerChain(params IReadOnlyList<nn.Module<Tensor, Tensor>> layers)
        : this([.. layers.Select((layer, index) => ($"{index}", layer))]) { }

    private LayerChain((string Name, nn.Module<Tensor, Tensor> Layer)[] layers) : base(nameof(LayerChain))
    {
        Names = [.. layers.Select(named => named.Name)];
        Layers = [.. layers.Select(named => named.Layer)];
        foreach (var (name, layer) in layers) register_module(name, layer);
        RegisterComponents();
    }

    /// <summary>The layers in the order they run.</summary>
    public IReadOnlyList<nn.Module<Tensor, Tensor>> Layers { get; }

    /// <summary>The name of each layer, which its parameters' names begin with.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The same layers under the same names, taken from a Sequential.</summary>
    public static LayerChain From(Sequential sequential) =>
        new([.. sequential.named_children().Select(child => (child.name, (nn.Module<Tensor, Tensor>)child.module))]);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor value = input;
        foreach (nn.Module<Tensor, Tensor> layer in Layers) value = layer.call(value);
        return value;
    }
}
