using Engram.Methods.Regularization;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class RiemannianWalkTests
{
    [Fact]
    public void Fisher_information_and_score_are_the_ones_worked_by_hand()
    {
        // L = theta^2 / 2 at rate 0.1, two steps. From theta = 2: w = 0.724, F = (4 + 3.24) / 2 = 3.62, Delta^2 = 0.1444,
        // s = 0.724 / (3.62 x 0.1444 / 2 + 0.1) = 2.00352. From theta = 1: F = 0.905, s = 0.181 / (0.905 x 0.0361 / 2 + 0.1) = 1.55585.
        // From theta = 0: both 0. Scaled to 0..1: F 1, 0.25, 0; s 1, 0.776557, 0.
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5, Every = 2, Damping = 0.1 }), Scenario.Domain, tasks: 3);
        lesson.Parameters.zero_();
        lesson.Parameters[0] = 2;
        lesson.Parameters[1] = 1;
        LearningTask first = lesson.Begin(1);
        for (int step = 0; step < 2; step++) Step(lesson, lesson.Parameters.clone(), 0.1f);
        lesson.Trainer.End(first);

        AssertImportance(lesson, 2, 1.026557, 0);

        // Two steps that go nowhere with gradient 4 at the second parameter: F = 0.362, 14.4905, 0; the scores are halved alike.
        LearningTask second = lesson.Begin(2);
        Tensor gradient = zeros_like(lesson.Parameters);
        gradient[1] = 4;
        for (int step = 0; step < 2; step++) Step(lesson, gradient.clone(), 0);
        lesson.Trainer.End(second);

        AssertImportance(lesson, 1 + 0.362 / 14.4905, 1.776557, 0);

        // Two steps of 0.1 down a slope of 1 at the third: w = 0.2 and s = 0.2 / 0.1 = 2, which halves to 1 beside 2.00352 / 4 and 1.55585 / 4;
        // F = 0.0362, 1.44905, 0.9.
        LearningTask third = lesson.Begin(3);
        Tensor slope = zeros_like(lesson.Parameters);
        slope[2] = 1;
        for (int step = 0; step < 2; step++) Step(lesson, slope.clone(), 0.1f);
        lesson.Trainer.End(third);

        AssertImportance(lesson, 0.0362 / 1.44905 + 2.00352 / 4, 1 + 1.55585 / 4, 0.9 / 1.44905 + 1);
    }

    [Fact]
    public void Information_and_score_run_from_zero_to_one_over_the_network_whatever_its_smallest_is()
    {
        // One step of rate 0.1: F = g^2 = 4, 1, 0.25 and s = 0.1 g^2 / (0.005 g^4 + 0.1) = 2.222222, 0.952381, 0.249221; none of them is 0.
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5, Every = 1, Damping = 0.1 }), Scenario.Domain, linear: true, stream: ThreeParameters());
        LearningTask task = lesson.Begin(1);
        Step(lesson, tensor(new float[] { 2, 1, 0.5f }), 0.1f);
        lesson.Trainer.End(task);

        AssertImportance(lesson, 2, 0.75 / 3.75 + (0.952381 - 0.249221) / (2.222222 - 0.249221), 0);
    }

    [Fact]
    public void The_scores_of_old_tasks_are_halved_with_every_task()
    {
        // One step of rate 0.1 per task: w = 0.1 g^2, Delta^2 = 0.01 g^2, and F is that of the steps before, at first g^2.
        // g = (2, 1): s = 0.4 / (4 x 0.04 / 2 + 0.1), 0.1 / (0.005 + 0.1) = 2.222222, 0.952381; F = 4, 1.
        // g = (1, 2): 0.1 / (4 x 0.01 / 2 + 0.1), 0.4 / (0.02 + 0.1) = 0.833333, 3.333333; mean 1.527778, 2.142857; F = 0.1 F + 0.9 g^2 = 1.3, 3.7.
        // g = (3, 1): 0.9 / (1.3 x 0.09 / 2 + 0.1), 0.1 / (0.0185 + 0.1) = 5.678233, 0.843882; mean 3.603006, 1.493369; F = 8.23, 1.27.
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5, Every = 1, Damping = 0.1 }), Scenario.Domain, tasks: 3);
        foreach (var (number, slope) in new[] { (2f, 1f), (1f, 2f), (3f, 1f) }.Index())
        {
            LearningTask task = lesson.Begin(number + 1);
            Tensor gradient = zeros_like(lesson.Parameters);
            (gradient[0], gradient[1]) = (slope.Item1, slope.Item2);
            Step(lesson, gradient, 0.1f);
            lesson.Trainer.End(task);
        }

        AssertImportance(lesson, 2, 1.27 / 8.23 + 1.493369 / 3.603006, 0);
    }

    [Fact]
    public void Steps_are_taken_together_by_tens_and_what_is_left_at_a_tasks_end_counts_too()
    {
        // With the usual settings. The first parameter goes to and fro by 1: after ten steps Delta = 0, so s = 10 / 0.001, and after two more 2 / 0.001 is added.
        // The second does so by 0.1, s = 0.1 / 0.001 and F = 0.01, and moves by 1 in the last step: s rises by 1 / (0.01 / 2 + 0.001) = 166.667 to 266.667,
        // F = 0.1 x 0.01 + 0.9 x (0 + 1) / 2 = 0.451.
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5 }), Scenario.Domain);
        LearningTask task = lesson.Begin(1);
        for (int step = 0; step < 12; step++)
        {
            Tensor gradient = zeros_like(lesson.Parameters);
            gradient[0] = step % 2 == 0 ? 1 : -1;
            gradient[1] = step < 10 ? gradient[0] * 0.1f : step - 10;
            Step(lesson, gradient, 1);
        }
        lesson.Trainer.End(task);

        AssertImportance(lesson, 2, 0.451 + 266.667 / 12_000, 0);
    }

    [Fact]
    public void After_the_first_task_importance_is_positive_and_at_most_two()
    {
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5 }), Scenario.Task, tasks: 3);
        lesson.Learn(1);

        float[] pull = lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray();

        Assert.All(pull, number => Assert.InRange(number, 0, 2));
        Assert.True(pull.Count(number => number > 0) > pull.Length / 3);
        Assert.Equal([0, 0, 0, 0], pull[^4..]); // biases of the other tasks' outputs
        Assert.Equal(4 * lesson.Parameters.numel() * sizeof(float), lesson.Method.StoredBytes);
    }

    // Two inputs and one output: two weights and a bias.
    private static TaskStream ThreeParameters()
    {
        Rehearsal.Points points = new(0, (1, 1, 0));
        return new("line", Scenario.Domain, [new(0, "line", points, null, points, [0])]);
    }

    private static void Step(ToyLesson lesson, Tensor gradient, float rate)
    {
        Tensor plain = gradient.clone();
        lesson.Method.EditGradient(gradient);
        lesson.Parameters.sub_(plain * rate);
        lesson.Method.AfterStep(gradient);
    }

    // At lambda 1/2 the pull at theta* + 1 is the importance.
    private static void AssertImportance(ToyLesson lesson, params double[] expected)
    {
        float[] pull = lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], pull[i], 1e-4);
    }
}
