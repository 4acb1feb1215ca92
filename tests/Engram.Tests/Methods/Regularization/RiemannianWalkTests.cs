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
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5, Every = 2, Damping = 0.1 }), Scenario.Domain);
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

    private static void Step(ToyLesson lesson, Tensor gradient, float rate)
    {
        Tensor plain = gradient.clone();
        lesson.Method.Observe(new(zeros(1, 144), zeros(1, dtype: int64), [0]), zeros(1, 2), gradient);
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
