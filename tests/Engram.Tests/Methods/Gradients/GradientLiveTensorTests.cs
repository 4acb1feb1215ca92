using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

[Collection(nameof(Alone))]
public sealed class GradientLiveTensorTests
{
    [Theory]
    [InlineData("gem")]
    [InlineData("agem")]
    public void Nothing_is_left_of_the_gradients_of_old_tasks_whatever_the_size_of_the_network_becomes(string id)
    {
        NativeEngine.PrepareThread(1);
        Points first = new(0, (1, 0, 0), (0, 1, 1), (2, 1, 0));
        using Model model = Points.Model(Scenario.Domain, [2, 2], first, new Points(1, (0, 1, 0)));
        Look(id, model, first); // what is made once and kept, such as tables of the engine
        long before = EveryMethodLiveTensorTests.Count();

        Look(id, model, first);

        Assert.InRange(Tensor.TotalCount, 0, before); // before the collector comes and hides what was left
    }

    private static void Look(string id, Model model, Points first)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using LearningMethod method = id == "gem" ? new GradientEpisodicMemory(new()) : new AveragedGem(new());
        method.Join(model);
        model.TasksSeen = 1;
        method.Prepare(first.Batch());
        method.EndTask(model.Tasks[0]);
        model.TasksSeen = 2;
        Edit();
        Network small = model.Replace(model.NewNetwork(width: 2));
        Edit();
        method.EndTask(model.Tasks[1]);
        Edit();
        model.Replace(small).Dispose();

        void Edit() => method.EditGradient(ones_like(model.Network.Parameters));
    }
}
