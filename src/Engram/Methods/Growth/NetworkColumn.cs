using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>
/// One column of a progressive network: a network of its own whose layers also see what the columns before it make of the same input.
/// Its flat vector holds its own parameters and those of its connections; earlier columns only run forward and never change.
/// </summary>
internal abstract class NetworkColumn : Network
{
    /// <summary>Makes the column with all parameters zero.</summary>
    /// <param name="plan">Its parameters.</param>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="outputs">Number of logits.</param>
    /// <param name="device">Where it computes.</param>
    protected NetworkColumn(ColumnPlan plan, IReadOnlyList<long> inputShape, int outputs, Device device) : base(plan.Layout, inputShape, outputs, device) => Plan = plan;

    /// <summary>Its parameters.</summary>
    public ColumnPlan Plan { get; }

    /// <summary>Layers whose values later columns see: all but the outputs.</summary>
    public int HiddenLayers => Plan.Layers.Length - 1;

    /// <summary>What is added to the values of a hidden layer before anything sees them, in the shape of <see cref="Hidden"/>; null adds nothing.</summary>
    public (int Layer, Tensor Noise)? Disturbance { get; set; }

    /// <summary>Values of a hidden layer in the last run; the column's, valid until its next run.</summary>
    public abstract Tensor Hidden(int layer);

    /// <summary>Says that its parameters stay as they are from now on, so that what follows from them alone is found once; to be called again where they were restored.</summary>
    public virtual void Freeze() { }

    /// <summary>Draws the first numbers: those of a plain network, and small ones for the connections, so that these start quiet.</summary>
    /// <param name="plain">Parameters of a freshly made network of the run's kind, [P].</param>
    /// <param name="random">Where the rest comes from.</param>
    /// <param name="scale">Deviation of the linear connections, mean of the adapters' scalars.</param>
    public void Draw(Tensor plain, RandomSource random, double scale)
    {
        float[] numbers = new float[Layout.Count - Plan.PlainCount];
        foreach (ColumnLayer layer in Plan.Layers)
        {
            foreach (int slice in layer.Linear)
                foreach (ref float number in Of(slice)) number = (float)(scale * random.NextGaussian());
            if (layer.Adapter < 0) continue;
            foreach (ref float number in Of(layer.Scalars)) number = (float)random.NextDouble(0, 2 * scale);
            foreach (int slice in (int[])[.. layer.Projections, layer.Adapter])
            {
                double bound = 1 / Math.Sqrt(Layout.Slices[slice].Shape.Skip(1).Aggregate(1.0, (product, size) => product * size)); // as PyTorch's layers
                foreach (ref float number in Of(slice)) number = (float)random.NextDouble(-bound, bound);
            }
        }
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Parameters.narrow(0, 0, Plan.PlainCount).copy_(plain);
        if (numbers.Length > 0) Parameters.narrow(0, Plan.PlainCount, numbers.Length).copy_(tensor(numbers));

        Span<float> Of(int slice) => numbers.AsSpan((int)(Layout.Slices[slice].Offset - Plan.PlainCount), (int)Layout.Slices[slice].Length);
    }

    /// <inheritdoc/>
    /// <remarks>Not found: a column stands on the input.</remarks>
    public override Tensor InputGradient => throw NoInputGradient();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: nothing asks a column, since its old parameters never change.</exception>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum) => throw NotMeasured();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always, as for sample gradients.</exception>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum) => throw NotMeasured();

    private static NotSupportedException NotMeasured() => new("A column of a progressive network has no sample gradients: what it knew never changes, so its importance is not measured.");
}
