using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Engram.Answering;
using Engram.Graphs;
using Engram.Methods.ClosedForm;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Training;

/// <summary>
/// What a learner knew at one moment, to be asked: it never changes, needs no data, and answers any number of threads at the same time, each with the
/// answer that one thread would get. Every method answers in its own way: by its network, its exemplars, its gates, its columns, its two memories.
/// </summary>
/// <remarks>A call rents a copy of network and method and gives it back; as many are made as calls ever run at the same time.</remarks>
public sealed class Predictor : IDisposable
{
    [ThreadStatic] private static bool isPrepared;

    private readonly LearnerHeader header;
    private readonly Dictionary<string, Tensor> tensors;
    private readonly JsonObject values;
    private readonly LearnerCatalogs catalogs;
    private readonly ConcurrentBag<LearnerState> free = [];
    private readonly List<string> tasks;
    private readonly long inputLength;
    private readonly Lock gate = new();
    private int running;
    private bool isDisposed;

    internal Predictor(LearnerHeader header, StateBag state, LearnerCatalogs catalogs)
    {
        (this.header, this.catalogs) = (header, catalogs);
        tensors = state.Tensors.ToDictionary(one => one.Key, one => one.Value.cpu().clone().DetachFromDisposeScope());
        values = state.Values.DeepClone().AsObject();
        (Answers, inputLength, tasks) = (header.Answers, header.InputShape.Aggregate(1L, (product, size) => product * size), [.. header.Tasks.Select(task => task.Name)]);
        free.Add(NewCopy()); // what cannot be made is told at once
    }

    /// <summary>What is answered.</summary>
    public Answers Answers { get; }

    /// <summary>Names of the tasks it knows, in the order of learning.</summary>
    public IReadOnlyList<string> Tasks => tasks;

    /// <summary>Answers one input.</summary>
    /// <param name="input">As many numbers as the inputs had that were learned.</param>
    /// <param name="task">Name of the task it belongs to, for a scenario or method that must know it; null is the last one.</param>
    /// <exception cref="EngramException">The input has another length or is not finite, or there is no such task.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public Prediction Predict(float[] input, string? task = null) => Predict([input], task)[0];

    /// <summary>Answers several inputs together, which is faster than one by one and gives each the same answer to within rounding.</summary>
    /// <param name="inputs">At least one.</param>
    /// <param name="task">As for one.</param>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<float[]> inputs, string? task = null)
    {
        int index = IndexOf(task);
        float[] all = Joined(inputs);
        return WithCopy(copy => Predict(copy, all, inputs.Count, index));
    }

    /// <summary>By what scores are divided before they become probabilities, more than 0: it makes them more or less sure and changes no answer.</summary>
    internal double Temperature { get; init; } = 1;

    /// <summary>What it says of itself.</summary>
    internal LearnerHeader Header => header;

    /// <summary>Answers inputs, with the scores that the answers were read from, not divided by the temperature.</summary>
    /// <param name="inputs">At least one.</param>
    internal (IReadOnlyList<Prediction> Predictions, float[][] Scores) PredictWithScores(IReadOnlyList<float[]> inputs)
    {
        float[] all = Joined(inputs), scores = [];
        IReadOnlyList<Prediction> predictions = WithCopy(copy => Predict(copy, all, inputs.Count, tasks.Count - 1, own => scores = own.to(float32).cpu().data<float>().ToArray()));
        return (predictions, [.. scores.Chunk(scores.Length / inputs.Count)]);
    }

    /// <summary>Writes down as operations what <see cref="Predict(float[], string?)"/> does with inputs.</summary>
    /// <param name="graph">Gets the operations and outputs.</param>
    /// <param name="inputs">[n, inputs...], of 32 bits.</param>
    /// <param name="task">As there.</param>
    /// <exception cref="EngramException">Method or network cannot be written so, or there is no such task.</exception>
    internal void Describe(Graph graph, GraphValue inputs, string? task)
    {
        int index = IndexOf(task);
        WithCopy(copy =>
        {
            using var scope = NewDisposeScope();
            using var constant = no_grad();
            copy.Describe(graph, inputs, index, Temperature);
            return true;
        });
    }

    /// <summary>Writes down as operations how far an input is from all that was learned.</summary>
    /// <param name="graph">Gets the operations.</param>
    /// <param name="inputs">[n, inputs...], of 32 bits.</param>
    /// <returns>[n]; null where the method measures no distance.</returns>
    internal GraphValue? DescribeDistance(Graph graph, GraphValue inputs) => WithCopy(copy =>
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        return (copy.Method as IMeasuresDistance)?.DescribeDistance(graph, inputs);
    });

    /// <summary>Shows the numbers of network and method by name, while it lasts.</summary>
    /// <param name="look">Gets the tensors, which stay the predictor's, and the method's other values.</param>
    internal void Show(Action<IReadOnlyDictionary<string, Tensor>, JsonObject> look) => WithCopy(copy =>
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        StateBag bag = new();
        copy.Visit(bag, toAnswer: true);
        look(copy.Named(bag.Tensors), bag.Values);
        return true;
    });

    /// <summary>Frees everything as soon as the calls under way are over.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isDisposed) return;
            isDisposed = true;
            if (running == 0) Free();
        }
    }

    private int IndexOf(string? task)
    {
        int index = task is null ? tasks.Count - 1 : tasks.LastIndexOf(task);
        return index >= 0 ? index : throw EngramException.Input("unknown-task", $"There is no task '{Quote.Of(task!)}'{NearestNames.Suggest(task!, tasks)}");
    }

    private T WithCopy<T>(Func<LearnerState, T> ask)
    {
        if (!isPrepared)
        {
            NativeEngine.PrepareThread(1);
            isPrepared = true;
        }
        Enter();
        try
        {
            LearnerState copy = free.TryTake(out LearnerState? rented) ? rented : NewCopy();
            try
            {
                return ask(copy);
            }
            finally
            {
                free.Add(copy);
            }
        }
        finally
        {
            Leave();
        }
    }

    private Prediction[] Predict(LearnerState copy, float[] all, int count, int task, Action<Tensor>? show = null)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Inputs batch = new(tensor(all).reshape([count, .. header.InputShape]).to(copy.Model.Device), [task]);
        Tensor scores = copy.Method.Predict(batch);
        show?.Invoke(scores);
        float[] read = Answers.Read(Temperature == 1 ? scores : scores.Times((float)(1 / Temperature))).cpu().data<float>().ToArray();
        float[]? distances = (copy.Method as IMeasuresDistance)?.Distance(batch).to(float32).cpu().data<float>().ToArray();
        return [.. read.Chunk(read.Length / count).Select((row, sample) => new Prediction(Answers, row) { Distance = distances?[sample] })];
    }

    private void Enter()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            running++;
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            running--;
            if (isDisposed && running == 0) Free();
        }
    }

    private void Free()
    {
        while (free.TryTake(out LearnerState? copy)) copy.Dispose();
        foreach (Tensor tensor in tensors.Values) tensor.Dispose();
    }

    /// <summary>A network and a method of its own, which answer as it does; the caller's.</summary>
    internal LearnerState NewCopy() => LearnerState.Restore(header, new(tensors, values.DeepClone().AsObject()), catalogs, toAnswer: true);

    private float[] Joined(IReadOnlyList<float[]> inputs)
    {
        if (inputs.Count == 0) throw EngramException.Input("wrong-input", "There is no input to answer; give one at least.");
        float[] all = new float[inputs.Count * inputLength];
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].Length != inputLength) throw EngramException.Input("wrong-input", $"Input {i} has {inputs[i].Length} numbers, but {inputLength} were learned.");
            if (FiniteInput.FirstNot(inputs[i]) is >= 0 and var place) throw EngramException.Input("not-finite", $"Input {i} has {inputs[i][place]} as number {place}, counted from 0; all must be finite.");
            inputs[i].CopyTo(all, i * inputLength);
        }
        return all;
    }
}
