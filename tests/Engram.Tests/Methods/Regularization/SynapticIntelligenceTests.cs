using Engram.Methods.Regularization;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class SynapticIntelligenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Two_steps_down_a_parabola_give_the_importance_worked_by_hand(double lambda)
    {
        // L = theta^2 / 2 from theta = 2 at rate 0.1: w = 0.4 + 0.324 = 0.724, Delta^2 = 0.1444, Omega = 0.724 / 0.2444 = 2.9624.
        using ToyLesson lesson = new(new SynapticIntelligence(new() { Lambda = lambda, Damping = 0.1 }), Scenario.Domain);
        lesson.Parameters.fill_(2);
        LearningTask task = lesson.Begin(1);
        for (int step = 0; step < 2; step++) Step(lesson, lesson.Parameters[0].item<float>(), -0.1f * lesson.Parameters[0].item<float>());
        lesson.Trainer.End(task);

        Assert.Equal(0, lesson.Pull(zeros_like(lesson.Parameters)).abs().max().item<float>()); // held where the task ended
        AssertImportance(lambda * 2.9624, lesson);
    }

    [Theory]
    [InlineData(PathClamp.Importance, 0, 2)]
    [InlineData(PathClamp.Path, 1, 3)]
    [InlineData(PathClamp.None, -2, 0)]
    public void Steps_that_raise_the_loss_are_cut_off_as_asked(PathClamp clamp, double afterTwo, double afterThree)
    {
        using ToyLesson lesson = new(new SynapticIntelligence(new() { Lambda = 1, Damping = 1, Clamp = clamp }), Scenario.Domain, tasks: 3);

        LearnOneStep(lesson, 1, -2); // w = 2, Delta^2 + xi = 2: 1
        LearnOneStep(lesson, 2, 6); // w = -6: -3
        AssertImportance(afterTwo, lesson);
        LearnOneStep(lesson, 3, -4); // w = 4: 2
        AssertImportance(afterThree, lesson);
    }

    [Theory]
    [InlineData(false, 1.8)]
    [InlineData(true, 1.4)]
    public void The_path_takes_the_gradient_of_the_tasks_loss_alone_unless_told_otherwise(bool total, double importance)
    {
        using ToyLesson lesson = new(new SynapticIntelligence(new() { Lambda = 1, Damping = 1, TotalGradient = total }), Scenario.Domain);
        LearnOneStep(lesson, 1, -2); // Omega = 1

        LearningTask task = lesson.Begin(2);
        Assert.Equal(-2, Step(lesson, -2, 1)); // still at the anchor
        Assert.Equal(0, Step(lesson, -2, 1)); // the penalty adds 2 c Omega (theta - theta~) = 2
        lesson.Trainer.End(task);

        AssertImportance(importance, lesson); // 1 + (2 + 2) / (4 + 1), or 1 + (2 + 0) / 5
    }

    [Theory]
    [InlineData(PathClamp.Importance)]
    [InlineData(PathClamp.Path)]
    public void After_the_first_task_importance_is_positive_where_the_task_has_outputs_and_zero_at_those_of_others(PathClamp clamp)
    {
        using ToyLesson lesson = new(new SynapticIntelligence(new() { Lambda = 1, Clamp = clamp }), Scenario.Task, tasks: 3);
        lesson.Learn(1);

        float[] pull = lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray();

        Assert.All(pull, number => Assert.True(number >= 0));
        Assert.True(pull.Count(number => number > 0) > pull.Length / 3);
        Assert.Equal([0, 0, 0, 0], pull[^4..]); // biases of the other tasks' outputs
        Assert.Equal(2 * lesson.Parameters.numel() * sizeof(float), lesson.Method.StoredBytes);
    }

    private static void LearnOneStep(ToyLesson lesson, int number, float gradient)
    {
        LearningTask task = lesson.Begin(number);
        Step(lesson, gradient, 1);
        lesson.Trainer.End(task);
    }

    // One step of an optimizer that moves every parameter by the same number; returns the gradient it was given.
    private static float Step(ToyLesson lesson, float gradient, float move)
    {
        Tensor edited = full_like(lesson.Parameters, gradient);
        lesson.Method.EditGradient(edited);
        lesson.Parameters.add_(move);
        lesson.Method.AfterStep(edited);
        return edited[0].item<float>();
    }

    // The pull at theta~ + 1 is 2 c Omega.
    private static void AssertImportance(double expected, ToyLesson lesson) =>
        Assert.All(lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray(), pull => Assert.Equal(expected, pull / 2, 1e-4 * Math.Max(1, expected)));
}
