using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>
/// Progressive networks (Rusu et al. 2016, arXiv 1606.04671): every task gets a column of its own, all earlier columns are frozen, and layer i of
/// column k also sees what they make of the same input,
/// h_i^k = relu(W_i^k h_{i-1}^k + b + U_i^k relu(sum over j &lt; k of alpha_j V_j h_{i-1}^j)) with adapters, or + sum of U_j h_{i-1}^j with linear connections.
/// The output layer has them too, the first layer has none. Old tasks are answered by old columns, so nothing is ever forgotten.
/// </summary>
/// <remarks>
/// With <c>inputLaterals</c> the first layer has linear connections as well, one per earlier column and each from the input itself, as in
/// A-GEM's comparison (Chaudhry et al. 2019, arXiv 1812.00420). In a convolutional network projections and connections between convolutions are
/// windows of one pixel (the paper: projections only), and maps are flattened for the dense layer. Adapters have no bias. A column has the
/// outputs of its task alone. A task not yet learned is answered by the untrained network.
/// The first column is the network that plain fine-tuning begins with.
/// </remarks>
[Method("progressive", Family = "growth", Owns = Hooks.Loss | Hooks.Predict | Hooks.ParameterCount, Scenarios = [Scenario.Task], Reason = "it must be told the task to choose its column",
    Alone = "it grows a column for each task and changes nothing that was learned before",
    Summary = "a new column for each task that sees the frozen columns of old ones: nothing is forgotten", Paper = "Rusu et al. 2016, arXiv 1606.04671")]
public sealed class ProgressiveNetworks(ProgressiveNetworks.Options options) : LearningMethod, IExhibitor
{
    private readonly List<NetworkColumn> columns = []; // the last one learns and is the model's
    private Network? untrained;
    private double?[][][] shares = []; // [task][layer][column]

    /// <summary>Settings.</summary>
    public sealed record Options : ISettingsRules
    {
        /// <summary>How a column sees the columns before it.</summary>
        [Description("how a column sees earlier ones: adapter (the paper's) or linear")]
        public LateralKind Lateral { get; init; }

        /// <summary>Whether the first layer has connections too, from the input itself.</summary>
        [Description("connect the first layer too, once per earlier column and from the input itself (A-GEM's variant)")]
        public bool InputLaterals { get; init; }

        /// <summary>Size of the first connections, so that earlier columns start quiet.</summary>
        [Description("deviation of the first linear connections, mean of the adapters' first scalars"), Range(0.0, 10.0)]
        public double Scale { get; init; } = 0.01;

        /// <summary>Test samples of each task in the picture of which column it uses.</summary>
        [Description("test samples per task in the table of which columns it uses; 0 = no table"), Range(0, int.MaxValue)]
        public int SensitivitySamples { get; init; } = 100;

        /// <inheritdoc/>
        public IEnumerable<string> Problems(string path)
        {
            if (InputLaterals && Lateral != LateralKind.Linear)
                yield return $"{path}.inputLaterals is true but {path}.lateral is {Lateral.ToString().ToLowerInvariant()}: connections of the first layer are linear; set {path}.lateral to linear.";
            if (Scale == 0 && Lateral == LateralKind.Adapter)
                yield return $"{path}.scale is 0 but must be above 0 for adapters, whose projections would never learn; for example 0.01.";
        }
    }

    /// <summary>The columns so far; the last one learns.</summary>
    internal IReadOnlyList<NetworkColumn> Columns => columns;

    /// <inheritdoc/>
    /// <exception cref="EngramException">The run's network is of a kind that cannot be laid out in columns.</exception>
    public override void Join(Model run)
    {
        NextColumn.Require(run.Definition);
        base.Join(run);
        run.GrowsOutputs = false; // a column has the outputs of its own task
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (columns.Count > task.Index) return;
        if (untrained is not null && untrained.OutputCount < Model.OutputCount) untrained = Model.WithAllOutputs(untrained, Model.NewNetwork());
        untrained ??= Model.NewNetwork();
        if (columns.Count > 0) columns[^1].Freeze();
        NetworkColumn column = NewColumn(task.Index);
        Network last = Model.Replace(column);
        if (task.Index == 0) last.Dispose();
        columns.Add(column);
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits) => Model.Answers.Loss(logits, Model.Tasks[columns.Count - 1].PlacesOf(batch.Targets), null, Model.RowWeights(batch.Targets));

    /// <inheritdoc/>
    /// <exception cref="EngramException">The batch does not say which one task of the stream it belongs to.</exception>
    public override Tensor Predict(Inputs inputs)
    {
        if (inputs.Tasks.Length != 1 || inputs.Tasks[0] < 0 || inputs.Tasks[0] >= Model.Tasks.Count)
            throw EngramException.Input("task-missing",
                $"The batch names the tasks [{string.Join(", ", inputs.Tasks)}], but progressive needs the index of the one task that all its samples belong to, 0 to {Model.Tasks.Count - 1}; ask for each task's samples in a batch of their own.");
        int task = inputs.Tasks[0];
        if (task >= columns.Count)
        {
            Tensor untaught = (untrained ?? Model.Network).Predict(inputs.Values);
            return Model.Mask(inputs) is { } mask ? untaught.Plus(mask) : untaught;
        }
        LearningTask own = Model.Tasks[task];
        Tensor scores = TensorArithmetic.Filled([inputs.Count, Model.OutputCount], float.NegativeInfinity, Model.Device);
        scores.index_copy_(1, own.OutputsOn(Model.Device), columns[task].Predict(inputs.Values));
        return scores;
    }

    /// <inheritdoc/>
    public IEnumerable<Exhibit> Exhibits()
    {
        if (options.SensitivitySamples == 0) return [];
        PerturbationSensitivity sensitivity = new(Model.Seed, options.SensitivitySamples);
        while (shares.Length < columns.Count) // a task's columns are frozen, so what was measured stays true
        {
            int task = shares.Length;
            shares = [.. shares, sensitivity.Of(Model.Tasks[task], columns[..(task + 1)])];
        }
        return Enumerable.Range(0, columns[0].HiddenLayers).Select(TableOf);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        int count = columns.Count;
        state.Value("columns", ref count);
        state.Require(count == Model.TasksSeen, "columns", "one for each task begun");
        state.Require(Model.ParameterCount(Model.Definition) == Model.ParameterCount(), "columns", "a network of the size that the run began with");
        if (state.IsRestoring && count > 0)
        {
            untrained ??= Model.NewNetwork();
            while (columns.Count < count) columns.Add(NewColumn(columns.Count));
            Model.Replace(columns[^1]).Dispose();
        }
        for (int column = 0; column < columns.Count - 1; column++)
        {
            state.Contents($"column{column}", columns[column].Parameters);
            if (state.IsRestoring) columns[column].Freeze();
        }
        state.Value("shares", ref shares, most: 1, mayHoldNull: true);
        state.Require(shares.Length <= count && shares.All(task => task?.Length == columns[0].HiddenLayers && task.All(layer => layer is not null)), "shares", "those of each hidden layer of each task");
    }

    /// <summary>Parameters of all columns and of the connections between them.</summary>
    public override long ParameterCount => columns.Count == 0 ? base.ParameterCount : columns.Sum(column => column.Layout.Count);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (NetworkColumn column in columns.SkipLast(1)) column.Dispose();
        untrained?.Dispose();
        base.Dispose(disposing);
    }

    private NetworkColumn NewColumn(int task) => NextColumn.Of(Model, task, columns, options.Lateral, options.InputLaterals, options.Scale);

    private ExhibitTable TableOf(int layer)
    {
        string[] tasks = [.. Model.Tasks.Take(shares.Length).Select(task => task.Name)];
        double?[][] values = [.. shares.Select(ofTask => tasks.Select((_, column) => column < ofTask[layer].Length ? ofTask[layer][column] : null).ToArray())];
        return new($"columns used at hidden layer {layer + 1}", "task", tasks, "column of", tasks, values,
            "How much each task relies on each column: Gaussian noise is added to the layer in one column until the task's accuracy on its first test samples has fallen half way to chance; " +
            "the share is one over the variance of that noise, and a row adds up to 1. A row is empty where no noise breaks the task.");
    }
}
