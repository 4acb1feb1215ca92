using Engram.Answering;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Answering;

/// <summary>The mathematics of each form of answers, against definitions.</summary>
public sealed class AnswersTests : IDisposable
{
    private const float None = float.NegativeInfinity;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor logits, mask;

    public AnswersTests()
    {
        NativeEngine.PrepareThread(1);
        logits = 2 * Batches.Random(new(5), 4, 3);
        mask = tensor(new[] { 0, None, 0 }).unsqueeze(0);
    }

    // Made anew each time: a constructor that fails fails in the tests that need it, and not in all of them for good.
    private static Answers[] Forms => [new OneOf(), new AnyOf("a", "b", "c"), new Numbers(3)];

    public static TheoryData<string, bool> Cases => new(from form in Forms from masked in new[] { false, true } select (form.Words, masked));

    public static TheoryData<string> Words => [.. Forms.Select(form => form.Words)];

    public void Dispose() => scope.Dispose();

    [Theory, MemberData(nameof(Cases))]
    public void Slopes_are_those_of_the_loss_and_masked_outputs_have_none(string words, bool masked)
    {
        Answers answers = Form(words);
        Tensor targets = Targets(answers), weights = tensor(new[] { .5f, 2, 0, 1 }).unsqueeze(1);
        Tensor? counts = masked ? mask : null;

        Objective mean = answers.Loss(logits, targets, counts), weighted = answers.Loss(logits, targets, counts, weights);
        Tensor slope = answers.Slope(logits, targets, counts);

        Batches.AssertClose(slope / 4, mean.Gradient, 1e-6);
        Batches.AssertClose(slope * weights, weighted.Gradient, 1e-6);
        Batches.AssertClose(NumericalGradient(moved => answers.Loss(moved, targets, counts)), mean.Gradient, 2e-3);
        Batches.AssertClose(NumericalGradient(moved => answers.Loss(moved, targets, counts, weights)), weighted.Gradient, 2e-3);
        if (masked) Assert.Equal(0, slope[TensorIndex.Colon, 1].abs().sum().item<float>());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Distillation_ends_where_the_answers_are_the_teachers(string words, bool masked)
    {
        Answers answers = Form(words);
        Tensor teacher = Batches.Random(new(6), 4, 3);
        Tensor? counts = masked ? mask : null;

        Objective other = answers.Distillation(logits, teacher, 2, counts), same = answers.Distillation(teacher, teacher, 2, counts);

        Assert.InRange(same.Gradient.abs().max().item<float>(), 0, 1e-6);
        Assert.True(other.Gradient.abs().max().item<float>() > .02f);
        Batches.AssertClose(NumericalGradient(moved => answers.Distillation(moved, teacher, 2, counts)), other.Gradient, 2e-3);
        if (masked) Assert.Equal(0, other.Gradient[TensorIndex.Colon, 1].abs().sum().item<float>());
    }

    [Fact]
    public void Distillation_at_a_temperature_divides_both_by_it_and_its_slope_once_more()
    {
        // At T = 2 the logit 2 ln 3 is ln 3, with the probability 3/4 where the teacher says 1/2: -(ln 3/4 + ln 1/4) / 2, and (3/4 - 1/2) / 2.
        float logit = 2 * MathF.Log(3);

        Objective classes = new OneOf().Distillation(tensor(new[] { logit, 0 }).unsqueeze(0), zeros(1, 2), 2), labels = new AnyOf("a").Distillation(tensor(new[] { logit }).unsqueeze(0), zeros(1, 1), 2);

        Assert.Equal([.125f, -.125f], classes.Gradient.data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.Equal(.125, labels.Gradient.item<float>(), 1e-6);
        Assert.All([classes, labels], loss => Assert.Equal(-.5 * Math.Log(3 / 16.0), loss.Value.item<float>(), 1e-6));
    }

    [Theory, MemberData(nameof(Words))]
    public void Outputs_that_a_teacher_does_not_know_do_not_end_in_numbers_that_are_none(string words)
    {
        Objective loss = Form(words).Distillation(logits, logits + mask, 2);

        Assert.True(loss.Gradient.isfinite().all().item<bool>() && loss.Value.isfinite().item<bool>());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Fisher_factors_add_up_to_the_mean_square_of_slopes_of_drawn_answers(string words, bool masked)
    {
        Answers answers = Form(words);
        Tensor? counts = masked ? mask : null;
        const int draws = 40_000;
        Tensor one = logits.narrow(0, 0, 1), many = one.expand(draws, 3).contiguous();

        Tensor slopes = answers.Slope(many, answers.Draw(many, counts, new RandomSource(3)), counts);
        Tensor factors = answers.FisherFactors(one, counts).squeeze(1); // [terms, outputs]

        Batches.AssertClose(slopes.t().mm(slopes) / draws, factors.t().mm(factors), .03);
        Assert.InRange(slopes.mean([0]).abs().max().item<float>(), 0, .02f); // the score function's mean is zero
        if (masked) Assert.Equal(0, factors[TensorIndex.Colon, 1].abs().sum().item<float>());
    }

    [Fact]
    public void Labels_are_scored_by_the_share_of_questions_that_are_answered_right()
    {
        AnyOf answers = new("a", "b", "c");
        Tensor scores = tensor(new[] { 1f, None, -1, 2, 3, .5f }).view(2, 3), targets = tensor(new[] { 1f, 1, 0, 0, 1, 1 }).view(2, 3);

        Assert.Equal([4, 5], answers.Tally(scores, targets));
        Assert.Equal(.8, answers.Score([4, 5]));
        Assert.Equal(.5, answers.Chance(3));
        Batches.AssertClose(tensor(new[] { 0f, 1, 0, 0, 1, 1 }).view(2, 3), answers.MostProbable(scores, null) * tensor(new[] { 0f, 1, 1, 0, 1, 1 }).view(2, 3) + tensor(new[] { 0f, 1, 0, 0, 0, 0 }).view(2, 3), 0);
    }

    [Theory]
    [InlineData(20, 5, 10, 15, .4)] // Cohen's: 35 of 50 right, 25 by drawing blindly
    [InlineData(45, 15, 25, 15, .1304348)] // as much is right in these two
    [InlineData(25, 35, 5, 35, .2592593)]
    [InlineData(3, 0, 0, 9, 1.0)]
    [InlineData(0, 4, 4, 0, -1.0)]
    [InlineData(7, 0, 5, 0, 0.0)] // always the same answer, however often it is right
    [InlineData(7, 5, 0, 0, null)] // all targets are the same
    public void Kappa_takes_off_what_answers_drawn_blindly_reach(int bothFirst, int secondForFirst, int firstForSecond, int bothSecond, double? expected)
    {
        (int Right, int Answer, int Count)[] cells = [(0, 0, bothFirst), (0, 2, secondForFirst), (2, 0, firstForSecond), (2, 2, bothSecond)];
        Tensor targets = tensor(cells.SelectMany(cell => Enumerable.Repeat((long)cell.Right, cell.Count)).ToArray());
        Tensor scores = nn.functional.one_hot(tensor(cells.SelectMany(cell => Enumerable.Repeat((long)cell.Answer, cell.Count)).ToArray()), 4).to(float32);

        double? kappa = OneOf.Classes.Kappa(OneOf.Classes.Tally(scores, targets));

        Assert.Equal(expected is null, kappa is null);
        if (expected is { } known) Assert.Equal(known, kappa!.Value, 1e-7);
    }

    [Fact]
    public void Targets_without_an_output_count_as_samples_that_are_never_answered()
    {
        double[] tally = OneOf.Classes.Tally(tensor(new[] { 1f, 0, 0, 1, 1, 0 }).view(3, 2), tensor(new long[] { 0, 1, 5 }));

        Assert.Equal([2, 3, 1, 1, 2, 1], tally);
        Assert.Equal((2 * 3 - 3) / (9 - 3.0), OneOf.Classes.Kappa(tally)!.Value, 12);
    }

    [Fact]
    public void Answers_that_are_no_classes_have_no_kappa()
    {
        Assert.Null(new AnyOf("a").Kappa([3, 4]));
        Assert.Null(new Numbers(1).Kappa([2, 0, 6, 20]));
    }

    [Fact]
    public void Numbers_are_scored_by_the_share_of_variance_that_they_explain()
    {
        Numbers answers = new(2);
        Tensor targets = tensor(new[] { 1f, 10, 3, 10, 5, 40 }).view(3, 2), scores = tensor(new[] { 1f, 10, 2, 10, 6, 37 }).view(3, 2);

        // Squared errors 1 + 1 + 9; variances (4 + 0 + 4) and (100 + 100 + 400).
        Assert.Equal(1 - 11.0 / 608, answers.Score(answers.Tally(scores, targets)), 12);
        Assert.Equal(0, answers.Score(answers.Tally(-scores, targets)));
        Assert.Equal(1, answers.Score(answers.Tally(targets, targets)));
        Assert.Equal(1 - 2.0 / 8, answers.Score(answers.Tally(tensor(new[] { 1f, None, 2, None, 6, None }).view(3, 2), targets)), 12);
        Assert.Equal(0, answers.Chance(2));
    }

    [Theory, MemberData(nameof(Words))]
    public void Tallies_of_parts_add_up_to_that_of_the_set(string words)
    {
        Answers answers = Form(words);
        Tensor targets = Targets(answers);

        double[] parts = [.. answers.Tally(logits.narrow(0, 0, 1), targets.narrow(0, 0, 1)).Zip(answers.Tally(logits.narrow(0, 1, 3), targets.narrow(0, 1, 3)), (left, right) => left + right)];

        Assert.Equal(answers.Tally(logits, targets), parts, (left, right) => Math.Abs(left - right) < 1e-9);
    }

    [Theory, MemberData(nameof(Words))]
    public void No_constant_answer_has_less_loss_than_the_best_one(string words)
    {
        Answers answers = Form(words);
        Tensor targets = Targets(answers), constant = answers.Constant(targets, 3);

        double best = answers.Score(answers.Tally(constant.expand(4, 3), targets));

        for (int other = 0; other < 20; other++)
            Assert.True(answers.Score(answers.Tally(Batches.Random(new((ulong)other), 1, 3).expand(4, 3), targets)) <= best + 1e-9);
    }

    [Fact]
    public void What_guessing_scores_and_the_best_constant_are_by_hand()
    {
        Assert.Equal((.25, .5, .75), (OneOf.Classes.Chance(4), OneOf.Classes.Score([2, 4]), new AnyOf("a").Score([3, 4])));
        Batches.AssertClose(tensor(new[] { 0f, 0, 1 }).unsqueeze(0), OneOf.Classes.Constant(tensor(new long[] { 0, 2, 2 }), 3), 0);
        Batches.AssertClose(tensor(new[] { .25f, -.25f }).unsqueeze(0), new AnyOf("a", "b").Constant(tensor(new[] { 1f, 0, 1, 1, 1, 0, 0, 0 }).view(4, 2), 2), 1e-6);
        Batches.AssertClose(tensor(new[] { 2f, 10 }).unsqueeze(0), new Numbers(2).Constant(tensor(new[] { 1f, 10, 3, 10 }).view(2, 2), 2), 1e-6);
        // Targets that are all the same have no variance to explain.
        Assert.Equal((1, 0), (new Numbers(1).Score([2, 0, 6, 18]), new Numbers(1).Score([2, .5, 6, 18])));
        Assert.Throws<ArgumentException>("names", () => new AnyOf());
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new Numbers(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fisher_factors_of_classes_are_each_samples_own(bool masked)
    {
        Tensor? counts = masked ? mask : null;
        Tensor p = (masked ? logits + mask : logits).softmax(1), factors = OneOf.Classes.FisherFactors(logits, counts); // [terms, 4, 3]

        Assert.Equal(masked ? 1 : 2, factors.shape[0]); // one fewer than classes that compete
        for (int sample = 0; sample < 4; sample++)
        {
            Tensor own = factors.select(1, sample);
            Batches.AssertClose(diag(p[sample]) - outer(p[sample], p[sample]), own.t().mm(own), 1e-3);
        }
    }

    [Fact]
    public void A_reading_is_a_probability_or_the_number_itself()
    {
        Tensor scores = tensor(new[] { 1f, None, -2 }).unsqueeze(0);

        Batches.AssertClose(tensor(new[] { .952574f, 0, .047426f }).unsqueeze(0), new OneOf().Read(scores), 1e-5);
        Batches.AssertClose(tensor(new[] { .731059f, 0, .119203f }).unsqueeze(0), new AnyOf("a", "b", "c").Read(scores), 1e-5);
        Batches.AssertClose(tensor(new[] { 1f, 0, -2 }).unsqueeze(0), new Numbers(3).Read(scores), 0);
    }

    [Fact]
    public void Only_classes_have_one_right_output_and_only_labels_must_be_yes_or_no()
    {
        Assert.Equal([true, false, false], Forms.Select(form => form.AreClasses));
        Assert.Equal([0, 3, 3], Forms.Select(form => form.TargetNumbers));
        Assert.Equal([0, 3, 3], Forms.Select(form => form.Outputs));
        Assert.All(Forms, form => Assert.All([0, 1], number => Assert.Null(form.Problem(number))));
        Assert.All([.5f, -1, 2], number => Assert.Equal([null, "0 (no) or 1 (yes)", null], Forms.Select(form => form.Problem(number))));
    }

    private static Answers Form(string words) => Forms.Single(form => form.Words == words);

    private static Tensor Targets(Answers answers) => answers switch
    {
        OneOf => tensor(new long[] { 0, 2, 2, 0 }),
        AnyOf => tensor(new[] { 1f, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1 }).view(4, 3),
        _ => tensor(new[] { .5f, -1, 2, 0, 1, -.3f, 1, 1, 1, -2, 0, .1f }).view(4, 3),
    };

    private Tensor NumericalGradient(Func<Tensor, Objective> loss)
    {
        const float step = 1e-2f;
        Tensor gradient = zeros_like(logits);
        for (int i = 0; i < logits.numel(); i++)
        {
            Tensor move = zeros(logits.numel());
            move[i] = step;
            gradient.view(-1)[i] = (loss(logits + move.view(4, 3)).Value.item<float>() - loss(logits - move.view(4, 3)).Value.item<float>()) / (2 * step);
        }
        return gradient;
    }
}
