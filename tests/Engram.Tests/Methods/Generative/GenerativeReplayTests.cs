using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Reports;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class GenerativeReplayTests : IDisposable
{
    private static readonly GenerativeReplay.Options Small = new() { Hidden = [12], Latent = 5 };
    private readonly DisposeScope scope = NewDisposeScope();

    public GenerativeReplayTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(Scenario.Task, ReplayLabels.Hard)]
    [InlineData(Scenario.Domain, ReplayLabels.Hard)]
    [InlineData(Scenario.Class, ReplayLabels.Hard)]
    [InlineData(Scenario.Task, ReplayLabels.Distilled)]
    [InlineData(Scenario.Domain, ReplayLabels.Distilled)]
    [InlineData(Scenario.Class, ReplayLabels.Distilled)]
    public void The_loss_on_the_third_task_is_the_papers(Scenario scenario, ReplayLabels labels)
    {
        using Begun run = new Begun(new GenerativeReplay(Small with { Labels = labels }), scenario).After(2);
        using NetworkSnapshot previous = new();
        previous.Take(run.Model);
        run.Train(2);
        Batch batch = run.Read(2), prepared = run.Method.Prepare(batch);
        Tensor old = previous.Network!.Predict(prepared.Inputs.narrow(0, 7, 7));
        Tensor logits = run.Model.Network.Forward(prepared.Inputs).clone();

        Objective loss = run.Method.Loss(prepared, logits);

        Objective expected = Objective.Of(logits, z =>
        {
            Tensor fresh = z.narrow(0, 0, 7), replay = z.narrow(0, 7, 7);
            return scenario switch
            {
                Scenario.Task => CrossEntropy(fresh.narrow(1, 4, 2), batch.Targets - 4) / 3 + 2 / 3.0 * (Answer(replay, 0, 2, 0, 2) + Answer(replay, 2, 2, 2, 2)) / 2,
                Scenario.Domain => CrossEntropy(fresh, batch.Targets) / 3 + 2 / 3.0 * Answer(replay, 0, 2, 0, 2),
                _ => CrossEntropy(fresh, batch.Targets) / 3 + 2 / 3.0 * Answer(replay, 0, 6, 0, 4),
            };
        });
        Batches.AssertClose(expected.Value, loss.Value.reshape(expected.Value.shape), 1e-5);
        Batches.AssertClose(expected.Gradient, loss.Gradient, 1e-5);

        // The first outputs compete, and of them the old network knows the first ones.
        Tensor Answer(Tensor z, long first, long competing, long firstKnown, long known)
        {
            Tensor answers = old.narrow(1, firstKnown, known), all = z.narrow(1, first, competing);
            if (labels == ReplayLabels.Hard) return CrossEntropy(all, answers.argmax(1));
            return -((answers / 2).softmax(1) * (all / 2).log_softmax(1).narrow(1, 0, known)).sum(1L).mean();
        }
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Domain)]
    [InlineData(Scenario.Class)]
    public void With_all_weight_on_the_new_task_it_is_fine_tuning_bit_for_bit(Scenario scenario)
    {
        RunResult plain = Toy.Run(Toy.Config("fine-tuning", scenario)), own = Toy.Run(Toy.Config("dgr", scenario, ("method.importance", "1"), ("method.hidden", "12")));

        Assert.Equal(plain.Weights, own.Weights);
        Assert.Equal(plain.Matrix.ToRows(), own.Matrix.ToRows());
    }

    [Fact]
    public void Replay_is_drawn_anew_at_every_step_and_labelled_with_classes_seen()
    {
        using Begun run = new Begun(new GenerativeReplay(Small), Scenario.Class).After(1);
        Batch batch = run.Read(1);

        Batch first = run.Method.Prepare(batch), second = run.Method.Prepare(batch);

        Assert.Equal(14, first.Count);
        Assert.Equal([14, 1, 12, 12], first.Inputs.shape);
        Batches.AssertClose(batch.Inputs, first.Inputs.narrow(0, 0, 7), 0);
        Assert.NotEqual(first.Inputs.narrow(0, 7, 7).data<float>().ToArray(), second.Inputs.narrow(0, 7, 7).data<float>().ToArray());
        Assert.All(first.Targets.narrow(0, 7, 7).data<long>().ToArray(), label => Assert.InRange(label, 0, 1));
    }

    [Fact]
    public void What_is_replayed_comes_from_the_generator_as_it_was_when_the_last_task_ended_on_every_task()
    {
        using Begun run = new(new GenerativeReplay(Small), Scenario.Class);
        run.After(1);
        run.Train(1);
        run.Trainer.End(run.Stream.Tasks[1]);
        Dictionary<string, Tensor> ended = Saved(run, "generator");
        run.Begin(2);
        run.Train(2);

        foreach (var (name, numbers) in Saved(run, "previousGenerator").Where(one => one.Key is "encoder" or "decoder"))
        {
            Batches.AssertClose(ended[name], numbers, 0);
            Assert.True((Saved(run, "generator")[name] - numbers).abs().max().item<float>() > 1e-3, "the one that learns has moved on");
        }
    }

    [Fact]
    public void On_the_third_task_the_generator_learns_a_third_of_new_images_and_two_thirds_of_replayed_ones()
    {
        using Begun run = new Begun(new GenerativeReplay(Small), Scenario.Class).After(2);
        using VariationalAutoencoder twin = new(144, [12], 5, 1e-3, new(1), CPU);
        StateBag state = new();
        run.Method.Visit(state);
        twin.Visit(new StateBag(state.Tensors.ToDictionary(one => one.Key, one => one.Value.clone()), state.Values, CPU).Part("generator"));
        Batch batch = run.Read(2);

        Batch prepared = run.Method.Prepare(batch);

        Tensor weights = cat([full([7, 1], 1 / 21f), full([7, 1], 2 / 21f)], 0);
        twin.Step(prepared.Inputs.reshape(14, 144), weights, new Seed(1).For("generator", 3, 13)); // after six steps of each of two tasks
        Dictionary<string, Tensor> learned = Saved(run, "generator");
        Batches.AssertClose(twin.Parameters[0], learned["encoder"], 1e-6);
        Batches.AssertClose(twin.Parameters[1], learned["decoder"], 1e-6);
    }

    // Adam's first step moves every number that has a gradient by the step size.
    [Theory]
    [InlineData(GeneratorKind.Vae, null, 1e-3)]
    [InlineData(GeneratorKind.WganGp, null, 1e-4)]
    [InlineData(GeneratorKind.Vae, 0.02, 0.02)]
    [InlineData(GeneratorKind.WganGp, 0.02, 0.02)]
    public void Each_generator_learns_with_the_step_size_of_its_publication_or_the_one_given(GeneratorKind kind, double? given, double rate)
    {
        using Begun run = new Begun(new GenerativeReplay(Small with { Generator = kind, GeneratorRate = given }), Scenario.Class).After(0);
        Tensor before = Saved(run, "generator")["decoder"];

        run.Method.Prepare(run.Read(0));

        Assert.Equal(rate, (Saved(run, "generator")["decoder"] - before).abs().max().item<float>(), 0.01 * rate);
    }

    [Fact]
    public void A_given_weight_of_the_new_data_holds_from_the_second_task_on()
    {
        using Begun run = new Begun(new GenerativeReplay(Small with { Importance = 0.3 }), Scenario.Domain).After(1);
        Batch prepared = run.Method.Prepare(run.Read(1));
        Tensor logits = run.Model.Network.Forward(prepared.Inputs).clone();

        float loss = run.Method.Loss(prepared, logits).Value.item<float>();

        Tensor expected = 0.3 * CrossEntropy(logits.narrow(0, 0, 7), prepared.Targets.narrow(0, 0, 7)) + 0.7 * CrossEntropy(logits.narrow(0, 7, 7), prepared.Targets.narrow(0, 7, 7));
        Assert.Equal(expected.item<float>(), loss, 1e-5f);
    }

    [Fact]
    public void What_is_shown_is_ordered_by_the_classes_seen_that_the_network_takes_it_for()
    {
        using Begun run = new Begun(new GenerativeReplay(Small), Scenario.Class).After(0);
        run.Train(0);
        run.Trainer.End(run.Stream.Tasks[0]);
        float[] margins = [.. Margins().Order()];
        int widest = Enumerable.Range(45, 10).MaxBy(i => margins[i] - margins[i - 1]); // pixels are rounded: no image may lie on the border
        run.Model.Network.Parameters[^6] += (margins[widest - 1] + margins[widest]) / 2; // the bias of class 0: half of what is drawn is taken for it
        run.Model.Network.Parameters[^1] += 100; // the bias of class 5, which was not seen

        margins = Margins();

        int first = margins.Count(margin => margin < 0);
        Assert.InRange(first, 45, 55);
        Assert.All(margins[..first], margin => Assert.InRange(margin, float.NegativeInfinity, 0.01f));
        Assert.All(margins[first..], margin => Assert.InRange(margin, -0.01f, float.PositiveInfinity));
        Assert.True(margins.Max() - margins.Min() > 0.05, $"margins from {margins.Min()} to {margins.Max()}");

        // How much more the network takes each image shown for class 1 than for class 0, the two that were seen.
        float[] Margins()
        {
            ExhibitImages images = Assert.IsType<ExhibitImages>(Assert.Single(Engram.Methods.Exhibit.Of(run.Method)));
            Tensor pixels = tensor([.. images.Pixels.Select(pixel => pixel / 255f)]).view(100, 1, 12, 12), scores = run.Model.Network.Predict(pixels);
            return [.. (scores.select(1, 1) - scores.select(1, 0)).contiguous().data<float>()];
        }
    }

    [Fact]
    public void Stored_is_the_generator_with_both_its_networks()
    {
        using Begun run = new(new GenerativeReplay(Small), Scenario.Class);
        Assert.Equal(0, run.Method.StoredBytes);

        run.After(1);

        Assert.Equal(sizeof(float) * (144 * 12 + 12 + 12 * 10 + 10 + 5 * 12 + 12 + 12 * 144 + 144), run.Method.StoredBytes);
    }

    [Fact]
    public void A_task_beyond_the_range_of_the_first_is_refused_when_it_begins()
    {
        TaskStream plain = Toy.Stream(Scenario.Domain), normalised = Toy.Laboratory.Stream(Toy.Config("fine-tuning", Scenario.Domain, ("stream.mean", "0.1"), ("stream.deviation", "0.25")));
        using Begun run = new(new GenerativeReplay(Small), Scenario.Domain, stream: new("mixed", Scenario.Domain, [plain.Tasks[0], normalised.Tasks[1]]));

        Assert.Equal("range-mismatch", Assert.Throws<EngramException>(() => run.After(1)).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.3)]
    public void The_first_task_has_nothing_to_replay(double? importance)
    {
        using Begun run = new Begun(new GenerativeReplay(Small with { Importance = importance }), Scenario.Class).After(0);
        Batch batch = run.Read(0);

        Assert.Same(batch, run.Method.Prepare(batch));
    }

    [Fact]
    public void Normalised_pixels_are_drawn_in_their_own_range_and_a_wider_task_is_refused()
    {
        TaskStream plain = Toy.Stream(), normalised = Toy.Laboratory.Stream(Toy.Config("fine-tuning", Scenario.Task, ("stream.mean", "0.1"), ("stream.deviation", "0.25")));
        PixelRange unit = PixelRange.Of(plain.Tasks[0].Train), range = PixelRange.Of(normalised.Tasks[0].Train);
        Tensor pixels = tensor(new[] { 0f, .25f, 1f });

        Assert.Equal(new(0, 1), unit);
        Batches.AssertClose(tensor(new[] { -.4f, .6f, 3.6f }), range.FromUnit(pixels), 1e-5);
        Batches.AssertClose(pixels, range.ToUnit(range.FromUnit(pixels)), 1e-5);
        range.Check(normalised.Tasks[1]);
        EngramException error = Assert.Throws<EngramException>(() => unit.Check(normalised.Tasks[1]));
        Assert.Contains("Task 2 (pair 2) has inputs from -0.4 to 3.6, but the generator draws the range 0 to 1", error.Message);
    }

    [Fact]
    public void What_is_not_an_image_is_refused_by_name()
    {
        Words words = new();
        TaskStream stream = new("words", Scenario.Domain, [new(0, "words", words, null, words, [0, 1])]);

        EngramException error = Assert.Throws<EngramException>(() => new Begun(new GenerativeReplay(Small), Scenario.Domain, stream: stream).After(0));

        Assert.Contains("dgr draws images", error.Message);
        Assert.Contains("[3]", error.Message);
    }

    [Fact]
    public void The_run_folder_and_its_page_show_what_the_generator_draws_after_each_task()
    {
        RunConfig config = Toy.Config("dgr", Scenario.Class, ("method.hidden", "12"));
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);

        RunResult result = Toy.Run(config, folder);

        Assert.Equal(["generated images after task 01", "generated images after task 02"], result.Exhibits.Select(exhibit => exhibit.Name));
        Assert.Equal(result.Exhibits.Select(exhibit => exhibit.Png), folder.ReadResults().Exhibits.Select(exhibit => exhibit.Png));
        string page = RunReport.Page(result);
        Assert.Contains("generated images after task 02", page);
        Assert.Contains($"src=\"data:image/png;base64,{Convert.ToBase64String(result.Exhibits[1].Png)}\"", page);
        Assert.DoesNotContain("<img", RunReport.Page(result with { Exhibits = [] }));
    }

    [Fact]
    public void A_restored_one_replays_and_shows_what_the_saved_one_would_have()
    {
        using Begun saved = new Begun(new GenerativeReplay(Small), Scenario.Class, stream: Normalised()).After(1), other = new(new GenerativeReplay(Small), Scenario.Class, stream: Normalised());
        saved.Train(1);
        other.Model.TasksSeen = 2;
        other.Model.Network.Parameters.copy_(saved.Model.Network.Parameters);

        new SavedState(saved.Method.Visit).Restore(other.Method.Visit);

        for (int step = 0; step < 3; step++)
        {
            Batch expected = saved.Method.Prepare(saved.Read(1)), actual = other.Method.Prepare(other.Read(1));
            Batches.AssertClose(expected.Inputs, actual.Inputs, 0);
            Assert.Equal(expected.Targets.data<long>().ToArray(), actual.Targets.data<long>().ToArray());
        }
        Assert.Equal(Shown(saved).Pixels, Shown(other).Pixels);
        Assert.Equal(saved.Method.StoredBytes, other.Method.StoredBytes);
        Assert.Equal(new SavedState(saved.Method.Visit).Values.ToJsonString(), new SavedState(other.Method.Visit).Values.ToJsonString());
    }

    [Theory]
    [InlineData("low", "1", "less than the largest pixel")]
    [InlineData("high", "0", "less than the largest pixel")]
    [InlineData("begun", "false", "a generator from the first task on")]
    [InlineData("replays", "false", "the one before from the second on")]
    [InlineData("previous.taken", "false", "the network before from the second task on")]
    public void A_checkpoint_whose_generators_do_not_fit_the_number_of_tasks_is_refused(string name, string json, string expected)
    {
        using Begun saved = new Begun(new GenerativeReplay(Small), Scenario.Class).After(1), other = new(new GenerativeReplay(Small), Scenario.Class);
        other.Model.TasksSeen = 2;

        new SavedState(saved.Method.Visit).With(name, json).AssertRefused(expected, other.Method.Visit);
    }

    [Fact]
    public void Before_the_first_task_there_is_no_generator_and_on_it_no_earlier_one()
    {
        using Begun run = new(new GenerativeReplay(Small), Scenario.Class);
        SavedState before = new(run.Method.Visit);
        before.Restore(run.Method.Visit);
        Assert.Empty(before.Tensors);

        run.After(0);

        SavedState first = new(run.Method.Visit);
        Assert.DoesNotContain(first.Tensors.Keys, name => name.StartsWith("previous", StringComparison.Ordinal));
        first.With("replays", "true").AssertRefused("a generator from the first task on", run.Method.Visit);
        before.AssertRefused("a generator from the first task on", run.Method.Visit);
    }

    [Fact]
    public void What_is_shown_is_gray_from_the_least_to_the_largest_pixel()
    {
        using Begun run = new Begun(new GenerativeReplay(Small), Scenario.Domain, stream: Normalised(Scenario.Domain)).After(0);
        using VariationalAutoencoder twin = new(144, [12], 5, 1e-3, new(1), CPU);
        SavedState state = new(run.Method.Visit);
        twin.Visit(new StateBag(state.Tensors, state.Values).Part("generator"));

        ExhibitImages images = Shown(run);

        Tensor drawn = twin.Draw(Noise.Gaussian(new Seed(1).For("exhibit", 1, 0), 100, 5, CPU));
        byte[][] expected = [.. drawn.unbind().Select(image => image.data<float>().Select(pixel => (byte)MathF.Round(255 * pixel)).ToArray())];
        Assert.Equal(("generated images", 100, 12, 12), (images.Name, images.Count, images.Height, images.Width));
        Assert.Equal(expected.Select(Convert.ToBase64String).Order(), images.Pixels.Chunk(144).Select(Convert.ToBase64String).Order());
        Assert.Contains(images.Pixels, pixel => pixel > 100);
    }

    [Theory]
    [InlineData(GeneratorKind.Vae)]
    [InlineData(GeneratorKind.WganGp)]
    public void Generators_and_the_network_before_are_freed(GeneratorKind kind) => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        using Begun run = new Begun(new GenerativeReplay(Small with { Generator = kind }), Scenario.Class).After(2);
        run.Method.Prepare(run.Read(2));
        _ = Engram.Methods.Exhibit.Of(run.Method).ToList();
    });

    private static ExhibitImages Shown(Begun run) => Assert.IsType<ExhibitImages>(Assert.Single(Engram.Methods.Exhibit.Of(run.Method)));

    private static TaskStream Normalised(Scenario scenario = Scenario.Class) => Toy.Laboratory.Stream(Toy.Config("fine-tuning", scenario, ("stream.mean", "0.1"), ("stream.deviation", "0.25")));

    // A part of the method's state by name, as it is now.
    private static Dictionary<string, Tensor> Saved(Begun run, string part)
    {
        StateBag state = new();
        run.Method.Visit(state);
        return state.Tensors.Where(one => one.Key.StartsWith($"{part}.", StringComparison.Ordinal)).ToDictionary(one => one.Key[(part.Length + 1)..], one => one.Value.clone());
    }

    private static Tensor CrossEntropy(Tensor logits, Tensor targets) => nn.functional.cross_entropy(logits, targets);

    private sealed class Words : Engram.Streams.Samples
    {
        public override int Count => 20;

        public override IReadOnlyList<long> InputShape => [3];

        public override IReadOnlyList<int> Lessons => [0];

        public override void Read(int sample, Span<float> input) => input.Fill(sample);

        public override int Target(int sample) => sample % 2;

        public override int Task(int sample) => 0;
    }
}
