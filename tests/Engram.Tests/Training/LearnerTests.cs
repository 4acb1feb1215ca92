using Engram.Answering;
using Engram.Methods.Baselines;
using Engram.Methods.Gradients;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Training;

namespace Engram.Tests.Training;

public sealed class LearnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LearnerTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Labels_and_numbers_are_learned_kept_and_answered(bool labels)
    {
        Answers answers = labels ? new AnyOf("left", "low") : new Numbers("x", "y");
        using (Learner learner = New(answers))
        {
            learner.Learn("one", Points(1), Targets(1), cancellation: TestContext.Current.CancellationToken);
            learner.Save(folder["file"]);
        }
        using Learner again = Learner.Load(folder["file"]);
        again.Learn("two", Points(2), Targets(2), cancellation: TestContext.Current.CancellationToken);
        using Predictor predictor = again.ToPredictor();

        Prediction answer = predictor.Predict([-1, .5f, 0]);

        Assert.Equal(answers.Names, predictor.Answers.Names);
        if (labels) Assert.Equal(["left"], answer.Labels);
        else Assert.True(Math.Abs(answer.Values[0] + 1) < .3 && Math.Abs(answer.Values[1] - .5) < .3, string.Join(", ", answer.Values));

        float[][] Targets(ulong seed) => [.. Points(seed).Select(point => labels ? new[] { point[0] < 0 ? 1f : 0, point[1] < 0 ? 1f : 0 } : [point[0], point[1]])];
    }

    [Fact]
    public void Names_may_be_told_from_the_start()
    {
        using Learner learner = New(new OneOf("no", "yes", "maybe"));
        learner.Learn("one", Points(1), [.. Points(1).Select(point => point[0] < 0 ? "yes" : "no")], cancellation: TestContext.Current.CancellationToken);
        using Predictor predictor = learner.ToPredictor();

        Assert.Equal(["no", "yes", "maybe"], predictor.Answers.Names);
        Assert.Equal(("yes", 0), (predictor.Predict([-2, 0, 0]).Label, predictor.Predict([-2, 0, 0]).Values[2])); // what was never learned does not compete
    }

    [Fact]
    public void What_is_wrong_with_data_is_said_with_its_place_and_costs_nothing()
    {
        float[][] one = [[1, 2, 3]];
        using Learner learner = New();

        Refused("nothing-learned", "has learned nothing yet", () => learner.Save(folder["file"]));
        Refused("empty-task", "'none' has no sample", () => learner.Learn("none", [], Array.Empty<string>()));
        Refused("wrong-input", "Sample 1 of task 'uneven' has 2 numbers, but the learner takes 3", () => learner.Learn("uneven", [[1, 2, 3], [1, 2]], ["a", "b"]));
        Refused("not-finite", "Sample 0 of task 'bad' has NaN as number 2", () => learner.Learn("bad", [[1, 2, float.NaN]], ["a"]));
        Refused("wrong-target", "has 1 inputs and 2 labels", () => learner.Learn("many", one, ["a", "b"]));
        Refused("wrong-label", "Sample 0 of task 'blank' has no label", () => learner.Learn("blank", one, [" "]));
        Refused("missing-name", "The task has no name", () => learner.Learn("", one, ["a"]));
        Refused("wrong-target", "numbers are given", () => learner.Learn("numbers", one, new float[][] { [1] }));
        Refused("no-task", "No task is open", () => learner.Learn(one, ["a"]));
        Refused("no-task", "No task is open", learner.End);

        learner.Learn("good", Points(1), Kinds(1), cancellation: TestContext.Current.CancellationToken);
        Refused("wrong-input", "Sample 0 of task 'short' has 1 numbers, but the learner takes 3", () => learner.Learn("short", [[1]], ["a"]));
        learner.Learn("more", Points(2), Kinds(2), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["good", "more"], learner.Tasks);
        Assert.Equal(["right", "left"], learner.Answers.Names); // none of the refused ones
    }

    [Fact]
    public void A_batch_must_be_of_the_open_task()
    {
        using Learner learner = New(method: new("si", new Engram.Methods.Regularization.SynapticIntelligence.Options()));
        learner.Begin("one", Points(1), "left", "right");

        Refused("wrong-label", "Sample 1 of the batch has the label 'up', which is none of task 'one': left, right", () => learner.Learn([[1, 2, 3], [1, 2, 3]], ["left", "up"]));
        Refused("wrong-input", "The batch has 200 samples, but training.batch is 20", () => learner.Learn(Points(1), Kinds(1)));
        Refused("task-open", "'one' is still open", () => learner.Learn("two", Points(1), Kinds(1)));
        Refused("task-open", "'one' is still open; end it first", () => learner.Save(folder["file"]));
        for (int first = 0; first < 200; first += 20) learner.Learn(Points(1)[first..(first + 20)], Kinds(1)[first..(first + 20)]);
        learner.End();

        using Predictor predictor = learner.ToPredictor();
        Assert.Equal("left", predictor.Predict([-2, 0, 0]).Label);
    }

    [Fact]
    public void What_stopped_half_way_says_so_and_its_file_goes_on()
    {
        using Learner learner = New();
        learner.Learn("one", Points(1), Kinds(1), cancellation: TestContext.Current.CancellationToken);
        learner.Save(folder["file"]);
        using CancellationTokenSource stop = new();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => learner.Learn("two", Points(2), Kinds(2), cancellation: stop.Token));
        Assert.Contains("load it anew", Assert.Throws<InvalidOperationException>(() => learner.Save(folder["other"])).Message);

        using Learner again = Learner.Load(folder["file"]);
        Assert.Equal(["one"], again.Tasks);
    }

    [Fact]
    public void What_method_and_answers_cannot_do_is_refused_when_the_learner_is_made()
    {
        Refused("unknown-method", "There is no method 'ewk'", () => New(method: new("ewk", new NoSettings())));
        Refused("unsupported-scenario", "separate cannot do the class scenario", () => New(method: new("separate", new SeparateNetworks.Options())));
        Refused("wrong-scenario", "asks which of all classes it is", () => _ = new Learner(new() { Method = new("fine-tuning", new NoSettings()) }, new Numbers(2)));
        Refused("unsupported-answers", "progressive cannot learn answers that are numbers", () => _ = new Learner(new() { Method = new("progressive", new Engram.Methods.Growth.ProgressiveNetworks.Options()), Scenario = Scenario.Task }, new Numbers(2)));
        Refused("no-validation", "need validation data", () => _ = new Learner(new() { Method = new("fine-tuning", new NoSettings()), Training = new() { Patience = 2 } }));
        using Learner joint = New(method: new("joint", new JointTraining.Options()));
        joint.Learn("one", Points(1), Kinds(1), cancellation: TestContext.Current.CancellationToken);
        joint.Save(folder["joint"]);
        using Learner again = Learner.Load(folder["joint"]);
        Refused("data-not-here", "wants to read the data of task 1 (one), which are not here", () => again.Learn("two", Points(2), Kinds(2)));
        using Learner fixedShares = New(method: new("gem", new GradientEpisodicMemory.Options { FixedShares = true }));
        Refused("invalid-setting", "nobody knows how many tasks will come", () => fixedShares.Learn("one", Points(1), Kinds(1)));
    }

    [Fact]
    public void A_predictor_that_is_disposed_of_lets_calls_under_way_end()
    {
        using Learner learner = New(method: new("icarl", new Icarl.Options()));
        learner.Learn("one", Points(1), Kinds(1), cancellation: TestContext.Current.CancellationToken);
        for (int round = 0; round < 20; round++)
        {
            Predictor predictor = learner.ToPredictor();
            string right = predictor.Predict([-2, 0, 0]).Label;
            int answered = 0;
            Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
            {
                try
                {
                    for (int call = 0; ; call++)
                    {
                        if (predictor.Predict([-2, 0, 0]).Label == right) Interlocked.Increment(ref answered);
                    }
                }
                catch (ObjectDisposedException)
                {
                }
            }))];
            foreach (Thread thread in threads) thread.Start();
            SpinWait.SpinUntil(() => Volatile.Read(ref answered) > 20);
            predictor.Dispose();
            foreach (Thread thread in threads) thread.Join();

            Assert.Throws<ObjectDisposedException>(() => predictor.Predict([0, 0, 0]));
        }
    }

    [Fact]
    public void A_file_that_is_none_is_refused_in_a_line()
    {
        Refused("cannot-read", "cannot be read", () => Learner.Load(folder["nowhere"]));
        File.WriteAllText(folder["text"], "not a learner, but long enough");
        Refused("corrupt-checkpoint", "is damaged", () => Learner.Load(folder["text"]));
        using Learner learner = New();
        learner.Learn("one", Points(1), Kinds(1), cancellation: TestContext.Current.CancellationToken);
        learner.Save(folder["file"]);
        byte[] bytes = File.ReadAllBytes(folder["file"]);
        for (int place = 100; place < bytes.Length; place += 997)
        {
            byte[] changed = [.. bytes];
            changed[place] ^= 4;
            File.WriteAllBytes(folder["changed"], changed);
            Assert.Contains("damaged", Assert.Throws<EngramException>(() => Learner.Load(folder["changed"])).Message);
            File.WriteAllBytes(folder["changed"], bytes[..place]);
            Assert.Throws<EngramException>(() => Learner.Load(folder["changed"]));
        }
    }

    [Theory]
    [InlineData("kind", "\"run\"", "no learner's")]
    [InlineData("outputs", "3", "3 outputs for 2 names")]
    [InlineData("outputs", "-1", "-1 outputs")]
    [InlineData("inputShape", "[0]", "shape [0]")]
    [InlineData("inputShape", "[100000,100000]", "inputs of the shape")]
    [InlineData("inputShape", "null", "no 'inputShape'")]
    [InlineData("answers", "\"ordered\"", "no answers of the form 'ordered'")]
    [InlineData("names", "[\"a\",\"a\"]", "2 outputs for 2 names")]
    [InlineData("tasks", "[]", "tasks whose outputs")]
    [InlineData("tasks", "[{\"name\":\"one\",\"samples\":200,\"outputs\":[0,7]}]", "tasks whose outputs")]
    [InlineData("tasks", "[{\"name\":\"one\"}]", "cannot be read")]
    [InlineData("tasks", "[{\"name\":null,\"samples\":1,\"outputs\":[0]}]", "cannot be read")]
    [InlineData("config", "7", "cannot be read")]
    [InlineData("config", "{}", "no 'method'")]
    public void A_header_from_a_stranger_is_checked_entry_by_entry(string entry, string value, string expected)
    {
        using Learner learner = New();
        learner.Learn("one", Points(1), Kinds(1), cancellation: TestContext.Current.CancellationToken);
        learner.Save(folder["file"]);
        var (tensors, values, header) = StateFile.Read(SafeTensors.Read(folder["file"]), "file", "a learner's file");
        header[entry] = System.Text.Json.Nodes.JsonNode.Parse(value);
        StateFile.Save(folder["file"], Filled(tensors, values), header);

        Assert.Contains(expected, Assert.Throws<EngramException>(() => Learner.Load(folder["file"])).Message);
        foreach (TorchSharp.torch.Tensor tensor in tensors.Values) tensor.Dispose();
    }

    private static StateBag Filled(Dictionary<string, TorchSharp.torch.Tensor> tensors, System.Text.Json.Nodes.JsonObject values) => new(tensors, values);

    private static void Refused(string code, string text, Action action)
    {
        EngramException refused = Assert.Throws<EngramException>(action);
        Assert.Contains(text, refused.Message);
        Assert.Equal(code, refused.Code);
    }

    private static Learner New(Answers? answers = null, Choice? method = null) => new(new()
    {
        Method = method ?? new("replay", new ExperienceReplay.Options()),
        Network = new("mlp", new Mlp.Options { Hidden = [16] }),
        Training = new() { Iterations = 200, Batch = 20, LearningRate = .02 },
        Scenario = answers is { AreClasses: false } ? Scenario.Domain : Scenario.Class,
    }, answers);

    private static float[][] Points(ulong seed)
    {
        RandomSource random = new(seed);
        return [.. Enumerable.Range(0, 200).Select(_ => (float[])[(float)random.NextGaussian(), (float)random.NextGaussian(), (float)random.NextGaussian()])];
    }

    private static string[] Kinds(ulong seed) => [.. Points(seed).Select(point => point[0] < 0 ? "left" : "right")];
}
