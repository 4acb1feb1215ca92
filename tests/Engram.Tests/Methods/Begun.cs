using Engram.Experiments;
using Engram.Methods;
using Engram.Streams;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>A run of <see cref="Toy"/> in the hands of a test: tasks are begun, trained and ended one by one.</summary>
internal sealed class Begun : IDisposable
{
    public Begun(LearningMethod method, Scenario scenario, int tasks = 3, int iterations = 6, TaskStream? stream = null)
    {
        RunConfig config = Toy.Config("fine-tuning", scenario, ("stream.tasks", $"{tasks}"), ("training.iterations", $"{iterations}"));
        Stream = stream ?? Toy.Laboratory.Stream(config);
        Method = method;
        Model = new(Stream, Toy.Network(9), new(1), CPU, config.Training.Batch);
        method.Join(Model);
        Trainer = new(Model, method, config.Training);
    }

    public TaskStream Stream { get; }

    public LearningMethod Method { get; }

    public Model Model { get; }

    public Trainer Trainer { get; }

    /// <summary>Learns the first tasks and begins the next one.</summary>
    public Begun After(int tasks)
    {
        for (int task = 0; task < tasks; task++)
        {
            Begin(task);
            Train(task);
            Trainer.End(Stream.Tasks[task]);
        }
        Begin(tasks);
        return this;
    }

    public void Begin(int task)
    {
        Model.TasksSeen = task + 1;
        Trainer.Begin(Stream.Tasks[task]);
    }

    public void Train(int task) => Trainer.Train(Stream.Tasks[task], _ => { }, _ => { });

    /// <summary>The first samples of a task.</summary>
    public Batch Read(int task, int count = 7)
    {
        using BatchReader reader = new(Stream.InputShape, count, CPU);
        Batch batch = reader.Read(Stream.Tasks[task].Train, [.. Enumerable.Range(0, count)]);
        return new(batch.Inputs.clone(), batch.Targets.clone(), batch.Tasks);
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Method.Dispose();
        Model.Dispose();
    }
}
