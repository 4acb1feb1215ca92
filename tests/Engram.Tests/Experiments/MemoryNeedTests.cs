using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Experiments;

public sealed class MemoryNeedTests
{
    [Theory]
    [InlineData("fine-tuning", "adam", null, 4)]
    [InlineData("fine-tuning", "adagrad", null, 3)]
    [InlineData("fine-tuning", "sgd", null, 2)]
    [InlineData("fine-tuning", "sgd", "0.9", 3)]
    [InlineData("ewc", "adamw", null, 6)]
    [InlineData("si", "adam", null, 8)]
    [InlineData("gem", "sgd", null, 3)]
    [InlineData("ewc+agem", "sgd", null, 5)]
    public void Parameters_gradient_moments_and_what_the_method_keeps_are_counted(string method, string optimizer, string? momentum, int vectors)
    {
        (string, string)[] settings = [("training.optimizer", optimizer), .. momentum is null ? [] : new[] { ("training.optimizer.momentum", momentum) }];
        MemoryNeed need = Need(Toy.Config(method, Scenario.Task, settings));

        long parameters = 144 * 9 + 9 + 9 * 4 + 4; // two tasks with two classes each
        Assert.Equal((parameters, vectors), (need.Parameters, need.Vectors));
        Assert.Equal(4 * 10 * (144 + 9), need.BatchBytes + need.UnitBytes);
        Assert.Equal(4 * parameters * vectors + 4 * 10 * (144 + 9), need.Bytes);
    }

    [Fact]
    public void A_batch_is_never_larger_than_the_data()
    {
        Assert.Equal(4 * 144 * 48, Need(Toy.Config("fine-tuning", Scenario.Task, ("training.batch", "1000000"))).BatchBytes);
        Assert.Equal(4 * 144 * 96, Need(Toy.Config("joint", Scenario.Task, ("training.batch", "1000000"))).BatchBytes);
    }

    [Theory]
    [InlineData("fine-tuning")]
    [InlineData("joint")]
    [InlineData("replay")]
    public void A_batch_far_beyond_the_data_learns_from_all_of_them(string method)
    {
        RunResult huge = Toy.Run(Toy.Config(method, Scenario.Task, ("training.batch", "1000000"))), all = Toy.Run(Toy.Config(method, Scenario.Task, ("training.batch", "96")));

        Assert.Equal(all.Weights, huge.Weights);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_what_it_needs_and_what_there_is()
    {
        MemoryNeed need = new(100_000_000, 6, 1e6, 2e6);

        MemoryNeed.RequireFit([need], 2.5e9);
        Assert.Contains("needs at least 2.4 GB of memory: 100,000,000 parameters in 6 vectors (parameters, gradient, optimizer, method) and 3.0 MB for a batch; there are 2.3 GB", Wrong([need], 2.3e9));
        MemoryNeed.RequireFit([need, need], 5e9);
        Assert.Contains("2 runs at a time need at least 4.8 GB", Wrong([need, need], 4e9));
        Assert.Contains("The run needs at least 2.4 GB", Wrong([need, need], 2e9));
    }

    [Fact]
    public void What_no_memory_can_hold_in_one_piece_is_refused_whatever_there_is()
    {
        Assert.Contains("17.4 GB in one vector", Wrong([new(4_347_133_962, 4, 0, 0)], 1e15));
        Assert.Contains("set training.batch lower", Wrong([new(10, 4, 3e9, 0)], 1e15));
    }

    [Fact]
    public void There_is_memory_on_this_machine() => Assert.InRange(MemoryNeed.Available(), 1e6, 1e15);

    private static string Wrong(MemoryNeed[] needs, double available)
    {
        EngramException error = Assert.Throws<EngramException>(() => MemoryNeed.RequireFit(needs, available));
        Assert.Equal((ErrorKind.Input, "too-large"), (error.Kind, error.Code));
        return error.Message;
    }

    private static MemoryNeed Need(RunConfig config)
    {
        using var method = Toy.Catalogs.Methods.Create(config.Method.Id, config.Method.Options);
        return MemoryNeed.Of(config, Toy.Laboratory.Stream(config), Toy.Catalogs.Networks.Create(config.Network.Id, config.Network.Options), method);
    }
}
