using System.Text.Json.Nodes;
using Engram.Methods;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

/// <summary>What all methods with a penalty keep, and what they refuse to go on with.</summary>
public sealed class KeptPenaltyTests
{
    public static TheoryData<string> Ids => GrownPenaltyTests.Ids;

    [Theory]
    [InlineData("ewc", 2)] // importance and centre
    [InlineData("online-ewc", 2)]
    [InlineData("l2", 2)]
    [InlineData("mas", 2)]
    [InlineData("si", 4)] // and the path and the last step's gradient
    [InlineData("rwalk", 9)] // and Fisher information, squared gradients, two scores and where the steps began
    public void It_holds_as_many_vectors_whatever_the_number_of_tasks(string id, int vectors)
    {
        using LearningMethod method = Create(id);

        Assert.Equal((vectors, vectors), (method.VectorsKept(1), method.VectorsKept(20)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Before_the_first_task_there_is_nothing_and_that_survives_a_stop_too(string id)
    {
        using ToyLesson lesson = new(Create(id), Scenario.Domain), restored = new(Create(id), Scenario.Domain);
        StateBag state = new();
        lesson.Method.Visit(state);
        StateBag saved = new([], state.Values);

        restored.Method.Visit(saved);
        saved.RequireAllRead();

        Assert.Empty(state.Tensors);
        Assert.Equal(0, restored.Method.StoredBytes);
    }

    [Theory]
    [InlineData("si")]
    [InlineData("rwalk")]
    public void The_next_task_goes_on_with_the_vectors_that_are_there(string id)
    {
        using ToyLesson lesson = new(Create(id), Scenario.Domain);
        StateBag before = new(), after = new();
        lesson.Learn(1);
        lesson.Method.Visit(before);

        lesson.Begin(2);
        lesson.Method.Visit(after);

        Assert.All(before.Tensors, pair => Assert.Same(pair.Value, after.Tensors[pair.Key]));
    }

    [Theory]
    [InlineData("ewc", "importance")]
    [InlineData("ewc", "centre")]
    [InlineData("si", "path")]
    [InlineData("si", "importance", "centre", "path")]
    [InlineData("rwalk", "path")]
    [InlineData("rwalk", "importance", "centre", "path")]
    [InlineData("rwalk", "squares")]
    [InlineData("rwalk", "taskScore")]
    [InlineData("rwalk", "windowStart")]
    public void A_checkpoint_that_lost_vectors_is_refused(string id, params string[] lost) => Refuses(id, values =>
    {
        foreach (string name in lost) values[name] = false;
    });

    [Theory]
    [InlineData("si")]
    [InlineData("rwalk")]
    public void A_checkpoint_with_vectors_is_none_of_a_run_that_has_not_begun(string id) => Refuses(id, _ => { }, tasksSeen: 0);

    [Fact]
    public void A_walk_stands_before_the_last_of_its_steps_at_most()
    {
        Restore("rwalk", values => values["steps"] = 9);
        Refuses("rwalk", values => values["steps"] = 10);
    }

    private static void Refuses(string id, Action<JsonObject> change, int tasksSeen = 2) =>
        Assert.Equal("checkpoint-mismatch", Assert.Throws<EngramException>(() => Restore(id, change, tasksSeen)).Code);

    // In the second of two tasks, from a checkpoint with other values.
    private static void Restore(string id, Action<JsonObject> change, int tasksSeen = 2)
    {
        using ToyLesson lesson = new(Create(id), Scenario.Domain), restored = new(Create(id), Scenario.Domain);
        lesson.Learn(1);
        lesson.Begin(2);
        StateBag state = new();
        lesson.Method.Visit(state);
        change(state.Values);
        restored.Model.TasksSeen = tasksSeen;

        restored.Method.Visit(new(state.Tensors.ToDictionary(), state.Values));
    }

    private static LearningMethod Create(string id) => Toy.Catalogs.Methods.Create(id, Toy.Catalogs.Methods.Find(id).Settings.Create());
}
