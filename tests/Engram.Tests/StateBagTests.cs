using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests;

public sealed class StateBagTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public StateBagTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void One_walk_collects_and_the_same_walk_restores()
    {
        Owner saved = new() { Vector = Batches.Random(new(1), 3), Count = 7, Names = ["a", "ü"] }, restored = new() { Vector = ones(9), Count = 1 };
        StateBag bag = new();
        saved.Visit(bag);

        restored.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values));

        Batches.AssertClose(saved.Vector, restored.Vector!, 0);
        Batches.AssertClose(saved.Fixed, restored.Fixed, 0);
        Assert.Equal((7, "a ü", 0.1), (restored.Count, string.Join(" ", restored.Names), restored.Share));
    }

    [Fact]
    public void Restoring_copies_so_that_the_bag_can_be_freed()
    {
        Owner owner = new();
        Dictionary<string, Tensor> tensors = new() { ["vector"] = ones(2), ["fixed"] = ones(2) };
        owner.Visit(new StateBag(tensors, new() { ["vector"] = true, ["count"] = 1, ["names"] = new System.Text.Json.Nodes.JsonArray(), ["share"] = 0.5 }));

        foreach (Tensor tensor in tensors.Values) tensor.Dispose();

        Assert.Equal([1f, 1f], owner.Vector!.data<float>().ToArray());
    }

    [Fact]
    public void A_tensor_that_was_absent_is_absent_again_and_the_old_one_is_freed()
    {
        Owner saved = new(), restored = new() { Vector = ones(9) };
        Tensor old = restored.Vector;
        StateBag bag = new();
        saved.Visit(bag);

        restored.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values));

        Assert.Null(restored.Vector);
        Assert.True(old.IsInvalid);
    }

    [Fact]
    public void Parts_keep_equal_names_apart()
    {
        Owner first = new() { Count = 1 }, second = new() { Count = 2 }, third = new();
        StateBag bag = new();
        first.Visit(bag.Part("one"));
        second.Visit(bag.Part("two").Part("inner"));

        third.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values).Part("two").Part("inner"));

        Assert.Equal(2, third.Count);
        Assert.Equal(["one.fixed", "two.inner.fixed"], bag.Tensors.Keys.Order());
    }

    [Fact]
    public void A_name_declared_twice_is_an_error_of_the_program()
    {
        StateBag bag = new();
        int number = 1;
        Tensor? tensor = ones(1);
        bag.Value("x", ref number);
        bag.Part("p").Tensor("y", ref tensor, [1]);

        Assert.Contains("'x'", Assert.Throws<InvalidOperationException>(() => bag.Value("x", ref number)).Message);
        Assert.Contains("'p.y'", Assert.Throws<InvalidOperationException>(() => bag.Part("p").Contents("y", ones(1))).Message);
    }

    [Fact]
    public void What_a_checkpoint_lacks_or_holds_in_another_form_is_named()
    {
        string Mismatch(Dictionary<string, Tensor> tensors, string json)
        {
            EngramException error = Assert.Throws<EngramException>(() => new Owner().Visit(new StateBag(tensors, System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject())));
            Assert.Equal((ErrorKind.Input, "checkpoint-mismatch"), (error.Kind, error.Code));
            return error.Message;
        }

        Assert.Contains("'vector'", Mismatch(new() { ["fixed"] = ones(2) }, "{}"));
        Assert.Contains("'vector'", Mismatch(new() { ["fixed"] = ones(2) }, """{"vector":true}"""));
        Assert.Contains("shape [2, 1], but [any]", Mismatch(new() { ["vector"] = ones(2, 1), ["fixed"] = ones(2) }, """{"vector":true}"""));
        Assert.Contains("'fixed'", Mismatch([], """{"vector":false}"""));
        Assert.Contains("shape [3], but [2]", Mismatch(new() { ["fixed"] = ones(3) }, """{"vector":false}"""));
        Assert.Contains("Float64", Mismatch(new() { ["fixed"] = ones(2, dtype: float64) }, """{"vector":false}"""));
        Assert.Contains("not finite", Mismatch(new() { ["fixed"] = tensor(new[] { 1f, float.NaN }) }, """{"vector":false}"""));
        foreach (string values in (string[])["", ",\"count\":\"many\"", ",\"count\":-1", ",\"count\":11", ",\"count\":1.5", ",\"count\":1e3", ",\"count\":null"])
            Assert.Contains("'count'", Mismatch(new() { ["fixed"] = ones(2) }, $"{{\"vector\":false{values}}}"));
        foreach (string names in (string[])["null", "[null]", "\"a\"", "{}", "[\"\\ud800\"]"])
            Assert.Contains("'names'", Mismatch(new() { ["fixed"] = ones(2) }, $"{{\"vector\":false,\"count\":1,\"names\":{names}}}"));
    }

    [Fact]
    public void Numbers_of_a_tensor_of_whole_numbers_must_lie_in_the_declared_range()
    {
        foreach (long wrong in (long[])[-1, 4, long.MaxValue])
        {
            Tensor? restored = null;
            StateBag bag = new(new() { ["labels"] = tensor(new[] { 3L, wrong }) }, new() { ["labels"] = true });

            Assert.Contains($"holds {wrong}, but 0 to 3", Assert.Throws<EngramException>(() => bag.Tensor("labels", ref restored, [2], int64, most: 3)).Message);
        }
    }

    [Fact]
    public void What_no_owner_declared_is_refused()
    {
        StateBag tensorLeft = new(new() { ["fixed"] = ones(2), ["more"] = ones(1) }, new()), valueLeft = new(new() { ["fixed"] = ones(2) }, new() { ["more"] = 1 });

        foreach (StateBag bag in (StateBag[])[tensorLeft, valueLeft])
        {
            bag.Contents("fixed", ones(2));
            Assert.Contains("'more'", Assert.Throws<EngramException>(bag.RequireAllRead).Message);
        }
    }

    [Fact]
    public void Nothing_is_made_that_is_larger_than_the_whole_checkpoint()
    {
        StateBag bag = new(new() { ["a"] = ones(2), ["b"] = ones(3) }, []);

        bag.RequireRoomFor(5, "widths");
        Assert.Contains("'widths'", Assert.Throws<EngramException>(() => bag.RequireRoomFor(6, "widths")).Message);
    }

    private sealed class Owner
    {
        private Tensor? vector;
        private int count;
        private string[] names = [];
        private double share = 0.1;

        public Tensor? Vector { get => vector; set => vector = value; }

        public Tensor Fixed { get; } = Batches.Random(new(2), 2);

        public int Count { get => count; set => count = value; }

        public string[] Names { get => names; set => names = value; }

        public double Share => share;

        public void Visit(StateBag state)
        {
            state.Tensor("vector", ref vector, [StateBag.Any]);
            state.Contents("fixed", Fixed);
            state.Value("count", ref count, most: 10);
            state.Value("names", ref names);
            state.Value("share", ref share);
        }
    }
}
