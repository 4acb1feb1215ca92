using Engram.Graphs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Any TorchSharp module as a network, on any device: its parameters become slices of the flat vector and libtorch differentiates it.
/// The module belongs to the network from then on.
/// </summary>
/// <remarks>
/// <see cref="Forward"/> runs the module in training mode, or in evaluation mode within a <see cref="Measurement"/>; <see cref="Predict"/> and
/// <see cref="Features"/> always run it in the latter. Between calls every layer is in the mode it was given in. Sample gradients and
/// coactivity need a measurement where a layer behaves differently in training. Sample gradients are batched for a <see cref="LayerChain"/> or Sequential of dense layers, convolutions and layers
/// without parameters; any other module (batch normalisation, a layer used twice, layers that work in place) is done sample by sample,
/// which gives the same numbers slowly. Sample gradients of a layer that mixes samples are those of each sample alone.
/// </remarks>
public sealed class ModuleNetwork : Network
{
    private readonly nn.Module<Tensor, Tensor> module;
    private readonly LayerChain? chain;
    private readonly long[] moduleInputShape;
    private readonly Parameter[] parameters;
    private readonly LayerSampleGradients[]? layerGradients;
    private readonly bool dependsOnMode;

    private readonly List<(Tensor Input, Tensor Output)> captured = [];
    private Tensor? inputs, graph, outputs, inputGradient;
    private bool wasMeasured;

    /// <summary>Moves the module to the device and makes its parameters slices of the flat vector; their numbers stay.</summary>
    /// <param name="module">Takes [batch, inputs...], returns [batch, outputs]; all parameters float32.</param>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="outputs">Number of logits.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="moduleInputShape">Shape in which the module wants one input where it differs from <paramref name="inputShape"/>, such as one flat row.</param>
    /// <param name="outputWeight">Which of its parameters, counted from 0, is the output layer's weight, behind which its bias stands; left out they are the last two.</param>
    /// <exception cref="ArgumentException">A parameter is not float32, or there is no output layer where it is said to be.</exception>
    public ModuleNetwork(nn.Module<Tensor, Tensor> module, IReadOnlyList<long> inputShape, int outputs, Device device, IReadOnlyList<long>? moduleInputShape = null, int? outputWeight = null)
        : base(Prepare(module, device, outputWeight), inputShape, outputs, device)
    {
        chain = module as LayerChain ?? (module is Sequential sequential ? LayerChain.From(sequential) : null);
        this.module = chain ?? module;
        this.moduleInputShape = [.. moduleInputShape ?? inputShape];
        parameters = [.. DistinctParameters(module).Select(named => named.Parameter)];
        MoveIntoFlatVector();
        layerGradients = chain is null ? null : LayerSampleGradients.For(chain, Layout);
        dependsOnMode = !this.module.modules().All(IsPlain);
    }

    /// <inheritdoc/>
    /// <remarks>Backward and sample gradients may be called several times after one call.</remarks>
    public override Tensor Forward(Tensor inputs)
    {
        CheckInputs(inputs);
        Forget();
        bool mayStay = Device.type != DeviceType.CPU || FlatVector.IsAligned(inputs);
        this.inputs = (mayStay ? inputs.alias() : inputs.clone()).DetachFromDisposeScope();
        if (FindsInputGradient) this.inputs.requires_grad_(true);
        Run();
        return outputs = graph!.detach().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor inputs) => Constant(inputs, shaped => module.call(shaped));

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The module is neither a LayerChain nor a Sequential, so its last hidden layer is unknown.</exception>
    public override Tensor Features(Tensor inputs)
    {
        if (chain is null) throw new NotSupportedException($"{module.GetName()} does not say which of its values are features; build the network as a {nameof(LayerChain)} of layers.");
        int last = LastWithParameters(chain);
        return Constant(inputs, shaped =>
        {
            Tensor value = shaped;
            for (int i = 0; i < last; i++) value = chain.Layers[i].call(value);
            return value.flatten(1);
        });
    }

    /// <inheritdoc/>
    public override NetworkValues Describe(Graph graph, GraphValue inputs)
    {
        if (chain is null) throw EngramException.Input("no-graph", $"{module.GetName()} does not say which layers it has, so it cannot be written as a graph; build the network as a {nameof(LayerChain)} of layers, or ask it through Engram.");
        using var scope = NewDisposeScope();
        int last = LastWithParameters(chain);
        GraphValue value = graph.Reshape(inputs, moduleInputShape), features = value;
        for (int i = 0; i < chain.Layers.Count; i++)
        {
            if (i == last) features = graph.Apply("Flatten", [value]);
            value = LayerGraph.Of(graph, chain.Layers[i], chain.Names[i], value);
        }
        return new(features, value);
    }

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, Batch, mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        using var scope = NewDisposeScope();
        Differentiate(graph!, outputGradient, gradient, static (slice, part) => slice.copy_(part), static slice => slice.zero_());
        inputGradient?.Dispose();
        inputGradient = inputs!.requires_grad ? autograd.grad([graph!], [inputs], [outputGradient], retain_graph: true)[0].reshape(Batch, -1).DetachFromDisposeScope() : null;
    }

    /// <inheritdoc/>
    public override Tensor InputGradient => inputGradient ?? throw NoInputGradient();

    /// <inheritdoc/>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum)
    {
        CheckOutputGradient(outputGradient, Batch, mayHaveTerms: true);
        CheckFlat(sum, nameof(sum));
        using var scope = NewDisposeScope();
        Tensor terms = outputGradient.dim() == 3 ? outputGradient : outputGradient.unsqueeze(0); // [terms, batch, outputs]
        RequireMeasured();
        if (layerGradients is null || captured.Any(pair => !LayerSampleGradients.IsBatch(pair.Input, pair.Output))) AddSampleBySample(terms, power, sum);
        else AddByLayer(terms, power, sum);
    }

    /// <inheritdoc/>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum)
    {
        CheckOutputGradient(outputs, Batch, mayHaveTerms: false);
        CheckFlat(sum, nameof(sum));
        if (layerGradients is null) throw new NotSupportedException($"{module.GetName()} does not say what goes into and out of its layers; build the network as a {nameof(LayerChain)} of dense layers and convolutions.");
        using var scope = NewDisposeScope();
        RequireMeasured();
        using var constant = no_grad();
        int last = layerGradients.Length - 1;
        for (int i = 0; i <= last; i++) layerGradients[i].Add(captured[i].Input, [i < last ? captured[i].Output.relu() : outputs], SamplePower.Absolute, sum);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        foreach (var (name, buffer) in module.named_buffers()) state.Contents(name, buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
            module.Dispose();
        }
        base.Dispose(disposing);
    }

    private static ParameterLayout Prepare(nn.Module<Tensor, Tensor> module, Device device, int? outputWeight)
    {
        if (module.modules().All(IsPlain)) NativeEngine.RequireConvolutions();
        else NativeEngine.RequireModules();
        module.to(device); // replaces the parameter objects, so it comes before anything refers to them
        var named = DistinctParameters(module);
        if (named.FirstOrDefault(entry => entry.Parameter.dtype != ScalarType.Float32) is { Name: { } name, Parameter: { } wrong })
            throw new ArgumentException($"All parameters must be Float32, but {name} is {wrong.dtype}.", nameof(module));
        return new(named.Select(entry => (entry.Name, entry.Parameter.shape)), outputWeight);
    }

    // A layer, or layers one after the other, that are known to hold nothing but convolutions and products and to do the same in training and outside it.
    private static bool IsPlain(nn.Module layer) => layer.GetType() == typeof(Sequential) || layer is LayerChain or Linear or Conv2d or ReLU or Flatten or MaxPool2d or AvgPool2d or Tanh or Sigmoid;

    // A parameter that two layers share counts once.
    private static List<(string Name, Parameter Parameter)> DistinctParameters(nn.Module module)
    {
        HashSet<IntPtr> seen = [];
        return [.. module.named_parameters().Where(named => seen.Add(named.parameter.Handle))];
    }

    private void MoveIntoFlatVector()
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        for (int i = 0; i < parameters.Length; i++)
        {
            Tensor slice = Layout.Slices[i].Of(Parameters);
            slice.copy_(parameters[i]);
            parameters[i].set_(slice); // the same parameter object, now stored inside the flat vector
        }
    }


    // Runs the module on the kept inputs with its graph; a chain also keeps what its dense and convolution layers take and give.
    private void Run()
    {
        using var scope = NewDisposeScope();
        using var differentiable = enable_grad();
        using Mode? mode = InMode(training: !IsMeasured, isDifferentiated: true);
        Tensor value = Shaped(inputs!);
        if (chain is null || layerGradients is null) value = module.call(value);
        else
        {
            for (int i = 0; i < chain.Layers.Count; i++)
            {
                Tensor input = value;
                value = chain.Layers[i].call(input);
                if (chain.Layers[i] is Linear or Conv2d) captured.Add((input.alias().DetachFromDisposeScope(), value.DetachFromDisposeScope()));
            }
        }
        graph = value.DetachFromDisposeScope();
        wasMeasured = IsMeasured;
        if (graph.dim() != 2 || graph.size(1) != OutputCount)
            throw new InvalidOperationException($"The module returned {FlatVector.Describe(graph)}, but [batch, {OutputCount}] is expected.");
    }

    private Mode? InMode(bool training, bool isDifferentiated) => dependsOnMode ? new(module, training, isDifferentiated && Device.type == DeviceType.CUDA) : null;

    private void RequireMeasured()
    {
        if (dependsOnMode && !wasMeasured) throw new InvalidOperationException($"{module.GetName()} was run as in training, where it behaves differently; call {nameof(Forward)} within {nameof(Measure)}.");
    }

    private Tensor Constant(Tensor inputs, Func<Tensor, Tensor> run)
    {
        CheckInputs(inputs);
        Forget();
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        using Mode? mode = InMode(training: false, isDifferentiated: false);
        Tensor result = run(Shaped(inputs));
        return outputs = (ReferenceEquals(result, inputs) ? result.alias() : result).DetachFromDisposeScope();
    }

    // Gradient of the outputs, weighted by the output gradient, with respect to every parameter, handed on slice by slice.
    private void Differentiate(Tensor outputs, Tensor outputGradient, Tensor flat, Action<Tensor, Tensor> take, Action<Tensor> takeNothing)
    {
        int[] learned = [.. Enumerable.Range(0, parameters.Length).Where(i => parameters[i].requires_grad)];
        var parts = autograd.grad([outputs], [.. learned.Select(i => parameters[i])], [outputGradient], retain_graph: true, allow_unused: true);
        using var constant = no_grad();
        for (int i = 0, next = 0; i < parameters.Length; i++)
        {
            Tensor? part = next < learned.Length && learned[next] == i ? parts[next++] : null;
            Tensor slice = Layout.Slices[i].Of(flat);
            if (part is null || part.IsInvalid) takeNothing(slice); // a parameter that the outputs do not depend on
            else take(slice, part);
        }
    }

    private void AddByLayer(Tensor terms, SamplePower power, Tensor sum)
    {
        Tensor[] layerOutputs = [.. captured.Select(pair => pair.Output)];
        List<IList<Tensor>> deltas = [];
        for (long term = 0; term < terms.size(0); term++) deltas.Add(autograd.grad([graph!], layerOutputs, [terms.select(0, term)], retain_graph: true));
        using var constant = no_grad();
        for (int i = 0; i < layerGradients!.Length; i++) layerGradients[i].Add(captured[i].Input, [.. deltas.Select(ofTerm => ofTerm[i])], power, sum);
    }

    private void AddSampleBySample(Tensor terms, SamplePower power, Tensor sum)
    {
        using Mode? mode = InMode(training: false, isDifferentiated: true);
        for (long n = 0; n < inputs!.size(0); n++)
        {
            using var scope = NewDisposeScope();
            using var differentiable = enable_grad();
            Tensor output = module.call(Shaped(inputs.narrow(0, n, 1)));
            for (long term = 0; term < terms.size(0); term++)
                Differentiate(output, terms.select(0, term).narrow(0, n, 1), sum, (slice, part) => slice.Add(LayerSampleGradients.Power(part, power)), static _ => { });
        }
    }

    private static int LastWithParameters(LayerChain chain)
    {
        int last = chain.Layers.Count - 1;
        while (last > 0 && !chain.Layers[last].parameters().Any()) last--;
        return last;
    }

    // Rows of the last Forward, 0 where there was none.
    private int Batch => graph is null ? 0 : (int)graph.size(0);

    private Tensor Shaped(Tensor inputs) => inputs.reshape([inputs.size(0), .. moduleInputShape]);

    private void Forget()
    {
        foreach (var (input, output) in captured)
        {
            input.Dispose();
            output.Dispose();
        }
        captured.Clear();
        foreach (Tensor? tensor in (Tensor?[])[graph, inputs, outputs, inputGradient]) tensor?.Dispose();
        (graph, inputs, outputs, inputGradient) = (null, null, null, null);
    }

    // All layers in one mode, until each is put back into its own.
    private sealed class Mode : IDisposable
    {
        private readonly (nn.Module Layer, bool IsTraining)[] before;

        public Mode(nn.Module module, bool training, bool isDifferentiatedByCudnn)
        {
            before = [.. module.modules().Prepend(module).Select(layer => (layer, layer.training))];
            if (!training && isDifferentiatedByCudnn) RequireSingle();
            module.train(training);
            // cuDNN differentiates a recurrent layer in training mode only, and ends the process in the other; a single one does the same in both.
            if (isDifferentiatedByCudnn)
                foreach (nn.Module layer in Recurrent()) layer.train(true);
        }

        private IEnumerable<nn.Module> Recurrent() => before.Select(one => one.Layer).Where(layer => layer is LSTM or GRU or RNN);

        // Between stacked layers there may be dropout, which a layer does not tell.
        private void RequireSingle()
        {
            if (Recurrent().FirstOrDefault(layer => layer.named_parameters().Any(one => one.name.EndsWith("_l1", StringComparison.Ordinal))) is { } stacked)
                throw EngramException.Input("stacked-on-cuda", $"{stacked.GetName()} has several layers, which CUDA cannot differentiate outside training, as this method asks; build it of single layers, or use --device cpu.");
        }

        public void Dispose()
        {
            foreach (var (layer, isTraining) in before) layer.train(isTraining); // a layer comes before those within it, which it takes along
        }
    }
}
