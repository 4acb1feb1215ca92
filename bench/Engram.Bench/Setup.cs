using Engram.Datasets;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Training;
using TorchSharp;

namespace Engram.Bench;

/// <summary>A model with its trainer on permuted digits, as a run has them: 784-400-400-10, Adam, batches of 128, where nothing else is said.</summary>
internal sealed class Setup : IDisposable
{
    private static readonly ImageDataset Digits = Datasets.Digits.Generate(12_800, 100);

    public Setup(LearningMethod method, int stepsPerBlock, int tasks = 2, int[]? hidden = null, int batch = 128, OptimizerOptions? optimizer = null)
    {
        PermutedImages definition = new(new() { Tasks = tasks });
        Stream = definition.Create(new("permuted-digits", "digits", _ => Digits, new(1)));
        Model = new(Stream, new Mlp(new() { Hidden = hidden ?? [400, 400] }), new(1), torch.CPU, batch);
        Method = method;
        method.Join(Model);
        Trainer = new(Model, method, new TrainingOptions { Iterations = stepsPerBlock, Batch = batch, Optimizer = optimizer ?? new Adam.Options() });
    }

    public TaskStream Stream { get; }

    public Model Model { get; }

    public LearningMethod Method { get; }

    public Trainer Trainer { get; }

    public void Train(int task)
    {
        Model.TasksSeen = task + 1;
        Trainer.Begin(Stream.Tasks[task]);
        Trainer.Train(Stream.Tasks[task], _ => { }, _ => { });
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Method.Dispose();
        Model.Dispose();
    }
}
