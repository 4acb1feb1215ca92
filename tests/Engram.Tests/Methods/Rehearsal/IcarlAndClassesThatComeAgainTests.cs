using Engram.Answering;
using Engram.Methods;
using Engram.Methods.Rehearsal;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

/// <summary>Class 1 is learned, and comes again beside class 2.</summary>
public sealed class IcarlAndClassesThatComeAgainTests
{
    private static readonly Points First = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0), (2, 0, 1)), Second = new(1, (3, 1, 1), (-1, -2, 2), (4, 0, 1), (-1, -1, 2));

    [Fact]
    public void What_its_labels_say_counts_and_not_what_the_old_network_says()
    {
        using var scope = NewDisposeScope();
        using Model model = Model();
        using Icarl method = InSecond(model, new());
        Batch batch = Second.Batch();
        Tensor old = model.Network.Predict(batch.Inputs).clone();
        model.Network.Parameters.mul_(0.7);
        Tensor logits = model.Network.Forward(batch.Inputs).clone();

        Objective loss = method.Loss(batch, logits);

        Tensor wanted = nn.functional.one_hot(batch.Targets, 3).to(float32);
        wanted.narrow(1, 0, 1).copy_(old.narrow(1, 0, 1).sigmoid()); // class 0 alone is old
        Assert.True((loss.Gradient - (logits.sigmoid() - wanted) / 4).abs().max().item<float>() < 1e-6f);
    }

    [Fact]
    public void Its_exemplars_are_chosen_among_the_new_samples_and_those_that_were_kept()
    {
        using Model model = Model();
        using Icarl method = InSecond(model, new() { Memory = new() { PerClass = 10 } });

        method.EndTask(model.Tasks[1]);

        (float, float)[] all = [(0, 1), (0, 2), (1, 0), (2, 0), (3, 1), (4, 0), (-1, -2), (-1, -1)];
        Assert.Equal(all, Kept(method, model.Tasks[1]));
        Assert.Equal(8, method.StoredSamples);
    }

    [Fact]
    public void No_more_are_kept_than_have_room()
    {
        using Model model = Model();
        using Icarl method = InSecond(model, new() { Memory = new() { Samples = 4 } });

        method.EndTask(model.Tasks[1]);

        Assert.Equal(3, method.StoredSamples); // floor(4/3) of each of three classes
        Assert.Equal(3, Kept(method, model.Tasks[1]).Distinct().Count());
    }

    private static Model Model() =>
        new(new TaskStream("points", Scenario.Class, [new(0, "first", First, null, First, [0, 1]), new(1, "second", Second, null, Second, [1, 2])]), Toy.Network(5), new(3), CPU, 4);

    private static Icarl InSecond(Model model, Icarl.Options options)
    {
        Icarl method = new(options);
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.EndTask(model.Tasks[0]);
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        return method;
    }

    // What is kept, by class and then by place.
    private static (float X, float Y)[] Kept(Icarl method, LearningTask task)
    {
        Samples data = method.TrainingData(task);
        float[] input = new float[2];
        return [.. Enumerable.Range(task.Train.Count, data.Count - task.Train.Count).Select(sample =>
        {
            data.Read(sample, input);
            return (Label: data.Target(sample), X: input[0], Y: input[1]);
        }).OrderBy(one => one.Label).ThenBy(one => one.X).ThenBy(one => one.Y).Select(one => (one.X, one.Y))];
    }
}
