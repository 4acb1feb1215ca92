using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static Engram.Tests.Methods.Gradients.OpposedGradients;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

public sealed class AveragedGemTests
{
    public AveragedGemTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<Scenario> Scenarios => [Scenario.Task, Scenario.Domain, Scenario.Class];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_step_of_agem_opposes_the_mean_loss_on_all_old_tasks(Scenario scenario)
    {
        AveragedGem agem = new(new() { Memory = new() { PerClass = 24 } });
        (Tensor plain, Tensor edited, Learner learner) = Train(agem, scenario, tasks: 3);
        using (learner)
        using (agem)
        {
            Tensor reference = (MeanGradient(learner, learner.Tasks[0]) + MeanGradient(learner, learner.Tasks[1])) / 2;

            Assert.True(Dot(plain, reference) < -1e-4, "the plain gradient is opposed");
            Assert.Equal(0, Dot(edited, reference), 1e-4 * Dot(reference, reference));
            Tensor expected = plain - Dot(plain, reference) / Dot(reference, reference) * reference;
            Assert.True(edited.allclose(expected, 1e-3, 1e-5));
        }
    }

    [Theory]
    [InlineData(new float[] { 1, 0 }, new float[] { -1, 1 }, new float[] { 0.5f, 0.5f })]
    [InlineData(new float[] { 1, 0 }, new float[] { 1, 1 }, new float[] { 1, 0 })]
    [InlineData(new float[] { 1, 0 }, new float[] { 0, 1 }, new float[] { 1, 0 })]
    [InlineData(new float[] { 1, 2 }, new float[] { 0, 0 }, new float[] { 1, 2 })]
    [InlineData(new float[] { -1, 2 }, new float[] { 3.1622777e-4f, 0 }, new float[] { -0.5f, 2 })] // 1e-7 against |g_ref|^2 = 1e-7
    public void Agem_takes_the_opposed_part_away(float[] gradient, float[] reference, float[] expected)
    {
        using Tensor g = tensor(gradient), opposed = tensor(reference);

        AveragedGem.Project(g, opposed);

        Assert.Equal(expected, g.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Agem_looks_back_at_old_tasks_only()
    {
        AveragedGem agem = new(new() { Memory = new() { PerClass = 24 } });
        (Tensor plain, Tensor edited, Learner learner) = Train(agem, Scenario.Domain, tasks: 1);
        using (learner)
        using (agem)
        {
            Assert.True(agem.StoredBytes > 0);
            Assert.Equal(plain.data<float>().ToArray(), edited.data<float>().ToArray());
        }
    }
}
