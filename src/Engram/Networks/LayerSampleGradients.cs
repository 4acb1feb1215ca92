using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Sums of powers of the sample gradients of one layer, from what went into it and the gradient of what came out of it (delta).
/// Dense: sum over n of |delta_j a_i|^p = (|delta|^p)^T |a|^p, one product for the batch. Convolution: a sample's gradient is itself
/// a product, delta times the unfolded input, so those are formed for a few samples at a time.
/// </summary>
internal sealed class LayerSampleGradients
{
    // Sample gradients formed at a time: as many as stay in the cache.
    private const long ChunkNumbers = 1 << 20;

    private readonly Conv2d? convolution;
    private readonly ParameterSlice weight;
    private readonly ParameterSlice? bias;
    private Tensor? deltaPowers;

    private LayerSampleGradients(Conv2d? convolution, ParameterSlice weight, ParameterSlice? bias) =>
        (this.convolution, this.weight, this.bias) = (convolution, weight, bias);

    /// <summary>One for each layer with parameters, in order; null where some layer needs the way sample by sample.</summary>
    public static LayerSampleGradients[]? For(LayerChain chain, ParameterLayout layout)
    {
        var slices = layout.Slices.ToDictionary(slice => slice.Name);
        List<LayerSampleGradients> result = [];
        HashSet<nn.Module> seen = [];
        for (int i = 0; i < chain.Layers.Count; i++)
        {
            nn.Module layer = chain.Layers[i];
            if (WorksInPlace(layer)) return null;
            if (!layer.parameters().Any()) continue;
            Conv2d? convolution = layer as Conv2d;
            if (!(layer is Linear || convolution is { groups: 1, padding_mode: PaddingModes.Zeros, padding.Length: 2 })
                || !seen.Add(layer)
                || layer.parameters().Any(parameter => !parameter.requires_grad)
                || !slices.TryGetValue($"{chain.Names[i]}.weight", out ParameterSlice? weight)
                || slices.GetValueOrDefault($"{chain.Names[i]}.bias") is var bias && layer.parameters().Count() != (bias is null ? 1 : 2)) return null;
            result.Add(new(convolution, weight, bias));
        }
        return [.. result];
    }

    /// <summary>Whether the values are those of a layer applied once to each sample.</summary>
    public static bool IsBatch(Tensor input, Tensor output) => input.dim() == output.dim() && input.dim() is 2 or 4;

    /// <summary>The square or the absolute value.</summary>
    public static Tensor Power(Tensor value, SamplePower power) => power == SamplePower.Square ? value.square() : value.abs();

    /// <summary>Starts a batch.</summary>
    public void Begin() => deltaPowers = null;

    /// <summary>Adds one set of output gradients of the batch.</summary>
    public void Add(Tensor input, Tensor delta, SamplePower power, Tensor sum)
    {
        if (convolution is null)
        {
            // The powers of the inputs are the same for every term, so only the deltas are summed here.
            Tensor powers = Power(delta, power); // [batch, outputs]
            if (deltaPowers is null) deltaPowers = powers.MoveToOuterDisposeScope();
            else deltaPowers.add_(powers);
            return;
        }
        long samples = input.size(0), chunk = Math.Max(1, ChunkNumbers / weight.Length);
        for (long first = 0; first < samples; first += chunk)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(chunk, samples - first);
            AddConvolution(convolution, input.narrow(0, first, count), delta.narrow(0, first, count), power, sum);
        }
    }

    /// <summary>Ends the batch: adds what was held back.</summary>
    public void End(Tensor input, SamplePower power, Tensor sum)
    {
        if (deltaPowers is null) return;
        using var scope = NewDisposeScope();
        Slice(sum, weight).addmm_(deltaPowers.t(), Power(input, power));
        if (bias is not null) Slice(sum, bias).add_(deltaPowers.sum(dim: 0));
    }

    private void AddConvolution(Conv2d layer, Tensor input, Tensor delta, SamplePower power, Tensor sum)
    {
        (long, long) Pair(long[] sizes) => (sizes[0], sizes[1]);
        Tensor outer = delta.flatten(2); // [n, output channels, places]
        Tensor windows = nn.functional.unfold(input, Pair(layer.kernel_size), Pair(layer.dilation), Pair(layer.padding!), Pair(layer.stride)); // [n, window, places]
        Tensor samples = outer.bmm(windows.transpose(1, 2)); // [n, output channels, window]
        Slice(sum, weight).add_(Power(samples, power).sum(dim: 0).view(weight.Shape));
        if (bias is not null) Slice(sum, bias).add_(Power(outer.sum(dim: 2), power).sum(dim: 0));
    }

    private static Tensor Slice(Tensor flat, ParameterSlice slice) => flat.narrow(0, slice.Offset, slice.Length).view(slice.Shape);

    // Such a layer overwrites what the one before it gave, so its gradient would be that of the wrong place.
    private static bool WorksInPlace(nn.Module layer) => layer.GetType().GetProperty("inplace")?.GetValue(layer) is true;
}
