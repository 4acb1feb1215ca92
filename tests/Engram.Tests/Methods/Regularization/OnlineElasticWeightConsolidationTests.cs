using Engram.Methods.Regularization;
using Engram.Streams;
using Engram.Tests.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class OnlineElasticWeightConsolidationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0)]
    public void One_anchor_holds_the_decayed_sum_of_all_information(double gamma)
    {
        using ToyLesson lesson = new(new OnlineElasticWeightConsolidation(new() { Lambda = 50, Gamma = gamma, Samples = 20 }), Scenario.Domain, tasks: 3);
        Tensor running = zeros_like(lesson.Parameters), move = 0.1 * Batches.Random(new(7), lesson.Parameters.numel());
        for (int number = 1; number <= 3; number++)
        {
            lesson.Learn(number);
            running = gamma * running + FisherInformation.Estimate(lesson.Model, lesson.Stream.Tasks[number - 1], FisherEstimator.Exact, 20); // F~ <- gamma F~ + F_t

            Tensor pull = lesson.Pull(move);

            Tensor expected = 50 * gamma * running * move; // at the anchor's distance, whatever came before it
            if (gamma == 0) Assert.Equal(0, pull.abs().max().item<float>());
            else Batches.AssertClose(expected, pull, 1e-4);
        }
        Assert.Equal(2 * lesson.Parameters.numel() * sizeof(float), lesson.Method.StoredBytes);
    }

    [Fact]
    public void After_one_task_it_is_the_same_as_ewc()
    {
        using ToyLesson online = new(new OnlineElasticWeightConsolidation(new() { Lambda = 8 }), Scenario.Domain), original = new(new ElasticWeightConsolidation(new() { Lambda = 8 }), Scenario.Domain);

        foreach (ToyLesson lesson in new[] { online, original })
        {
            lesson.Learn(1);
            lesson.Trainer.Train(lesson.Begin(2), _ => { }, _ => { });
        }

        Batches.AssertClose(original.Parameters, online.Parameters, 0);
    }
}
