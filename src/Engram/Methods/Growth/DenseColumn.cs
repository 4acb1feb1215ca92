using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>
/// A column of dense layers in main memory, as matrix products scheduled by hand like <see cref="Perceptron"/>'s. A step costs the forward
/// products of all columns and the backward products of this one; nothing is allocated per step.
/// </summary>
internal sealed unsafe class DenseColumn : NetworkColumn
{
    private readonly IReadOnlyList<DenseColumn> earlier;
    private readonly Layer[] layers;
    private readonly float* parameters;
    private readonly GrowingBuffer[] deltas; // two suffice, since each needs only the one above
    private readonly GrowingBuffer inputWeights;
    private readonly NetworkBuffers buffers = new();
    private float* inputs;
    private int batch;
    private bool hasOutputs, isFrozen;

    /// <summary>Makes the column with all parameters zero.</summary>
    /// <param name="plan">Its parameters, those of dense layers.</param>
    /// <param name="earlier">The columns before it; they stay their owner's.</param>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="outputs">Number of logits.</param>
    public DenseColumn(ColumnPlan plan, IReadOnlyList<DenseColumn> earlier, IReadOnlyList<long> inputShape, int outputs) : base(plan, inputShape, outputs, CPU)
    {
        this.earlier = earlier;
        parameters = FlatVector.Pointer(Parameters);
        layers = [.. plan.Layers.Select(layer => new Layer(layer, plan.Layout.Slices, buffers))];
        int widest = layers.Max(layer => Math.Max(layer.Inputs, layer.Outputs));
        (deltas, inputWeights) = ([buffers.New(widest), buffers.New(widest)], buffers.New(layers[0].Inputs));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        Run(inputs, layers.Length);
        hasOutputs = true;
        return layers[^1].Activations.View(batch);
    }

    /// <inheritdoc/>
    public override Tensor Features(Tensor inputs)
    {
        Run(inputs, layers.Length - 1);
        return layers.Length > 1 ? Hidden(layers.Length - 2) : buffers.Inputs!;
    }

    /// <inheritdoc/>
    public override Tensor Hidden(int layer) => layers[layer].Activations.View(batch);

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, hasOutputs ? batch : 0, mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        float* delta = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(gradient);
        DenseKernels.SumColumns(delta, flat + layers[^1].Bias, batch, OutputCount);
        for (int l = layers.Length - 1; ; l--)
        {
            Layer layer = layers[l];
            OuterProduct(delta, layer.Outputs, InputsOf(this, l), layer.Inputs, flat + layer.Weight);
            if (layer.Linear.Length > 0) LinearGradients(l, delta, flat);
            if (layer.Projections.Length > 0) AdapterGradients(l, delta, flat);
            if (l == 0) break;
            float* below = deltas[l % 2].Reserve(batch);
            Blas.Gemm(false, false, batch, layer.Inputs, layer.Outputs, 1, delta, layer.Outputs, parameters + layer.Weight, layer.Inputs, 0, below, layer.Inputs);
            delta = below;
            DenseKernels.MaskAndSumColumns(delta, InputsOf(this, l), flat + layers[l - 1].Bias, batch, layer.Inputs);
        }
    }

    /// <inheritdoc/>
    public override void Freeze()
    {
        isFrozen = false;
        InputWeights();
        isFrozen = true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        hasOutputs = false;
        if (disposing) buffers.Dispose();
        base.Dispose(disposing);
    }

    // All columns see one input; of the earlier ones only the hidden layers are needed.
    private void Run(Tensor given, int depth)
    {
        hasOutputs = false;
        batch = CheckInputs(given);
        inputs = FlatVector.Pointer(given);
        buffers.Keep(given);
        foreach (DenseColumn column in earlier)
        {
            column.inputs = inputs;
            column.batch = batch;
            column.hasOutputs = false;
            column.RunLayers(layers.Length - 1);
        }
        RunLayers(depth);
    }

    private void RunLayers(int depth)
    {
        for (int l = 0; l < depth; l++)
        {
            Layer layer = layers[l];
            float* sums = layer.Activations.Reserve(batch);
            Product(InputsOf(this, l), layer.Inputs, l == 0 ? InputWeights() : parameters + layer.Weight, layer.Outputs, 1, 0, sums);
            for (int j = 0; l > 0 && j < layer.Linear.Length; j++) Product(InputsOf(earlier[j], l), layer.Inputs, parameters + layer.Linear[j], layer.Outputs, 1, 1, sums);
            if (layer.Projections.Length > 0)
            {
                float* adapted = layer.Adapted.Reserve(batch);
                for (int j = 0; j < layer.Projections.Length; j++)
                    Product(InputsOf(earlier[j], l), layer.Inputs, parameters + layer.Projections[j], layer.Inputs, parameters[layer.Scalars + j], j == 0 ? 0 : 1, adapted);
                DenseKernels.Rectify(adapted, (nint)batch * layer.Inputs);
                Product(adapted, layer.Inputs, parameters + layer.Adapter, layer.Outputs, 1, 1, sums);
            }
            DenseKernels.AddBias(sums, parameters + layer.Bias, batch, layer.Outputs, rectify: l < layers.Length - 1);
            if (Disturbance is { } disturbance && disturbance.Layer == l) layer.Activations.View(batch).Add(disturbance.Noise);
        }
    }

    // All connections of the first layer see the input, so that they and its weight act as one matrix, their sum.
    private float* InputWeights()
    {
        Layer first = layers[0];
        if (first.Linear.Length == 0) return parameters + first.Weight;
        if (isFrozen) return inputWeights.Pointer;
        float* sum = inputWeights.Reserve(first.Outputs);
        nint length = (nint)first.Outputs * first.Inputs;
        VectorPass.Run(new WeightSum { Weight = parameters + first.Weight, Connections = parameters + first.Linear[0], Count = first.Linear.Length, Length = length, Sum = sum }, length);
        return sum;
    }

    private void LinearGradients(int l, float* delta, float* flat)
    {
        Layer layer = layers[l];
        nint length = (nint)layer.Outputs * layer.Inputs;
        for (int j = 0; j < layer.Linear.Length; j++)
        {
            // Connections from the input itself all have the gradient of the layer's own weight.
            if (l == 0) Buffer.MemoryCopy(flat + layer.Weight, flat + layer.Linear[j], length * sizeof(float), length * sizeof(float));
            else OuterProduct(delta, layer.Outputs, InputsOf(earlier[j], l), layer.Inputs, flat + layer.Linear[j]);
        }
    }

    private void AdapterGradients(int l, float* delta, float* flat)
    {
        Layer layer = layers[l];
        float* adapted = layer.Adapted.Pointer, below = layer.AdaptedDelta.Reserve(batch);
        OuterProduct(delta, layer.Outputs, adapted, layer.Inputs, flat + layer.Adapter);
        Blas.Gemm(false, false, batch, layer.Inputs, layer.Outputs, 1, delta, layer.Outputs, parameters + layer.Adapter, layer.Inputs, 0, below, layer.Inputs);
        DenseKernels.Mask(below, adapted, (nint)batch * layer.Inputs);
        for (int j = 0; j < layer.Projections.Length; j++)
        {
            // With G = below^T h_j, the gradient of alpha_j V_j: that of V_j is alpha_j G, that of alpha_j the sum of G V_j.
            float* projection = flat + layer.Projections[j];
            OuterProduct(below, layer.Inputs, InputsOf(earlier[j], l), layer.Inputs, projection);
            flat[layer.Scalars + j] = DenseKernels.DotAndScale(projection, parameters + layer.Projections[j], parameters[layer.Scalars + j], (nint)layer.Inputs * layer.Inputs);
        }
    }

    // target = factor x weight^T + keep target.
    private void Product(float* x, int columns, float* weight, int outputs, float factor, float keep, float* target) =>
        Blas.Gemm(false, true, batch, outputs, columns, factor, x, columns, weight, columns, keep, target, outputs);

    // target = delta^T x.
    private void OuterProduct(float* delta, int outputs, float* x, int columns, float* target) =>
        Blas.Gemm(true, false, outputs, columns, batch, 1, delta, outputs, x, columns, 0, target, columns);

    private static float* InputsOf(DenseColumn column, int layer) => layer == 0 ? column.inputs : column.layers[layer - 1].Activations.Pointer;

    // Sum = weight + the connections, which lie one after the other.
    private struct WeightSum : IVectorPass
    {
        public float* Weight, Connections, Sum;
        public nint Length;
        public int Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> sum = Vector.Load(Weight + i);
            for (int j = 0; j < Count; j++) sum += Vector.Load(Connections + j * Length + i);
            Vector.Store(sum, Sum + i);
        }

        public readonly void DoNumber(nint i)
        {
            float sum = Weight[i];
            for (int j = 0; j < Count; j++) sum += Connections[j * Length + i];
            Sum[i] = sum;
        }
    }

    private sealed class Layer(ColumnLayer plan, IReadOnlyList<ParameterSlice> slices, NetworkBuffers buffers)
    {
        public int Inputs { get; } = (int)slices[plan.Weight].Shape[1];
        public int Outputs { get; } = (int)slices[plan.Weight].Shape[0];
        public nint Weight { get; } = (nint)slices[plan.Weight].Offset;
        public nint Bias { get; } = (nint)slices[plan.Bias].Offset;
        public nint[] Linear { get; } = [.. plan.Linear.Select(slice => (nint)slices[slice].Offset)];
        public nint[] Projections { get; } = [.. plan.Projections.Select(slice => (nint)slices[slice].Offset)];
        public nint Scalars { get; } = plan.Scalars < 0 ? -1 : (nint)slices[plan.Scalars].Offset;
        public nint Adapter { get; } = plan.Adapter < 0 ? -1 : (nint)slices[plan.Adapter].Offset;
        public GrowingBuffer Activations { get; } = buffers.New((int)slices[plan.Weight].Shape[0]);
        public GrowingBuffer Adapted { get; } = buffers.New((int)slices[plan.Weight].Shape[1]);
        public GrowingBuffer AdaptedDelta { get; } = buffers.New((int)slices[plan.Weight].Shape[1]);
    }
}
