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
    private const long ChunkNumbers = 1 << 18;

    private readonly Conv2d? convolution;
    private readonly ParameterSlice weight;
    private readonly ParameterSlice? bias;

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
    public static Tensor Power(Tensor value, SamplePower power) => power == SamplePower.Square ? value.Squared() : value.abs();

    /// <summary>Adds the powers of the sample gradients of a batch.</summary>
    /// <param name="input">What went into the layer.</param>
    /// <param name="deltas">One or several gradients of what came out of it.</param>
    /// <param name="power">Square or absolute value.</param>
    /// <param name="sum">[P]; added to.</param>
    public void Add(Tensor input, IReadOnlyList<Tensor> deltas, SamplePower power, Tensor sum)
    {
        using var scope = NewDisposeScope();
        if (convolution is null) AddDense(input, deltas, power, sum);
        else AddConvolution(convolution, input, deltas, power, sum);
    }

    private void AddDense(Tensor input, IReadOnlyList<Tensor> deltas, SamplePower power, Tensor sum)
    {
        // The powers of the inputs are the same for every delta, so those of the deltas are summed first.
        Tensor powers = Power(deltas[0], power); // [batch, outputs]
        foreach (Tensor delta in deltas.Skip(1)) powers.Add(Power(delta, power));
        weight.Of(sum).AddProductOf(powers.t(), Power(input, power));
        if (bias is not null) bias.Of(sum).Add(powers.sum(dim: 0));
    }

    private void AddConvolution(Conv2d layer, Tensor input, IReadOnlyList<Tensor> deltas, SamplePower power, Tensor sum)
    {
        (long, long) Pair(long[] sizes) => (sizes[0], sizes[1]);
        long samples = input.size(0), channels = weight.Shape[0], chunk = Math.Max(1, ChunkNumbers / (weight.Length * deltas.Count));
        for (long first = 0; first < samples; first += chunk)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(chunk, samples - first);
            Tensor windows = nn.functional.unfold(input.narrow(0, first, count), Pair(layer.kernel_size), Pair(layer.dilation), Pair(layer.padding!), Pair(layer.stride)); // [n, window, places]
            Tensor outer = cat([.. deltas.Select(delta => delta.narrow(0, first, count).flatten(2))], 1); // [n, deltas * channels, places]
            Tensor gradients = InPlace(outer.bmm(windows.transpose(1, 2)), power); // [n, deltas * channels, window]
            weight.Of(sum).Add(gradients.view(-1, channels, weight.Length / channels).sum(dim: 0).view(weight.Shape));
            if (bias is not null) bias.Of(sum).Add(InPlace(outer.sum(dim: 2), power).view(-1, channels).sum(dim: 0));
        }
    }

    private static Tensor InPlace(Tensor value, SamplePower power) => power == SamplePower.Square ? value.mul_(value) : value.abs_();


    // Such a layer overwrites what the one before it gave, so its gradient would be that of the wrong place.
    private static bool WorksInPlace(nn.Module layer) => layer.GetType().GetProperty("inplace")?.GetValue(layer) is true;
}
