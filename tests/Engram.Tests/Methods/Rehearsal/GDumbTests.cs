using System.Runtime.InteropServices;
using Engram.Answering;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class GDumbTests
{
    [Fact]
    public void The_step_size_warms_up_and_then_falls_along_cosines_of_doubling_length()
    {
        GDumb.Options options = new();
        double middle = (0.05 + 0.0005) / 2;

        Assert.Equal(0.005, options.RateOf(0), 1e-12);
        foreach (int restart in new[] { 1, 2, 4, 8, 16 }) Assert.Equal(0.05, options.RateOf(restart), 1e-12);
        Assert.Equal(middle, options.RateOf(3), 1e-12);
        Assert.Equal(middle, options.RateOf(12), 1e-12);
        Assert.Equal(middle + (0.05 - 0.0005) / 2 * Math.Cos(Math.PI * 15 / 16), options.RateOf(31), 1e-12);
    }

    [Theory]
    [InlineData(Scenario.Class)]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Domain)]
    public void The_network_is_what_a_fresh_one_becomes_on_the_memory_alone(Scenario scenario)
    {
        const int epochs = 4, size = 5;
        using ToyLesson lesson = new(new GDumb(new() { Memory = MemoryOptions.UsuallySamples(13), Epochs = epochs, Batch = size }), scenario, tasks: 3);
        for (int task = 1; task <= 3; task++) lesson.Learn(task);
        StateBag kept = new();
        lesson.Method.Visit(kept);
        int[] slots = [.. kept.Values["policy.kept"]!.AsArray().Select(slot => slot!.GetValue<int>())], tasks = kept.Tensors["memory.tasks"].data<int>().ToArray();

        using Network fresh = lesson.Model.NewNetwork(2);
        Tensor gradient = zeros_like(fresh.Parameters), velocity = zeros_like(gradient);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double rate = epoch == 0 ? 0.005 : epoch == 3 ? 0.02525 : 0.05;
            foreach (int[] chosen in lesson.Model.Seed.For("anew", 2, epoch).Permutation(slots.Length).Chunk(size))
            {
                Tensor rows = tensor([.. chosen.Select(one => (long)slots[one])]);
                Tensor logits = fresh.Forward(kept.Tensors["memory.inputs"].index_select(0, rows));
                Tensor mask = cat([.. chosen.Select(one => lesson.Model.Mask(scenario == Scenario.Class ? 2 : tasks[slots[one]]) ?? zeros(1, fresh.OutputCount))]);
                fresh.Backward(Objective.CrossEntropy(logits, kept.Tensors["memory.targets"].index_select(0, rows), mask).Gradient, gradient);
                double norm = Math.Sqrt(gradient.data<float>().ToArray().Sum(number => (double)number * number));
                if (norm > 10) gradient.mul_(10 / norm);
                velocity = 0.9 * velocity + gradient + 1e-6 * fresh.Parameters;
                fresh.Parameters.sub_(rate * velocity);
            }
        }

        Assert.Equal(13, slots.Length);
        Assert.True(fresh.Parameters.allclose(lesson.Parameters, 1e-3, 1e-5));
    }

    [Fact]
    public void While_a_task_passes_by_it_keeps_samples_and_nothing_else_changes()
    {
        using ToyLesson lesson = new(new GDumb(new() { Memory = MemoryOptions.UsuallySamples(10) }), Scenario.Class);
        LearningTask task = lesson.Begin(1);
        float[] before = lesson.Parameters.data<float>().ToArray();

        lesson.Trainer.Train(task, _ => { }, _ => { });

        Assert.Equal(before, lesson.Parameters.data<float>().ToArray());
        Assert.Equal(10, lesson.Method.StoredSamples);
        lesson.Trainer.End(task);
        Assert.NotEqual(before, lesson.Parameters.data<float>().ToArray());
    }

    [Theory]
    [InlineData("method.memory.samples", "0", "method.memory is 0, but the memory is all that is learned from")]
    [InlineData("method.memory.samples", "3", "one sample for each class")]
    [InlineData("method.leastRate", "1", "method.leastRate is 1, but method.learningRate")]
    public void Settings_that_cannot_be_are_refused(string path, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("gdumb", Scenario.Class, (path, value)))).Message);
}
