using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>What every method keeps, looked at in memory in the middle of the third task.</summary>
public sealed class EveryMethodStateTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public EveryMethodStateTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Ids => EveryMethodTests.Ids;

    public static TheoryData<string, Scenario> Declared => EveryMethodTests.Declared;

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Declared))]
    public void Restored_in_the_middle_of_a_task_it_ends_that_task_with_the_same_bits_in_all_it_keeps(string id, Scenario scenario)
    {
        using Begun straight = Half(id, scenario), restored = new(Create(id), scenario);
        StateBag state = Visit(new(), straight);
        restored.Model.TasksSeen = 3;
        StateBag saved = new(state.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.clone()), state.Values);

        Visit(saved, restored);
        saved.RequireAllRead();
        foreach (Begun run in new[] { straight, restored })
        {
            run.Train(2);
            run.Trainer.End(run.Stream.Tasks[2]);
        }

        StateBag expected = Visit(new(), straight), actual = Visit(new(), restored);
        Assert.Equal(expected.Values.ToJsonString(), actual.Values.ToJsonString());
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        Assert.All(expected.Tensors, pair => Assert.True(pair.Value.eq(actual.Tensors[pair.Key]).all().item<bool>(), pair.Key));
        Assert.Equal((straight.Method.StoredBytes, straight.Method.StoredSamples, straight.Method.ParameterCount), (restored.Method.StoredBytes, restored.Method.StoredSamples, restored.Method.ParameterCount));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void All_it_keeps_is_freed_with_it(string id)
    {
        using Begun run = Half(id, EveryMethodTests.Entry(id).Attribute.Scenarios[0]);
        StateBag kept = new();
        run.Method.Visit(kept);

        run.Method.Dispose();

        Assert.All(kept.Tensors, pair => Assert.True(pair.Value.IsInvalid, pair.Key));
        Assert.False(run.Model.Network.Parameters.IsInvalid);
    }

    private static LearningMethod Create(string id) => Toy.Create(id);

    // Two tasks, and half of the third one's steps.
    private static Begun Half(string id, Scenario scenario)
    {
        Begun run = new Begun(Create(id), scenario).After(2);
        Assert.Throws<TimeoutException>(() => run.Trainer.Train(run.Stream.Tasks[2], step => { if (step == 3) throw new TimeoutException(); }, _ => { }));
        return run;
    }

    // In the experiment's order.
    private static StateBag Visit(StateBag state, Begun run)
    {
        run.Model.Visit(state.Part("model"));
        run.Method.Visit(state.Part("method"));
        state.Contents("network", run.Model.Network.Parameters);
        run.Model.Network.Visit(state.Part("network"));
        run.Trainer.Visit(state.Part("training"));
        return state;
    }
}
