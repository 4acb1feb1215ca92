using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;
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
        (Tensor plain, Tensor edited, Model model) = Train(agem, scenario, tasks: 3);
        using (model)
        using (agem)
        {
            Tensor reference = (MeanGradient(model, model.Tasks[0]) + MeanGradient(model, model.Tasks[1])) / 2;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_keeps_the_last_samples_of_a_class_or_a_random_choice_of_them(bool random)
    {
        using DisposeScope scope = NewDisposeScope();
        Points first = new(0, [.. Enumerable.Range(0, 60).Select(i => ((float)i, 0f, i % 2))]);
        using Model model = Points.Model(Scenario.Domain, [2, 2], first, new Points(1, (0, 1, 0)));
        using AveragedGem agem = new(new() { Random = random, Memory = new() { PerClass = 10 } });
        agem.Join(model);
        model.TasksSeen = 1;
        agem.Prepare(first.Batch());
        StateBag state = new();
        agem.Visit(state);

        float[] kept = [.. state.Tensors["memory.samples.inputs"].narrow(0, 0, 20).select(1, 0).contiguous().data<float>().Order()];

        Assert.Equal(20, kept.Distinct().Count());
        Assert.Equal(10, kept.Count(number => number % 2 == 0));
        Assert.Equal(!random, kept.SequenceEqual(Enumerable.Range(40, 20).Select(number => (float)number)));
    }

    [Fact]
    public void A_step_looks_back_at_as_many_old_samples_as_are_asked_for_and_at_all_where_there_are_fewer()
    {
        using DisposeScope scope = NewDisposeScope();
        (float, float, int)[] samples = [(1, 0, 0), (0, 1, 1), (2, 1, 0), (-1, 1, 1)];

        Tensor[] single = [.. samples.Select(sample => Mean(new(0, sample)))];

        Assert.Single(single, own => Edited(1).allclose(Without(own), 1e-4, 1e-6)); // one of them
        Assert.False(Edited(3).allclose(Without(Mean(new(0, samples))), 1e-4, 1e-6));
        Assert.True(Edited(4).allclose(Without(Mean(new(0, samples))), 1e-4, 1e-6));
        Assert.True(Edited(9).allclose(Without(Mean(new(0, samples))), 1e-4, 1e-6));

        Tensor Edited(int reference)
        {
            Points first = new(0, samples);
            using Model model = Points.Model(Scenario.Domain, [2, 2], first, new Points(1, (0, 1, 0)));
            using AveragedGem agem = new(new() { Reference = reference, Memory = new() { PerClass = 2 } });
            agem.Join(model);
            model.TasksSeen = 1;
            agem.Prepare(first.Batch());
            agem.EndTask(model.Tasks[0]);
            model.TasksSeen = 2;
            Tensor gradient = Opposed();
            agem.EditGradient(gradient);
            return gradient;
        }

        Tensor Mean(Points points)
        {
            using Model model = Points.Model(Scenario.Domain, [2], points);
            return MeanGradient(model, model.Tasks[0]);
        }

        // What every sample wants least.
        Tensor Opposed() => -single.Aggregate((sum, own) => sum + own);

        Tensor Without(Tensor reference) => Opposed() - Dot(Opposed(), reference) / Dot(reference, reference) * reference;
    }

    [Fact]
    public void Agem_looks_back_at_old_tasks_only()
    {
        AveragedGem agem = new(new() { Memory = new() { PerClass = 24 } });
        (Tensor plain, Tensor edited, Model model) = Train(agem, Scenario.Domain, tasks: 1);
        using (model)
        using (agem)
        {
            Assert.True(agem.StoredBytes > 0);
            Assert.Equal(plain.data<float>().ToArray(), edited.data<float>().ToArray());
        }
    }
}
