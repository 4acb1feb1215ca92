using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Where every parameter of a grown network comes from, so that whatever is kept for each parameter can follow: one index and two factors
/// per parameter. Of a parameter theta with c copies, each copy is w theta, where w is 1 for weights into a copied unit and 1/c for
/// weights out of it. Everything else follows from that by the chain rule; a parameter that comes from none, such as those of an
/// identity layer, has 0.
/// </summary>
public sealed class ParameterMap : IDisposable
{
    private readonly Tensor source; // [P'], int64: the parameter it comes from; 0 where it comes from none
    private readonly Tensor weight; // [P']: w; 1 where it comes from none
    private readonly Tensor share; // [P']: 1/c; 0 where it comes from none
    private readonly Tensor added; // [P']: the value of a parameter that comes from none

    private ParameterMap(Tensor source, Tensor weight, Tensor share, Tensor added) =>
        (this.source, this.weight, this.share, this.added) = (source.DetachFromDisposeScope(), weight.DetachFromDisposeScope(), share.DetachFromDisposeScope(), added.DetachFromDisposeScope());

    /// <summary>Length P' of the grown vector.</summary>
    public long Count => source.numel();

    /// <summary>Copies of units in one hidden layer.</summary>
    /// <param name="axes">Where the units lie in a piece of the layout.</param>
    /// <param name="from">Layout before.</param>
    /// <param name="to">Layout of the same architecture with as many units in the layer as there are origins.</param>
    /// <param name="layer">Index of the hidden layer, from 0.</param>
    /// <param name="origins">For each new unit the old one it is a copy of; every old one occurs.</param>
    /// <param name="device">Where the mapped vectors live.</param>
    internal static ParameterMap Widening(Func<int, UnitAxes> axes, ParameterLayout from, ParameterLayout to, int layer, int[] origins, Device device)
    {
        int[] copies = new int[origins.Max() + 1];
        foreach (int origin in origins) copies[origin]++;
        Rows rows = new(to.Count);
        for (int slice = 0; slice < to.Slices.Count; slice++)
        {
            ParameterSlice old = from.Slices[slice], grown = to.Slices[slice];
            var (rowLayer, _, columnLayer) = axes(slice);
            long oldWidth = old.Length / old.Shape[0], width = grown.Length / grown.Shape[0];
            for (long row = 0; row < grown.Shape[0]; row++)
            {
                var (gate, unit) = Math.DivRem(row, origins.Length);
                bool isCopied = rowLayer == layer;
                long oldRow = old.Offset + (isCopied ? gate * copies.Length + origins[unit] : row) * oldWidth;
                float share = isCopied ? 1f / copies[origins[unit]] : 1;
                if (columnLayer == layer) CopyColumns(oldRow, grown.Offset + row * width, oldWidth / copies.Length, share);
                else rows.Copy(oldRow, grown.Offset + row * width, width, 1, share);
            }
        }
        return rows.ToMap(device);

        // What the units give to one row: one number each, a kernel, or where an image is laid flat a whole block of pixels.
        void CopyColumns(long oldRow, long row, long block, float share)
        {
            for (int unit = 0; unit < origins.Length; unit++)
            {
                float part = 1f / copies[origins[unit]];
                rows.Copy(oldRow + origins[unit] * block, row + unit * block, block, part, part * share);
            }
        }
    }

    /// <summary>An identity layer behind a hidden layer.</summary>
    /// <param name="from">Layout before; weights and biases alternate, a layer's weight is [units, inputs, ...].</param>
    /// <param name="to">Layout of the same architecture with one layer more.</param>
    /// <param name="layer">Index of the hidden layer that it follows, from 0.</param>
    /// <param name="device">Where the mapped vectors live.</param>
    internal static ParameterMap Deepening(ParameterLayout from, ParameterLayout to, int layer, Device device)
    {
        Rows rows = new(to.Count);
        for (int slice = 0; slice < from.Slices.Count; slice++)
        {
            ParameterSlice old = from.Slices[slice], grown = to.Slices[slice < 2 * layer + 2 ? slice : slice + 2];
            rows.Copy(old.Offset, grown.Offset, old.Length, 1, 1);
        }
        ParameterSlice identity = to.Slices[2 * layer + 2];
        long units = identity.Shape[0], kernel = identity.Length / units / units; // 1, or the numbers of a kernel, whose middle is 1
        for (long unit = 0; unit < units; unit++) rows.Added[identity.Offset + (unit * units + unit) * kernel + kernel / 2] = 1;
        return rows.ToMap(device);
    }

    /// <summary>Outputs added as rows behind those of the pieces that have one for each.</summary>
    /// <param name="from">With fewer outputs.</param>
    /// <param name="to">With more, and as many pieces; the new rows begin with what it has there.</param>
    /// <exception cref="EngramException">The layouts differ in something else.</exception>
    internal static ParameterMap AddingOutputs(Network from, Network to)
    {
        Rows rows = new(to.Layout.Count);
        to.Parameters.cpu().data<float>().ToArray().CopyTo(rows.Added, 0);
        for (int slice = 0; slice < to.Layout.Slices.Count; slice++)
        {
            ParameterSlice old = from.Layout.Slices[slice], grown = to.Layout.Slices[slice];
            bool fits = old.Shape.SequenceEqual(grown.Shape)
                || (old.Shape[0] == from.OutputCount && grown.Shape[0] == to.OutputCount && old.Shape.Skip(1).SequenceEqual(grown.Shape.Skip(1)));
            if (!fits)
                throw EngramException.Input("cannot-grow", $"'{grown.Name}' would grow from {FlatVector.Shape(old.Shape)} to {FlatVector.Shape(grown.Shape)}, and outputs are no rows of it; tell all classes from the start, or choose another network.");
            rows.Copy(old.Offset, grown.Offset, old.Length, 1, 1);
            Array.Clear(rows.Added, (int)grown.Offset, (int)old.Length);
        }
        return rows.ToMap(to.Device);
    }

    /// <summary>First this growth, then another one.</summary>
    internal ParameterMap Then(ParameterMap next)
    {
        using var scope = NewDisposeScope();
        Tensor before = added.index_select(0, next.source) * next.weight;
        return new(source.index_select(0, next.source), weight.index_select(0, next.source) * next.weight,
            share.index_select(0, next.source) * next.share, where(next.share.IsPositive(), before, next.added));
    }

    /// <summary>The parameters, or old ones kept as an anchor: w theta. The grown network has the same function.</summary>
    /// <param name="old">[P].</param>
    /// <returns>[P'], as all others here; the caller's.</returns>
    public Tensor Weights(Tensor old)
    {
        using var scope = NewDisposeScope();
        return where(share.IsPositive(), Selected(old).mul_(weight), added).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Gradients, and sums of them such as an optimizer's momentum: g / (c w), since the copies share what the one had. A weight into a
    /// copied unit gets its part of the gradient, one out of it the whole.
    /// </summary>
    public Tensor Gradients(Tensor old) => Times(old, 1);

    /// <summary>Squares of gradients, and sums of them such as an optimizer's second moment: g^2 / (c w)^2.</summary>
    public Tensor SquaredGradients(Tensor old) => Times(old, 2, shares: 2);

    /// <summary>What each parameter contributed to something by moving, sums of gradient times change: each copy has an equal part, v / c.</summary>
    public Tensor Contributions(Tensor old) => Times(old, 0);

    /// <summary>
    /// Weights of a quadratic penalty about an anchor: Omega / (c w^2), which is Omega/c for weights into a copied unit and c Omega for
    /// those out of it. Where the copies move as the one did, the penalty is what it was.
    /// </summary>
    public Tensor Importances(Tensor old) => Times(old, 2);

    /// <summary>Marks of single parameters, such as frozen ones: copied; a parameter that comes from none has none.</summary>
    /// <param name="old">[P], bool.</param>
    public Tensor Flags(Tensor old)
    {
        using var scope = NewDisposeScope();
        return Selected(old).logical_and(share.IsPositive()).MoveToOuterDisposeScope();
    }

    /// <summary>What is kept for each parameter, as it is for the grown network.</summary>
    /// <param name="old">[P].</param>
    /// <param name="role">What its numbers are.</param>
    public Tensor Of(Tensor old, ParameterRole role) => role switch
    {
        ParameterRole.Weights => Weights(old),
        ParameterRole.Gradients => Gradients(old),
        ParameterRole.SquaredGradients => SquaredGradients(old),
        ParameterRole.Contributions => Contributions(old),
        ParameterRole.Importances => Importances(old),
        _ => Flags(old),
    };

    /// <summary>Frees the vectors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[source, weight, share, added]) tensor.Dispose();
    }

    private Tensor Selected(Tensor old) => old.index_select(0, source);

    // Old numbers times share^shares / weight^weights.
    private Tensor Times(Tensor old, int weights, int shares = 1)
    {
        using var scope = NewDisposeScope();
        Tensor result = Selected(old);
        for (int i = 0; i < shares; i++) result.mul_(share);
        for (int i = 0; i < weights; i++) result.div_(weight);
        return result.MoveToOuterDisposeScope();
    }

    // The vectors while they are filled.
    private sealed class Rows
    {
        private readonly long[] source;
        private readonly float[] weight, share;

        public Rows(long count)
        {
            (source, weight, share, Added) = (new long[count], new float[count], new float[count], new float[count]);
            Array.Fill(weight, 1);
        }

        public float[] Added { get; }

        public void Copy(long from, long to, long count, float weight, float share)
        {
            for (long i = 0; i < count; i++) source[to + i] = from + i;
            Array.Fill(this.weight, weight, (int)to, (int)count);
            Array.Fill(this.share, share, (int)to, (int)count);
        }

        public ParameterMap ToMap(Device device) =>
            new(tensor(source, device: device), tensor(weight, device: device), tensor(share, device: device), tensor(Added, device: device));
    }
}
