using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

public sealed class TrainingStepTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_first_to_see_a_step_sees_outputs_and_the_tasks_own_gradient_and_those_after_it_the_gradient_alone()
    {
        Batch batch = new(zeros(1, 2), zeros(1, dtype: int64), [0]);
        Tensor logits = zeros(1, 2), gradient = ones(3), copy = ones(3);

        TrainingStep step = new(batch, logits, gradient), among = step.With(copy), later = among.Later();

        Assert.Same(gradient, step.OwnGradient);
        Assert.Same(copy, among.OwnGradient);
        Assert.All([step, among], seen => Assert.Same(logits, seen.Logits));
        Assert.All([step, among, later], seen => Assert.Same(gradient, seen.Gradient));
        Assert.All([step, among, later], seen => Assert.Same(batch, seen.Batch));
        Assert.StartsWith("The step's outputs can be seen in EditGradient only", Assert.Throws<InvalidOperationException>(() => later.Logits).Message);
        Assert.StartsWith("The step's own gradient can be seen in EditGradient only", Assert.Throws<InvalidOperationException>(() => later.OwnGradient).Message);
    }

    [Fact]
    public void A_step_without_gradient_shows_its_batch_alone()
    {
        Batch batch = new(zeros(1, 2), zeros(1, dtype: int64), [0]);

        TrainingStep step = new(batch);

        Assert.Same(batch, step.Batch);
        Assert.Contains("without gradient", Assert.Throws<InvalidOperationException>(() => step.Gradient).Message);
        Assert.Throws<InvalidOperationException>(() => step.Logits);
        Assert.Throws<InvalidOperationException>(() => step.OwnGradient);
    }
}
