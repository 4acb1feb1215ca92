using Engram.Answering;
using Engram.Methods;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

/// <summary>Gradients that old tasks oppose, and what a method makes of them.</summary>
internal static class OpposedGradients
{
    // Learns some tasks and, on the last, returns a plain gradient and what the method makes of it, before that task ends.
    public static (Tensor Plain, Tensor Edited, Model Model) Train(LearningMethod method, Scenario scenario, int tasks)
    {
        TaskStream stream = Toy.Stream(scenario, tasks);
        Model model = new(stream, Toy.Network(9), new(1), CPU, 10);
        method.Join(model);
        using Trainer trainer = new(model, method, new() { Optimizer = new Sgd.Options(), LearningRate = 0.05, Batch = 10, Epochs = [2] });
        foreach (LearningTask task in stream.Tasks)
        {
            model.TasksSeen = task.Number;
            trainer.Begin(task);
            trainer.Train(task, _ => { }, _ => { });
            if (task.Number < tasks) trainer.End(task);
        }
        Tensor plain = MeanGradient(model, stream.Tasks[^1], opposed: true), edited = plain.clone();
        method.EditGradient(edited);
        return (plain, edited, model);
    }

    // Of the mean cross-entropy of a task, or of what the old tasks want least: the sum of the opposite gradients and a little of its own.
    public static Tensor MeanGradient(Model model, LearningTask task, bool opposed = false)
    {
        using BatchReader reader = new(task.Train.InputShape, task.Train.Count, CPU);
        Batch batch = reader.Read(task.Train, [.. Enumerable.Range(0, task.Train.Count)]);
        Tensor gradient = zeros_like(model.Network.Parameters);
        model.Network.Backward(Objective.CrossEntropy(model.Network.Forward(batch.Inputs), batch.Targets, model.Mask(batch)).Gradient, gradient);
        if (!opposed) return gradient;
        foreach (LearningTask old in model.Tasks.Take(task.Index)) gradient.sub_(MeanGradient(model, old) * (1 + old.Index));
        return gradient;
    }

    public static double Dot(Tensor left, Tensor right) => left.to(float64).dot(right.to(float64)).item<double>();
}
