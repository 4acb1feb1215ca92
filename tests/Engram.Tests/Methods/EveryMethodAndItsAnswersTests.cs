using System.Collections.Concurrent;
using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Methods;

/// <summary>Labels and numbers are learned by every method that says so, with its own effect, and refused by name by every other.</summary>
public sealed class EveryMethodAndItsAnswersTests
{
    private static readonly Answers[] Forms = [new AnyOf("round", "red", "large"), new Numbers("height", "width", "depth")];

    private static readonly ConcurrentDictionary<(string, Scenario), RunResult> FineTuning = [];

    public EveryMethodAndItsAnswersTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, string, Scenario> Able => Cases(able: true);

    public static TheoryData<string, string, Scenario> Unable => Cases(able: false);

    [Fact]
    public void The_methods_that_the_lecture_needs_learn_any_answers() =>
        Assert.Superset(new HashSet<string>(["fine-tuning", "joint", "separate", "l2", "ewc", "si", "mas", "replay", "derpp", "lwf", "gem", "agem"]), Able.Select(row => row.Data.Item1).ToHashSet());

    [Theory, MemberData(nameof(Able))]
    public void Answers_are_learned_and_the_method_does_what_fine_tuning_does_not(string id, string words, Scenario scenario)
    {
        RunResult run = Run(id, words, scenario);

        double guessing = run.Majority.Average();
        Assert.True(run.Matrix[2, 2] > guessing + .1, $"the last task ends at {run.Matrix[2, 2]:0.000}, guessing at {guessing:0.000}");
        if (id == "fine-tuning") return;
        RunResult nothing = FineTuning.GetOrAdd((words, scenario), _ => Run("fine-tuning", words, scenario));
        Assert.NotEqual(nothing.Weights, run.Weights);
        Assert.True(run.Matrix[2, 1] >= nothing.Matrix[2, 1] + .01, $"the first task ends at {run.Matrix[2, 1]:0.000}, with fine-tuning at {nothing.Matrix[2, 1]:0.000}");
    }

    [Theory, MemberData(nameof(Able))]
    public void A_run_that_is_stopped_goes_on_with_the_same_bits(string id, string words, Scenario scenario)
    {
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], Config(id, scenario));
        int passed = 0;

        Assert.Throws<PowerCut>(() => Run(id, words, scenario, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 } && ++passed == 25) throw new PowerCut(); }));

        Toy.AssertSame(Run(id, words, scenario), Run(id, words, scenario, folder));
    }

    [Theory, MemberData(nameof(Unable))]
    public void Answers_that_a_method_cannot_learn_are_refused_by_name(string id, string words, Scenario scenario)
    {
        EngramException refused = Assert.Throws<EngramException>(() => Run(id, words, scenario));

        Assert.Equal("unsupported-answers", refused.Code);
        Assert.StartsWith($"{id} cannot learn answers that are {words}", refused.Message);
    }

    [Fact]
    public void A_combination_learns_what_all_its_parts_learn()
    {
        Assert.True(Run("ewc+replay", Forms[1].Words, Scenario.Domain).Matrix[2, 1] > .3);
        Assert.StartsWith("dgr cannot learn", Assert.Throws<EngramException>(() => Run("dgr+ewc", Forms[1].Words, Scenario.Task)).Message);
    }

    [Fact]
    public void Targets_that_are_none_are_refused_with_their_place()
    {
        float[][] inputs = [[1, 2], [3, 4]];

        Refused("Sample 1 of the training data of task 1 (one) of 'own' has NaN as number 1 of its target, counted from 0, which must be finite.", new Numbers(2), [[0, 0], [1, float.NaN]]);
        Refused("Sample 0 of the training data of task 1 (one) of 'own' has 0.5 as number 0 of its target, counted from 0, which must be 0 (no) or 1 (yes).", new AnyOf("a", "b"), [[.5f, 0], [1, 1]]);
        Refused("has targets of 2 numbers, but its answers are numbers and need targets of 3 numbers", new Numbers(3), [[0, 0], [1, 1]]);
        Refused("has targets of 2 numbers, but its answers are one of some classes and need targets that are the index of one output", new OneOf(), [[0, 0], [1, 1]]);
        Refused("names output 1, but its answers have 1 outputs, 0 to 0", new Numbers(1), [[0], [1]]);
        Assert.Contains("choose task or domain", Assert.Throws<EngramException>(() => Stream(new Numbers(2), [[0, 0], [1, 1]], Scenario.Class)).Message);

        void Refused(string expected, Answers answers, float[][] targets) => Assert.Contains(expected, Assert.Throws<EngramException>(() => Stream(answers, targets, Scenario.Domain)).Message);

        TaskStream Stream(Answers answers, float[][] targets, Scenario scenario)
        {
            ArraySamples samples = new(inputs, targets), sound = new(inputs, [.. inputs.Select(_ => new float[targets[0].Length])]);
            return new("own", scenario, [new(0, "one", samples, null, sound, [0, 1])], answers: answers);
        }
    }

    private static TheoryData<string, string, Scenario> Cases(bool able) => new(
        from entry in EveryMethodTests.Entries
        where entry.Attribute.LearnsAnyAnswers == able
        from form in Forms
        from scenario in entry.Attribute.Scenarios
        where scenario != Scenario.Class
        select (entry.Attribute.Id, form.Words, scenario));

    private static RunConfig Config(string id, Scenario scenario)
    {
        (string, string)[] stronger = id switch
        {
            "ewc" or "online-ewc" => [("method.lambda", "300")],
            "l2" => [("method.lambda", ".3")],
            "mas" => [("method.lambda", "3")],
            "rwalk" => [("method.lambda", "3")],
            _ => [],
        };
        return Toy.Config(id, scenario, [("training.iterations", "120"), ("training.checkpointEvery", "20"), ("stream.tasks", "1"), ("network.hidden", "24"), .. stronger]);
    }

    private static RunResult Run(string id, string words, Scenario scenario, RunFolder? folder = null, Action<RunProgress>? progress = null)
    {
        RunConfig config = Config(id, scenario);
        Answers answers = Forms.Single(form => form.Words == words);
        TaskStream stream = new("own", scenario, [TaskOf(0, answers, scenario), TaskOf(1, answers, scenario)], answers: answers);
        using Experiment experiment = new(config, stream, Toy.Catalogs.Networks.Create(config.Network.Id, config.Network.Options), Toy.Catalogs.Methods.Create(config.Method.Id, config.Method.Options), folder);
        return experiment.Run(progress, TestContext.Current.CancellationToken);
    }

    // Inputs of two regions; what is asked of them differs, so that what serves one task harms the other.
    private static LearningTask TaskOf(int index, Answers answers, Scenario scenario)
    {
        int[] outputs = scenario == Scenario.Domain ? [0, 1, 2] : index == 0 ? [0, 1] : [1, 2];
        return new(index, $"task {index + 1}", Samples("train", 120), null, Samples("test", 60), outputs);

        ArraySamples Samples(string part, int count)
        {
            float[][] inputs = new float[count][], targets = new float[count][];
            for (int i = 0; i < count; i++)
            {
                RandomSource random = new Seed(4).For(part, index, i);
                float[] x = [.. Enumerable.Range(0, 6).Select(place => (float)random.NextGaussian() + (place / 3 == index ? 1.5f : 0))];
                float[] y = [x[0] - x[1], x[2] + x[3] - 1.5f, x[4] - x[5]];
                if (index == 1) y = [-y[1], y[2], -y[0]];
                (inputs[i], targets[i]) = (x, answers is AnyOf ? [.. y.Select(number => number > 0 ? 1f : 0)] : [.. y.Select(number => number / 2)]);
            }
            return new(inputs, targets, index);
        }
    }

    private sealed class PowerCut : Exception;
}
