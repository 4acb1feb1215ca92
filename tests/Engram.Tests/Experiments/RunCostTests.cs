using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Experiments;

public sealed class RunCostTests
{
    [Fact]
    public void More_steps_samples_or_parameters_cost_more()
    {
        double plain = Seconds(Toy.Config());

        Assert.True(Seconds(Toy.Config("fine-tuning", Scenario.Task, ("training.iterations", "600"))) > 1.01 * plain);
        Assert.True(Seconds(Toy.Config("fine-tuning", Scenario.Task, ("network.hidden", "9000"))) > 1.01 * plain);
        Assert.True(Seconds(Toy.Config("fine-tuning", Scenario.Task, ("stream.tasks", "3"))) > plain);
        Assert.True(Seconds(Toy.Config("joint")) > plain); // learns the first task again with the second
    }

    [Fact]
    public void A_sequence_passes_through_the_parameters_with_each_of_its_steps()
    {
        RunConfig Copies(string longest) => Toy.Configure("copy", "fine-tuning").Set("stream.tasks", "2").Set("stream.samples", "50").Set("stream.testSamples", "20").Set("network.units", "200").Set("stream.lengths", longest).Build();

        Assert.True(Seconds(Copies("2,20")) - Seconds(Copies("2,4")) > 2 * (Seconds(Copies("2,4")) - .5), $"{Seconds(Copies("2,20"))} {Seconds(Copies("2,4"))}");
    }

    [Fact]
    public void A_method_without_a_gradient_reads_every_sample_once()
    {
        (string, string)[] thrice = [("training.iterations", "null"), ("training.epochs", "30")];

        Assert.Equal(Seconds(Toy.Config("slda", Scenario.Class)), Seconds(Toy.Config("slda", Scenario.Class, thrice)));
        Assert.True(Seconds(Toy.Config("fine-tuning", Scenario.Class, thrice)) > Seconds(Toy.Config("slda", Scenario.Class, thrice)));
    }

    [Fact]
    public void Runs_that_have_ended_correct_those_of_their_method_or_else_network_and_no_others()
    {
        MeasuredCost measured = new();
        RunConfig ewc = Toy.Config("ewc"), si = Toy.Config("si"), wide = Toy.Configure("toy", "ewc", "cnn").Build();
        Assert.Equal(10, measured.Corrected(ewc, 10));

        measured.Add(ewc, estimated: 10, seconds: 30);
        Assert.Equal((30, 30, 10), (measured.Corrected(ewc, 10), measured.Corrected(si, 10), measured.Corrected(wide, 10)));
        measured.Add(si, estimated: 30, seconds: 10);
        measured.Add(wide, estimated: 20, seconds: 200);

        Assert.Equal((30, 100), (measured.Corrected(ewc, 10), measured.Corrected(wide, 10)));
        Assert.Equal(10 / 3.0, measured.Corrected(si, 10), 12);
        Assert.Equal(10, measured.Corrected(Toy.Config("mas"), 10), 12); // of the same network: 40 seconds in place of 40
    }

    private static double Seconds(RunConfig config) => new RunCost(Toy.Laboratory).Seconds(config);
}
