using Engram.Experiments;
using Engram.Tests.Datasets;
using static TorchSharp.torch;

namespace Engram.Tests.Experiments;

public sealed class RunCheckpointsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RunConfig config = Toy.Config();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_saved_is_the_state_of_that_moment_and_the_last_one_stays()
    {
        using var scope = NewDisposeScope();
        Tensor numbers = zeros(200_000);
        Checkpoint checkpoint = new(folder["run.safetensors"]);
        RunCheckpoints writer = new(checkpoint);

        for (int save = 1; save <= 5; save++)
        {
            numbers.fill_(save);
            writer.Save(State(numbers), config);
            numbers.fill_(-1); // training goes on while it is written
            writer.Finish();

            Assert.Equal(save, First(checkpoint));
        }
        for (int save = 6; save <= 9; save++)
        {
            numbers.fill_(save);
            writer.Save(State(numbers), config);
        }
        writer.Finish();
        Assert.Equal(9, First(checkpoint));
        Assert.Equal([checkpoint.Path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void One_that_cannot_be_written_is_told_of_at_the_next_one_or_at_the_end_and_only_once()
    {
        using var scope = NewDisposeScope();
        RunCheckpoints writer = new(new(folder["missing", "run.safetensors"]));
        writer.Save(State(zeros(3)), config);

        EngramException error = Assert.Throws<EngramException>(() => writer.Save(State(zeros(3)), config));

        Assert.Equal("cannot-write", error.Code);
        writer.Finish();
    }

    private float First(Checkpoint checkpoint)
    {
        var (state, tensors) = checkpoint.Load(config, CPU)!.Value;
        float first = state.Tensors["numbers"][0].item<float>(), last = state.Tensors["numbers"][^1].item<float>();
        foreach (Tensor tensor in tensors) tensor.Dispose();
        Assert.Equal(first, last);
        return first;
    }

    private static StateBag State(Tensor numbers)
    {
        StateBag bag = new();
        bag.Contents("numbers", numbers);
        return bag;
    }
}
