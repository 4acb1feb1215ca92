using System.Reflection;
using System.Text.Json.Nodes;
using Engram.Answering;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>What every method of the catalog must do; a new method is tested here without a change to this file.</summary>
public sealed class EveryMethodTests
{
    public EveryMethodTests() => NativeEngine.PrepareThread(1);

    internal static IReadOnlyList<CatalogEntry<MethodAttribute>> Entries { get; } = [.. new Catalogs().Methods.Entries];

    public static TheoryData<string> Ids => [.. Entries.Select(entry => entry.Attribute.Id)];

    public static TheoryData<string> RegularizerIds => [.. Entries.Where(entry => entry.Settings.Find("lambda") is not null).Select(entry => entry.Attribute.Id)];

    public static TheoryData<string> MemoryIds => [.. Entries.Where(entry => entry.Settings.Find("memory.samples") is not null).Select(entry => entry.Attribute.Id)];

    public static TheoryData<string, Scenario> Declared => Scenarios(declared: true);

    public static TheoryData<string, Scenario> Undeclared => Scenarios(declared: false);

    internal static CatalogEntry<MethodAttribute> Entry(string id) => Entries.Single(entry => entry.Attribute.Id == id);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_default_settings_are_valid_and_survive_json(string id)
    {
        CatalogEntry<MethodAttribute> entry = Entry(id);
        object defaults = entry.Settings.Create();
        List<string> problems = [];

        object read = entry.Settings.Bind(Settings.ToJson(defaults), "method", problems);

        Assert.Empty(problems);
        Assert.Equal(Settings.ToJson(defaults).ToJsonString(), Settings.ToJson(read).ToJsonString());
        Assert.All(entry.Settings.Describe(), setting => Assert.NotEqual("", setting.Description));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_catalog_says_what_it_is(string id)
    {
        MethodAttribute attribute = Entry(id).Attribute;

        Assert.NotEqual("", attribute.Family);
        Assert.NotEqual("", attribute.Summary);
        Assert.NotEmpty(attribute.Scenarios);
        Assert.Equal(attribute.Scenarios.Length == 3, attribute.Reason.Length == 0);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_declares_those_hooks_with_one_answer_that_it_overrides(string id)
    {
        CatalogEntry<MethodAttribute> entry = Entry(id);
        IEnumerable<Hooks> overridden = Enum.GetValues<Hooks>().Where(hook => hook != Hooks.None).Where(hook =>
        {
            MethodInfo declared = typeof(LearningMethod).GetMethod(hook.ToString()) ?? typeof(LearningMethod).GetProperty(hook.ToString())!.GetMethod!;
            return entry.Type.GetMethod(declared.Name, [.. declared.GetParameters().Select(parameter => parameter.ParameterType)])!.DeclaringType != typeof(LearningMethod);
        });

        Assert.Equal(overridden.Aggregate(Hooks.None, (all, hook) => all | hook), entry.Attribute.Owns);
    }

    [Theory]
    [MemberData(nameof(Declared))]
    public void A_declared_scenario_gives_a_complete_matrix(string id, Scenario scenario)
    {
        RunResult result = Toy.Run(Toy.Config(id, scenario));

        AccuracyMatrix matrix = result.Matrix;
        Assert.True(matrix.IsComplete);
        Assert.Equal(scenario.ToString().ToLowerInvariant(), result.Scenario);
        Assert.All(result.Steps, step => Assert.True(double.IsFinite(step.Loss)));
    }

    [Theory]
    [MemberData(nameof(Undeclared))]
    public void An_undeclared_scenario_is_refused_by_name_and_with_a_reason(string id, Scenario scenario)
    {
        EngramException error = Assert.Throws<EngramException>(() => Toy.Config(id, scenario));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains($"{id} cannot do the {scenario.ToString().ToLowerInvariant()} scenario", error.Message);
        Assert.Contains(Entry(id).Attribute.Reason, error.Message);
    }

    [Theory]
    [MemberData(nameof(Declared))]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others(string id, Scenario scenario)
    {
        RunResult first = Toy.Run(Toy.Config(id, scenario)), same = Toy.Run(Toy.Config(id, scenario)), other = Toy.Run(Toy.Config(id, scenario, ("seed", "2")));

        Toy.AssertSame(first, same);
        Assert.NotEqual(first.Weights, other.Weights);
    }

    [Theory]
    [MemberData(nameof(Declared))]
    public void A_run_that_dies_anywhere_and_goes_on_ends_with_the_same_bits(string id, Scenario scenario)
    {
        RunConfig config = Toy.Config(id, scenario, ("stream.validation", "0.25"), ("training.evaluateEvery", "4"));
        int moments = 0;
        RunResult straight = Toy.Run(config, progress: _ => moments++);

        int apart = Math.Max(4, moments / 12); // every stop costs disk time; other moments in each scenario
        for (int moment = 1 + (int)scenario; moment <= moments; moment += apart)
        {
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            int passed = 0;
            Assert.Throws<PowerCut>(() => Toy.Run(config, folder, _ => { if (++passed == moment) throw new PowerCut(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
        }
    }

    [Theory]
    [MemberData(nameof(Declared))]
    public void A_run_that_is_stopped_again_and_again_ends_with_the_same_bits(string id, Scenario scenario)
    {
        RunConfig config = Toy.Config(id, scenario, ("training.resetOptimizer", "true"));
        int moments = 0;
        RunResult straight = Toy.Run(config, progress: _ => moments++);
        using TemporaryFolder temporary = new();
        RunFolder.Create(temporary["run"], config);

        RunResult? result = null;
        int sessions = 0;
        while (result is null)
        {
            sessions++;
            using CancellationTokenSource stop = new();
            int passed = 0;
            var (folder, read) = RunFolder.Open(temporary["run"], Toy.Catalogs);
            try
            {
                result = Toy.Run(read, folder, _ => { if (++passed == 4) stop.Cancel(); }, stop);
            }
            catch (OperationCanceledException)
            {
                Assert.False(folder.IsFinished);
            }
        }

        Assert.InRange(sessions, 3, Math.Max(14, moments / 3));
        Toy.AssertSame(straight, result);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_learns_two_small_tasks(string id)
    {
        RunResult result = Toy.Run(Toy.Config(id, Entry(id).Attribute.Scenarios[0], ("training.iterations", "60"), ("training.logEvery", "60"), ("network.hidden", "20")));

        Assert.True(result.Matrix[1, 1] >= 0.9, $"task 1 after it was learned: {result.Matrix[1, 1]}");
        Assert.True(result.Matrix[1, 1] + result.Matrix[2, 2] >= 1.5, $"both tasks when learned: {result.Matrix[1, 1]}, {result.Matrix[2, 2]}");
    }

    [Theory]
    [MemberData(nameof(RegularizerIds))]
    public void At_strength_zero_it_is_fine_tuning_bit_for_bit(string id)
    {
        foreach (Scenario scenario in Entry(id).Attribute.Scenarios)
        {
            RunResult plain = Toy.Run(Toy.Config("fine-tuning", scenario)), zero = Toy.Run(Toy.Config(id, scenario, ("method.lambda", "0"))), some = Toy.Run(Toy.Config(id, scenario, ("method.lambda", "3")));

            Assert.Equal(plain.Weights, zero.Weights);
            Assert.Equal(plain.Matrix.ToRows(), zero.Matrix.ToRows());
            Assert.NotEqual(plain.Weights, some.Weights);
        }
    }

    [Theory]
    [MemberData(nameof(MemoryIds))]
    public void With_room_for_nothing_it_is_fine_tuning_bit_for_bit_or_says_why_not(string id)
    {
        foreach (Scenario scenario in Entry(id).Attribute.Scenarios)
        {
            (string, string) length = ("training.iterations", "30"); // gradients that old tasks oppose come late
            RunResult zero;
            try
            {
                zero = Toy.Run(Toy.Config(id, scenario, length, ("method.memory.samples", "0")));
            }
            catch (EngramException refused)
            {
                Assert.Contains("method.memory is 0, but", refused.Message);
                continue;
            }
            RunResult plain = Toy.Run(Toy.Config("fine-tuning", scenario, length)), some = Toy.Run(Toy.Config(id, scenario, length, ("method.memory.samples", "12")));

            Assert.Equal(plain.Weights, zero.Weights);
            Assert.Equal(plain.Matrix.ToRows(), zero.Matrix.ToRows());
            Assert.All(zero.StoredBytes, bytes => Assert.Equal(0, bytes));
            Assert.NotEqual(plain.Weights, some.Weights);
            Assert.True(some.StoredBytes[^1] > 0);
        }
    }

    [Theory]
    [MemberData(nameof(RegularizerIds))]
    public void The_gradient_is_the_plain_one_on_the_first_task_and_another_on_the_second(string id)
    {
        RunConfig config = Toy.Config(id, Entry(id).Attribute.Scenarios[0], ("method.lambda", "3"));
        TaskStream stream = Toy.Laboratory.Stream(config);
        using Model model = new(stream, Toy.Network(9), new(1), CPU, config.Training.Batch);
        using LearningMethod method = Toy.Catalogs.Methods.Create(id, config.Method.Options);
        method.Join(model);
        using Trainer trainer = new(model, method, config.Training);

        List<(Tensor Plain, Tensor Edited)> gradients = [];
        using DisposeScope scope = NewDisposeScope();
        foreach (LearningTask task in stream.Tasks)
        {
            model.TasksSeen = task.Number;
            trainer.Begin(task);
            trainer.Train(task, _ => { }, _ => { });
            gradients.Add(Gradients(model, method, task));
            trainer.End(task);
        }

        Assert.Equal(gradients[0].Plain.data<float>().ToArray(), gradients[0].Edited.data<float>().ToArray());
        Assert.NotEqual(gradients[1].Plain.data<float>().ToArray(), gradients[1].Edited.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Sizes_are_reported_after_every_task(string id)
    {
        RunResult result = Toy.Run(Toy.Config(id, Entry(id).Attribute.Scenarios[0]));

        Assert.Equal(2, result.Parameters.Length);
        Assert.Equal(2, result.StoredBytes.Length);
        Assert.All(result.Parameters, count => Assert.True(count > 0));
        Assert.All(result.StoredBytes, count => Assert.True(count >= 0));
        // Samples are some of what is kept, each at least its inputs.
        Assert.All(result.StoredSamples.Zip(result.StoredBytes), kept => Assert.InRange(kept.First, 0, kept.Second / (sizeof(float) * Toy.Side * Toy.Side)));
    }

    [Theory]
    [MemberData(nameof(Declared))]
    public void It_works_with_a_convolutional_network(string id, Scenario scenario)
    {
        RunConfig config = Toy.Configure("toy", id, "cnn").Set("stream.scenario", scenario.ToString().ToLowerInvariant()).Set("network.channels", "2")
            .Set("training.batch", "10").Set("training.iterations", "4").Set("training.checkpointEvery", "1").Set("training.logEvery", "1").Build();
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        RunResult straight = Toy.Run(config);
        int passed = 0;

        Assert.Throws<PowerCut>(() => Toy.Run(config, folder, _ => { if (++passed == 9) throw new PowerCut(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void One_object_cannot_join_two_runs(string id)
    {
        using LearningMethod method = Toy.Catalogs.Methods.Create(id, Entry(id).Settings.Create());
        using Model model = new(Toy.Stream(), Toy.Network(3), new(1), CPU, 4);
        method.Join(model);

        Assert.Contains(Entry(id).Type.Name, Assert.Throws<InvalidOperationException>(() => method.Join(model)).Message);
    }

    private static TheoryData<string, Scenario> Scenarios(bool declared)
    {
        TheoryData<string, Scenario> data = [];
        foreach (CatalogEntry<MethodAttribute> entry in Entries)
            foreach (Scenario scenario in Enum.GetValues<Scenario>().Where(scenario => entry.Attribute.Scenarios.Contains(scenario) == declared)) data.Add(entry.Attribute.Id, scenario);
        return data;
    }

    // What the trainer hands to the optimizer for one batch, and what it would without the method.
    private static (Tensor Plain, Tensor Edited) Gradients(Model model, LearningMethod method, LearningTask task)
    {
        using BatchReader reader = new(task.Train.InputShape, 10, CPU);
        Tensor plain = zeros_like(model.Network.Parameters), edited = zeros_like(plain);
        Batch batch = reader.Read(task.Train, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Tensor logits = model.Network.Forward(batch.Inputs);
        model.Network.Backward(Objective.CrossEntropy(logits, batch.Targets, model.Mask(batch)).Gradient, plain);
        Batch prepared = method.Prepare(batch);
        model.Network.Backward(method.Loss(prepared, model.Network.Forward(prepared.Inputs)).Gradient, edited);
        method.EditGradient(edited);
        return (plain, edited);
    }

    private sealed class PowerCut : Exception;
}
