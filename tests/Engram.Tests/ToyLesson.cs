using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests;

/// <summary>Model, method and trainer of one run on <see cref="Toy"/> data, task by task, without an experiment around them.</summary>
internal sealed class ToyLesson : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public ToyLesson(LearningMethod method, Scenario scenario, TrainingOptions? training = null, int tasks = 2, ulong seed = 1, TaskStream? stream = null, bool linear = false, NetworkDefinition? network = null, params int[] hidden)
    {
        NativeEngine.PrepareThread(1);
        training ??= Toy.Config().Training;
        Stream = stream ?? Toy.Stream(scenario, tasks);
        Model = new(Stream, network ?? Toy.Network(hidden.Length == 0 && !linear ? [9] : hidden), new(seed), CPU, training.Batch);
        Method = method;
        try
        {
            Method.Join(Model);
        }
        catch
        {
            scope.Dispose(); // a scope left open would keep every later test's tensors on this thread
            throw;
        }
        Trainer = new(Model, Method, training);
    }

    public TaskStream Stream { get; }

    public Model Model { get; }

    public LearningMethod Method { get; }

    public Trainer Trainer { get; }

    public List<TrainingReport> Reports { get; } = [];

    public Tensor Parameters => Model.Network.Parameters;

    /// <summary>Begins, trains and ends a task by its number.</summary>
    public void Learn(int number)
    {
        LearningTask task = Begin(number);
        Trainer.Train(task, _ => { }, Reports.Add);
        Trainer.End(task);
    }

    public LearningTask Begin(int number)
    {
        Model.TasksSeen = number;
        Trainer.Begin(Stream.Tasks[number - 1]);
        return Stream.Tasks[number - 1];
    }

    /// <summary>What the method adds to a gradient of zeros at parameters moved by the given numbers.</summary>
    public Tensor Pull(Tensor move)
    {
        Tensor gradient = zeros_like(Parameters);
        Parameters.add_(move);
        Method.EditGradient(gradient);
        Parameters.sub_(move);
        return gradient;
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Method.Dispose();
        Model.Dispose();
        scope.Dispose();
    }
}
