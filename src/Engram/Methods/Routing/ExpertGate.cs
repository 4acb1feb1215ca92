using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Routing;

/// <summary>
/// Expert Gate (Aljundi et al. 2017, arXiv 1611.06194): every task has an expert network, and an autoencoder that knows its data; the expert
/// whose autoencoder reconstructs an input best answers it, so the task need not be given. A new expert begins as a copy of that of the most
/// related task, by Rel = 1 - (Er_a - Er_k) / Er_k with the mean errors of the old gate a and the new gate k on the new task's held-out data:
/// above the threshold it learns with the old expert's answers kept (learning without forgetting), else it is fine-tuned.
/// </summary>
/// <remarks>
/// In the task scenario the given task says which outputs compete, and with <c>gate=oracle</c> which expert answers; a task not yet learned is left to
/// the gates. In the domain scenario the chosen expert answers with all outputs, in the class scenario with those of its task.
/// Differs from the paper: gates see raw inputs or features of an untrained network, not of one trained on ImageNet; the outputs of the related
/// task that are kept are those of its own task, as the new expert learns all outputs in one layer. Held-out data are the task's validation
/// samples, or where there are none a share of its training samples that the gate does not learn.
/// </remarks>
[Method("expert-gate", Family = "routing", Owns = Hooks.Loss | Hooks.Predict | Hooks.ParameterCount, Alone = "it has an expert network of its own for each task",
    Summary = "an expert network per task, chosen by the autoencoder that knows the input best", Paper = "Aljundi et al. 2017, arXiv 1611.06194")]
public sealed class ExpertGate(ExpertGate.Options options) : LearningMethod, IExhibitor
{
    private const int Chunk = 500;

    private readonly List<Network> experts = []; // the last one learns and is the model's
    private readonly List<AutoencoderGate> gates = [];
    private readonly Dictionary<int, Tensor> masks = [];
    private GateInputs? inputs;
    private List<double> thresholds = []; // per gate
    private List<double[]> relatedness = []; // [task][earlier task]

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Who says which expert answers.</summary>
        [Description("who chooses the expert: learned (the gates) or oracle (the given task, task scenario only)")]
        public GateKind Gate { get; init; }

        /// <summary>What the gates look at.</summary>
        [Description("what the gates look at: raw inputs, or features of the untrained network")]
        public GateInput Inputs { get; init; }

        /// <summary>Units of an autoencoder's hidden layer.</summary>
        [Description("units of an autoencoder's hidden layer"), Range(1, 65_536)]
        public int Code { get; init; } = 100;

        /// <summary>Passes of an autoencoder over its task's data.</summary>
        [Description("passes of an autoencoder over its task's data"), Range(1, 10_000)]
        public int GateEpochs { get; init; } = 10;

        /// <summary>Step size of the autoencoders' Adagrad.</summary>
        [Description("step size of the autoencoders' Adagrad"), Range(0.0, 10.0, MinimumIsExclusive = true)]
        public double GateLearningRate { get; init; } = 1e-2;

        /// <summary>Pull of the autoencoders' parameters to zero.</summary>
        [Description("weight decay of the autoencoders' weights"), Range(0.0, 10.0)]
        public double GateWeightDecay { get; init; } = 5e-4;

        /// <summary>Errors are divided by it before the softmax.</summary>
        [Description("temperature tau of the gates' softmax"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double Temperature { get; init; } = 2;

        /// <summary>Relatedness above which the new expert keeps the old one's answers.</summary>
        [Description("relatedness above which a new expert learns with the old one's answers kept"), Range(-1e6, 1.0)]
        public double Threshold { get; init; } = 0.85;

        /// <summary>Weight of the old expert's answers.</summary>
        [Description("weight of the old expert's answers"), Range(0.0, double.MaxValue)]
        public double Distillation { get; init; } = 1;

        /// <summary>Temperature of the old expert's answers.</summary>
        [Description("temperature T of the old expert's answers"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double DistillationTemperature { get; init; } = 2;

        /// <summary>Share of the training samples held out from the gate where the task has no validation samples.</summary>
        [Description("share of the training samples that a gate is measured on where there are no validation samples"), Range(0.0, 0.9, MinimumIsExclusive = true)]
        public double HeldOut { get; init; } = 0.1;

        /// <summary>Share of a task's held-out samples that its gate must know; an input that no gate knows belongs to none of the tasks.</summary>
        [Description("share of its task's held-out samples that a gate must know; an input no gate knows belongs to no task"), Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double Known { get; init; } = 0.99;
    }

    /// <summary>Parameters of all experts, all gates and the gates' fixed body.</summary>
    public override long ParameterCount => Math.Max(1, experts.Count) * Model.Network.Layout.Count + gates.Sum(gate => gate.Parameters.numel()) + (inputs?.ParameterCount ?? 0);

    /// <inheritdoc/>
    public override long StoredBytes => (inputs?.StoredBytes ?? 0) + thresholds.Count * sizeof(double);

    /// <summary>How related the last task was to each earlier one.</summary>
    internal IReadOnlyList<double[]> RelatednessOfTasks => relatedness;

    /// <summary>Rel = 1 - (Er_a - Er_k) / Er_k: 1 where the old gate knows the new data as well as the new one.</summary>
    /// <param name="oldError">Mean error Er_a of the old task's gate on the new task's data.</param>
    /// <param name="ownError">Mean error Er_k of the new task's gate on them.</param>
    public static double Relatedness(double oldError, double ownError) => 1 - (oldError - ownError) / ownError;

    /// <inheritdoc/>
    /// <exception cref="EngramException">An oracle is asked for where no task is given.</exception>
    public override void Join(Model run)
    {
        if (options.Gate == GateKind.Oracle && run.Scenario != Scenario.Task)
            throw EngramException.Input("invalid-setting", $"method.gate is oracle but no task is given in the {run.Scenario.ToString().ToLowerInvariant()} scenario; set method.gate to learned, or stream.scenario to task.");
        base.Join(run);
        run.GrowsOutputs = false; // each task has an expert of its own
        inputs = NewInputs();
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (gates.Count > task.Index) return;
        GiveAllOutputs();
        if (task.Index == 0) inputs!.Fit(task.Train);
        var (learned, measured, heldOut) = Split(task);
        AutoencoderGate gate = NewGate(task.Index);
        gate.Train(task.Train, learned, options.GateEpochs, options.GateLearningRate, options.GateWeightDecay, epoch => Model.Seed.For("gate order", task.Index, epoch));
        double[] own = gate.Errors(measured, heldOut);
        relatedness.Add([.. gates.Select(old => Relatedness(old.Errors(measured, heldOut).Average(), own.Average()))]);
        thresholds.Add(Quantile(own, options.Known));
        gates.Add(gate);
        experts.Add(task.Index == 0 ? Model.Network : CopyOf(experts[MostRelated(task.Index)]));
        if (task.Index > 0) Model.Replace(experts[^1]);
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        int task = experts.Count - 1;
        Objective loss = Model.Answers.Loss(logits, batch.Targets, OwnMask(task), Model.RowWeights(batch.Targets));
        if (!KeepsAnswers(task)) return loss;
        int related = MostRelated(task);
        return loss + options.Distillation * Objective.Distillation(logits, experts[related].Predict(batch.Inputs), options.DistillationTemperature, OwnMask(related));
    }

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs)
    {
        if (gates.Count == 0) return base.Predict(inputs);
        bool isGiven = options.Gate == GateKind.Oracle && inputs.Tasks.All(task => task < experts.Count);
        int[] chosen = isGiven ? TasksOf(inputs) : Nearest(Errors(inputs.Values));
        return Answers(inputs, chosen);
    }

    /// <summary>Which expert each input belongs to, or that it belongs to none; needs no labels and no task.</summary>
    /// <param name="batch">[batch, inputs...], float32, on the run's device.</param>
    /// <exception cref="EngramException">The inputs have another shape than the tasks', or no task has been learned.</exception>
    public GateChoice Choose(Tensor batch)
    {
        if (gates.Count == 0) throw EngramException.Input("nothing-learned", "There is no expert to choose: no task has been learned; learn one first.");
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        double[][] errors = Rows(Errors(batch));
        return new([.. errors.Select(row => Array.IndexOf(row, row.Min()))], [.. errors.Select(IsKnown)], [.. errors.Select(row => GateChoice.ProbabilitiesOf(row, options.Temperature))], errors);
    }

    /// <inheritdoc/>
    public IEnumerable<Exhibit> Exhibits()
    {
        string[] names = [.. Model.Tasks.Take(gates.Count).Select(task => task.Name)];
        GateRecord[] records = [.. Model.Tasks.Take(gates.Count).Select(Measure)];
        yield return new ExhibitTable("gate", "test samples of", names, "went to the expert of", names, [.. records.Select(record => record.Chosen.Select(share => (double?)share).ToArray())],
            "Each row adds up to 1; the diagonal is the gate's accuracy.");
        double[][] sums = [.. records.Select((record, task) => new[] { record.Chosen[task], record.Unknown, record.WithGate, record.WithOracle })];
        double?[][] values = [.. sums.Append([.. Enumerable.Range(0, 4).Select(column => sums.Average(row => row[column]))]).Select(row => row.Select(share => (double?)share).ToArray())];
        yield return new ExhibitTable("gate against oracle", "task", [.. names, "mean"], "share of test samples", ["right expert", "known to no gate", "accuracy", "accuracy with the right expert"], values,
            $"What the gates cost: accuracy with the expert that they choose against accuracy with the task's own. A sample is known to no gate when every error is above what {options.Known:P0} of the task's own held-out samples have; it is answered all the same.");
        yield return new ExhibitTable("relatedness", "task", names, "expert of", names,
            [.. relatedness.Select(row => names.Select((_, old) => old < row.Length ? Math.Clamp(row[old], 0, 1) : (double?)null).ToArray())],
            $"1 - (old gate's error - own gate's error) / own gate's error on the new task's held-out samples, shown between 0 and 1. The new expert is a copy of the most related one; above {options.Threshold} it keeps that one's answers while learning.");
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        int count = experts.Count;
        state.Value("experts", ref count);
        state.Value("thresholds", ref thresholds);
        state.Value("relatedness", ref relatedness, least: double.MinValue, most: 1e300);
        state.Require(count == Model.TasksSeen && thresholds.Count == count, "experts", "one for each task begun");
        state.Require(relatedness.Select(row => row.Length).SequenceEqual(Enumerable.Range(0, count)), "relatedness", "that of each task to each earlier one");
        inputs!.Visit(state.Part("inputs"));
        if (state.IsRestoring && count > 0)
        {
            while (gates.Count < count) gates.Add(NewGate(gates.Count));
            while (experts.Count < count) experts.Add(Model.NewNetwork());
            Model.Replace(experts[^1]).Dispose();
        }
        for (int task = 0; task < count; task++) state.Contents($"gate{task}", gates[task].Parameters);
        for (int task = 0; task < count - 1; task++)
        {
            state.Contents($"expert{task}", experts[task].Parameters);
            experts[task].Visit(state.Part($"expert{task}"));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (Network expert in experts.SkipLast(1)) expert.Dispose();
        foreach (AutoencoderGate gate in gates) gate.Dispose();
        ForgetMasks();
        inputs?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The value that a share of the numbers do not exceed.</summary>
    internal static double Quantile(IEnumerable<double> numbers, double share)
    {
        double[] sorted = [.. numbers.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>Whether a task's expert learned, or learns, with the related expert's answers kept.</summary>
    internal bool KeepsAnswers(int task) => task > 0 && options.Distillation > 0 && relatedness[task].Max() > options.Threshold;

    /// <summary>The earlier task whose expert a task's own began as.</summary>
    internal int MostRelated(int task) => Array.IndexOf(relatedness[task], relatedness[task].Max());

    // No earlier expert answers with new outputs, but all have as many.
    private void GiveAllOutputs()
    {
        if (Model.Network.OutputCount == Model.OutputCount) return;
        for (int task = 0; task < experts.Count; task++) experts[task] = Model.WithAllOutputs(experts[task], Model.NewNetwork());
        if (experts.Count == 0) Model.Replace(Model.NewNetwork()).Dispose();
        else Model.Replace(experts[^1]);
        ForgetMasks();
    }

    private GateInputs NewInputs()
    {
        if (options.Inputs == GateInput.Raw) return new(checked((int)Model.Network.InputShape.Aggregate(1L, (product, size) => product * size)), null, Model.Device);
        Network body = Model.NewNetwork();
        using var scope = NewDisposeScope();
        int features = checked((int)body.Features(zeros([1, .. body.InputShape], device: Model.Device)).size(1));
        return new(features, body, Model.Device);
    }

    private AutoencoderGate NewGate(int task) => new(inputs!, options.Code, Model.Seed.Derive("gate", task), Model.Device);

    private Network CopyOf(Network expert)
    {
        Network copy = Model.NewNetwork();
        NetworkSnapshot.Copy(expert, copy);
        return copy;
    }

    // What the gate learns, and what it is measured on: indices into the training data, and into the set beside them.
    private (int[] Learned, Samples Measured, int[] HeldOut) Split(LearningTask task)
    {
        if (task.Validation is { } validation) return ([.. Enumerable.Range(0, task.Train.Count)], validation, [.. Enumerable.Range(0, validation.Count)]);
        int[] order = Model.Seed.For("gate held out", task.Index).Permutation(task.Train.Count);
        int held = Math.Clamp((int)Math.Round(options.HeldOut * order.Length), 1, Math.Max(1, order.Length - 1));
        return (order[held..], task.Train, order[..held]);
    }

    // [batch, gates].
    private Tensor Errors(Tensor batch)
    {
        IReadOnlyList<long> shape = Model.Network.InputShape;
        if (batch.dim() == 0 || batch.numel() != batch.size(0) * shape.Aggregate(1L, (product, size) => product * size))
            throw EngramException.Input("shape-mismatch", $"The inputs are {FlatVector.Describe(batch)}, but the gates know inputs [batch, {string.Join(", ", shape)}]; give them inputs like those of the tasks.");
        Tensor seen = inputs!.Of(batch);
        return stack(gates.Select(gate => gate.Errors(seen)), 1);
    }

    private static int[] Nearest(Tensor errors) => [.. errors.argmin(1).cpu().data<long>().Select(expert => (int)expert)];

    private static double[][] Rows(Tensor errors)
    {
        double[] numbers = errors.to(float64).cpu().contiguous().data<double>().ToArray();
        return [.. numbers.Chunk((int)errors.size(1))];
    }

    private bool IsKnown(double[] errors) => errors.Zip(thresholds).Any(pair => pair.First <= pair.Second);

    private static int[] TasksOf(Inputs inputs) => inputs.Tasks.Length == 1 ? [.. Enumerable.Repeat(inputs.Tasks[0], (int)inputs.Count)] : inputs.Tasks;

    // Each sample's answer by the expert chosen for it.
    private Tensor Answers(Inputs inputs, int[] chosen)
    {
        Tensor answers = empty(inputs.Count, Model.Network.OutputCount, device: Model.Device);
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, chosen.Length).GroupBy(row => chosen[row]))
        {
            Tensor index = tensor([.. rows.Select(row => (long)row)], device: Model.Device);
            Tensor logits = experts[rows.Key].Predict(inputs.Values.index_select(0, index));
            answers.index_copy_(0, index, Model.Scenario == Scenario.Class && OwnMask(rows.Key) is { } own ? logits.Plus(own) : logits);
        }
        return Model.Scenario == Scenario.Task ? answers.Plus(Model.Mask(inputs)!) : answers;
    }

    private GateRecord Measure(LearningTask task)
    {
        double[] chosen = new double[gates.Count];
        long unknown = 0, withGate = 0, withOracle = 0;
        using BatchReader reader = new(task.Test.InputShape, Chunk, Model.Device);
        foreach (int[] part in Enumerable.Range(0, task.Test.Count).Chunk(Chunk))
        {
            using var scope = NewDisposeScope();
            using var constant = no_grad();
            Batch batch = reader.Read(task.Test, part);
            Tensor errors = Errors(batch.Inputs);
            int[] nearest = Nearest(errors);
            foreach (int expert in nearest) chosen[expert]++;
            unknown += Rows(errors).Count(row => !IsKnown(row));
            withGate += Right(nearest);
            withOracle += Right([.. Enumerable.Repeat(task.Index, part.Length)]);

            long Right(int[] experts) => Answers(batch, experts).argmax(1).eq(batch.Targets).sum().item<long>();
        }
        double count = task.Test.Count;
        return new([.. chosen.Select(samples => samples / count)], unknown / count, withGate / count, withOracle / count);
    }

    // What is added to the logits so that only the outputs of a task compete, [1, outputs]; null where they are all there are.
    private Tensor? OwnMask(int task)
    {
        LearningTask own = Model.Tasks[task];
        int outputs = Model.Network.OutputCount;
        if (own.Outputs.Count == outputs) return null;
        if (masks.TryGetValue(task, out Tensor? mask)) return mask;
        mask = TensorArithmetic.Filled([1, outputs], float.NegativeInfinity, Model.Device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        mask.index_copy_(1, own.OutputsOn(Model.Device), zeros(1, own.Outputs.Count, device: Model.Device));
        return masks[task] = mask;
    }

    private void ForgetMasks()
    {
        foreach (Tensor mask in masks.Values) mask.Dispose();
        masks.Clear();
    }

    private sealed record GateRecord(double[] Chosen, double Unknown, double WithGate, double WithOracle);
}
