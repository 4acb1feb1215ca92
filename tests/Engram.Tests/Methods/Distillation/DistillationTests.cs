using Engram.Answering;
using Engram.Methods;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Distillation;

public sealed class DistillationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public DistillationTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0, .6931)]
    [InlineData(2, .5822)] // the smallest possible: distillation does not end at 0
    public void Two_outputs_give_the_numbers_worked_by_hand(float first, double expected)
    {
        Objective loss = Objective.Distillation(Row(first, 0), Row(2, 0), temperature: 2);

        Assert.Equal(expected, loss.Value.item<float>(), 4);
        // softmax(2/2, 0) = (.7311, .2689); the gradient is (softmax(z/2) - that) / 2.
        double share = first == 0 ? .5 : .7311;
        Assert.Equal((share - .7311) / 2, loss.Gradient[0, 0].item<float>(), 4);
        Assert.Equal((.7311 - share) / 2, loss.Gradient[0, 1].item<float>(), 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(.5)]
    public void Its_gradient_is_that_of_the_engine(double temperature)
    {
        Tensor logits = Batches.Random(new(1), 9, 6) * 3, teacher = Batches.Random(new(2), 9, 6) * 3;

        Objective closed = Objective.Distillation(logits, teacher, temperature);
        Objective engine = Objective.Of(logits, z => -((teacher / temperature).softmax(1) * (z / temperature).log_softmax(1)).sum(1L).mean());

        Batches.AssertClose(engine.Value, closed.Value, 1e-6);
        Batches.AssertClose(engine.Gradient, closed.Gradient, 1e-5);
    }

    [Fact]
    public void Outputs_outside_the_mask_take_no_part()
    {
        Tensor logits = Batches.Random(new(1), 5, 6), teacher = Batches.Random(new(2), 5, 6);
        Tensor mask = full(1, 6, float.NegativeInfinity);
        mask.narrow(1, 2, 3).fill_(0f);

        Objective masked = Objective.Distillation(logits, teacher, 2, mask);
        Objective part = Objective.Distillation(logits.narrow(1, 2, 3), teacher.narrow(1, 2, 3), 2);

        Batches.AssertClose(part.Value, masked.Value, 1e-6);
        Batches.AssertClose(part.Gradient, masked.Gradient.narrow(1, 2, 3), 1e-6);
        Assert.Equal(0, masked.Gradient.narrow(1, 0, 2).abs().max().item<float>());
        Assert.Equal(0, masked.Gradient.narrow(1, 5, 1).abs().max().item<float>());
    }

    [Fact]
    public void An_output_that_the_teacher_gives_no_probability_is_pushed_down()
    {
        Tensor teacher = Row(2, 0, float.NegativeInfinity);

        Objective loss = Objective.Distillation(Row(2, 0, 1), teacher, 2);

        Assert.True(float.IsFinite(loss.Value.item<float>()));
        Assert.True(loss.Gradient[0, 2].item<float>() > 0);
    }

    [Fact]
    public void Parts_of_a_batch_add_their_losses_and_join_their_gradients()
    {
        Objective first = Objective.Distillation(Row(1, 0), Row(0, 1), 2), second = Objective.Distillation(Row(3, 0), Row(0, 1), 2), both = Objective.OfParts(first, second);

        Batches.AssertClose(first.Value + second.Value, both.Value, 0);
        Batches.AssertClose(second.Gradient, both.Gradient.narrow(0, 1, 1), 0);
    }

    private static Tensor Row(params float[] numbers) => tensor(numbers).unsqueeze(0).clone();
}
