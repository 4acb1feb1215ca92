using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class PathIntegralTests : IDisposable
{
    private const int Count = 19; // not a multiple of any vector's width
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly QuadraticPenalty penalty = new();
    private readonly PathIntegral path;

    public PathIntegralTests()
    {
        NativeEngine.PrepareThread(1);
        path = new(penalty);
        penalty.Replace(Numbers(1).square(), Numbers(2));
    }

    public void Dispose()
    {
        path.Dispose();
        penalty.Dispose();
        scope.Dispose();
    }

    // In one pass, and where the numbers do not lie in a row in tensor operations.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_adds_up_minus_gradient_times_move(bool inARow)
    {
        Tensor parameters = inARow ? Numbers(3) : Apart(Numbers(3)), expected = zeros(Count);
        path.Restart(parameters);
        for (ulong step = 0; step < 4; step++)
        {
            Tensor gradient = Numbers(10 + step), move = Numbers(20 + step);

            path.BeginStep(parameters, gradient, 0, Batches.StepOf(gradient));
            parameters.add_(move);

            expected.sub_(gradient * move);
        }

        path.Settle(parameters);
        Batches.AssertClose(expected, path.Sum!, 1e-5);
        path.Settle(parameters); // nothing is open any more
        Batches.AssertClose(expected, path.Sum!, 1e-5);
    }

    [Fact]
    public void Beginning_anew_forgets_the_step_that_was_open()
    {
        Tensor parameters = Numbers(3), move = Numbers(4);
        path.Restart(parameters);
        path.BeginStep(parameters, Numbers(5), 0, Batches.StepOf(Numbers(5)));
        parameters.add_(move);
        Tensor sum = path.Sum!;

        path.Restart(parameters);
        path.Settle(parameters);
        Assert.Same(sum, path.Sum);
        Assert.Equal(0, path.Sum!.abs().max().item<float>());
        path.BeginStep(parameters, Numbers(6), 0, Batches.StepOf(Numbers(6)));
        parameters.add_(move);
        path.Settle(parameters);

        Batches.AssertClose(-Numbers(6) * move, path.Sum!, 1e-5);
    }

    [Fact]
    public void Restoring_takes_the_saved_sum_and_forgets_the_step_that_was_open()
    {
        Tensor parameters = Numbers(3), move = Numbers(4);
        path.Restart(parameters);
        path.BeginStep(parameters, Numbers(5), 0, Batches.StepOf(Numbers(5)));
        parameters.add_(move);
        StateBag saved = new();
        path.Visit(saved, parameters);
        Tensor sum = saved.Tensors["path"].clone();
        path.BeginStep(parameters, Numbers(6), 0, Batches.StepOf(Numbers(6)));
        parameters.add_(move);

        path.Visit(new(new() { ["path"] = sum }, saved.Values), parameters);
        path.Settle(parameters);

        Batches.AssertClose(-Numbers(5) * move, path.Sum!, 1e-5);
    }

    private static Tensor Numbers(ulong seed) => Batches.Random(new(seed), Count);

    // Every second number of a row of twice as many.
    private static Tensor Apart(Tensor numbers)
    {
        Tensor apart = zeros(Count, 2).select(1, 0);
        apart.copy_(numbers);
        Assert.False(FlatVector.IsDirect(apart));
        return apart;
    }
}
