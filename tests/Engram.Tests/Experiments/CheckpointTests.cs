using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_checkpoint_of_another_configuration_is_refused_with_both_values()
    {
        RunConfig config = Toy.Config("ewc", settings: ("method.lambda", "3")), edited = Toy.Config("ewc", settings: [("method.lambda", "4"), ("training.batch", "11")]);
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Toy.Run(config, folder, _ => stop.Cancel(), stop));

        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(edited, folder));

        Assert.Equal((ErrorKind.Input, "other-configuration"), (error.Kind, error.Code));
        Assert.Contains("method.lambda was 3 and is 4", error.Message);
        Assert.Contains("training.batch was 10 and is 11", error.Message);
        Assert.True(Toy.Run(config, folder).Matrix.IsComplete);
    }
}
