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

    public static TheoryData<double, bool, bool> Cases
    {
        get
        {
            TheoryData<double, bool, bool> cases = [];
            foreach (double strength in new[] { 0, 2.5 })
                foreach (bool withPull in new[] { false, true })
                    foreach (bool inARow in new[] { false, true }) cases.Add(strength, withPull, inARow);
            return cases;
        }
    }

    public void Dispose()
    {
        path.Dispose();
        penalty.Dispose();
        scope.Dispose();
    }

    // In one pass, and where there is no penalty or the numbers do not lie in a row in tensor operations.
    [Theory]
    [MemberData(nameof(Cases))]
    public void It_adds_up_minus_gradient_times_move_with_or_without_the_penaltys_pull(double strength, bool withPull, bool inARow)
    {
        Tensor parameters = inARow ? Numbers(3) : Apart(Numbers(3)), expected = zeros(Count);
        path.Restart(parameters);
        for (ulong step = 0; step < 4; step++)
        {
            Tensor plain = Numbers(10 + step), pulled = plain + strength * penalty.Importance! * (parameters - penalty.Centre!), gradient = plain.clone(), move = Numbers(20 + step);

            path.BeginStep(strength, parameters, gradient, withPull);
            parameters.add_(move);

            Batches.AssertClose(pulled, gradient, 1e-5);
            expected.sub_((withPull ? pulled : plain) * move);
        }

        path.Settle(parameters);
        Batches.AssertClose(expected, path.Sum!, 1e-5);
        path.Settle(parameters); // nothing is open any more
        Batches.AssertClose(expected, path.Sum!, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2.5)]
    public void Beginning_anew_forgets_the_step_that_was_open(double strength)
    {
        Tensor parameters = Numbers(3), move = Numbers(4);
        path.Restart(parameters);
        path.BeginStep(strength, parameters, Numbers(5));
        parameters.add_(move);

        path.Restart(parameters);
        path.Settle(parameters);
        Assert.Equal(0, path.Sum!.abs().max().item<float>());
        path.BeginStep(strength, parameters, Numbers(6));
        parameters.add_(move);
        path.Settle(parameters);

        Batches.AssertClose(-Numbers(6) * move, path.Sum!, 1e-5);
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
