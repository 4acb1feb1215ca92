using System.Text.Json.Nodes;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

public sealed class NetworkSnapshotTests
{
    [Fact]
    public void It_answers_as_the_network_did_when_it_was_taken_and_again_when_it_is_taken_again()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Domain);
        using NetworkSnapshot snapshot = new();
        Tensor inputs = Batches.Random(new(1), 5, 1, 12, 12), before = lesson.Model.Network.Predict(inputs).clone();
        Assert.Null(snapshot.Network);
        Assert.Equal(0, snapshot.StoredBytes);

        snapshot.Take(lesson.Model);
        Network taken = snapshot.Network!;
        lesson.Parameters.mul_(1.5);
        Batches.AssertClose(before, taken.Predict(inputs), 0);
        Assert.Equal(lesson.Parameters.numel() * sizeof(float), snapshot.StoredBytes);

        snapshot.Take(lesson.Model);
        Assert.Same(taken, snapshot.Network); // of the same size: the same network
        Batches.AssertClose(lesson.Model.Network.Predict(inputs).clone(), taken.Predict(inputs), 0);

        snapshot.Dispose();
        Assert.Null(snapshot.Network);
        Assert.Equal(0, snapshot.StoredBytes);
        Assert.True(taken.Parameters.IsInvalid);
    }

    [Fact]
    public void It_keeps_its_size_when_the_network_grows_and_through_a_stop_and_takes_the_new_one_when_asked()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Domain);
        using NetworkSnapshot snapshot = new(), restored = new();
        Tensor inputs = Batches.Random(new(1), 5, 1, 12, 12), before = lesson.Model.Network.Predict(inputs).clone();
        long small = lesson.Parameters.numel();
        snapshot.Take(lesson.Model);
        lesson.Model.Grow(NetworkGrowth.Widen(lesson.Model.Definition, lesson.Model.Network, 0, 20, new(1), noise: 0));
        lesson.Begin(1);
        StateBag state = new();
        snapshot.Visit(state, lesson.Model);

        restored.Visit(new StateBag(state.Tensors.ToDictionary(), state.Values), lesson.Model);

        Batches.AssertClose(before, restored.Network!.Predict(inputs), 0);
        Assert.Equal(small * sizeof(float), restored.StoredBytes);
        Network smaller = restored.Network;
        restored.Visit(new StateBag(state.Tensors.ToDictionary(), state.Values), lesson.Model);
        Assert.Same(smaller, restored.Network); // of the same size: the same network
        restored.Take(lesson.Model);
        Assert.True(smaller.Parameters.IsInvalid);
        Assert.Equal(lesson.Parameters.numel() * sizeof(float), restored.StoredBytes);
        Assert.True(lesson.Parameters.numel() > small);
    }

    [Fact]
    public void One_that_was_never_taken_is_restored_as_such()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Domain);
        using NetworkSnapshot never = new(), restored = new();
        StateBag state = new();
        never.Visit(state, lesson.Model);

        restored.Visit(new StateBag(state.Tensors.ToDictionary(), state.Values), lesson.Model);

        Assert.Empty(state.Tensors);
        Assert.Null(restored.Network);
        restored.Take(lesson.Model);
        restored.Visit(new StateBag([], state.Values), lesson.Model);
        Assert.Null(restored.Network); // what it held before is gone
    }

    [Fact]
    public void Running_averages_are_part_of_it_and_survive_a_stop()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Domain, network: new EveryMethodInUseAndInTrainingTests.Normalised());
        using NetworkSnapshot snapshot = new(), restored = new();
        lesson.Learn(1);
        Tensor inputs = Batches.Random(new(1), 5, 1, 12, 12), before = lesson.Model.Network.Predict(inputs).clone();
        snapshot.Take(lesson.Model);
        StateBag state = new();
        snapshot.Visit(state, lesson.Model);

        restored.Visit(new StateBag(state.Tensors.ToDictionary(), state.Values), lesson.Model);
        lesson.Learn(2);

        Batches.AssertClose(before, snapshot.Network!.Predict(inputs), 0);
        Batches.AssertClose(before, restored.Network!.Predict(inputs), 0);
    }

    [Fact]
    public void One_larger_than_its_checkpoint_is_refused_before_it_is_made()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Domain);
        using NetworkSnapshot snapshot = new(), restored = new();
        snapshot.Take(lesson.Model);
        StateBag state = new();
        snapshot.Visit(state, lesson.Model);
        state.Values["widths"] = new JsonArray(60_000);

        Assert.Contains("no more than the checkpoint's own numbers", Assert.Throws<EngramException>(() => restored.Visit(new(state.Tensors.ToDictionary(), state.Values), lesson.Model)).Message);
    }
}
