using Engram.Methods.Regularization;
using Engram.Streams;
using Engram.Tests.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class L2PenaltyTests
{
    [Fact]
    public void Every_parameter_is_pulled_alike_to_its_value_after_the_last_task()
    {
        using ToyLesson lesson = new(new L2Penalty(new() { Lambda = 3 }), Scenario.Domain, tasks: 3);
        Tensor move = Batches.Random(new(7), lesson.Parameters.numel());
        for (int number = 1; number <= 2; number++)
        {
            lesson.Learn(number);

            Batches.AssertClose(3 * move, lesson.Pull(move), 1e-5);
        }
    }

    [Fact]
    public void More_strength_moves_the_parameters_less()
    {
        double Moved(double lambda)
        {
            using ToyLesson lesson = new(new L2Penalty(new() { Lambda = lambda }), Scenario.Domain, Toy.Config().Training with { Iterations = 30 });
            lesson.Learn(1);
            Tensor anchor = lesson.Parameters.clone();
            lesson.Learn(2);
            return (lesson.Parameters - anchor).norm().item<float>();
        }

        double[] moved = [Moved(0), Moved(0.1), Moved(1), Moved(10)];

        Assert.Equal(moved.OrderDescending(), moved);
        Assert.True(moved[3] < 0.5 * moved[0], string.Join(" ", moved));
    }
}
