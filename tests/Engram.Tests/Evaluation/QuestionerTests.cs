using Engram.Evaluation;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Streams;

namespace Engram.Tests.Evaluation;

public sealed class QuestionerTests
{
    [Fact]
    public void An_input_of_another_length_or_with_what_is_no_number_is_refused()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Domain);
        Questioner questioner = new(lesson.Method, lesson.Model);
        float[] input = new float[Toy.Side * Toy.Side];

        EngramException shorter = Assert.Throws<EngramException>(() => questioner.Ask(input[1..], 0));
        input[40] = float.NaN;
        EngramException broken = Assert.Throws<EngramException>(() => questioner.Ask(input, 0));
        input[40] = 1;

        Assert.Equal("The input has 143 numbers, but the network takes 144, of the shape [1, 12, 12].", shorter.Message);
        Assert.Equal("The input has NaN as number 40, counted from 0; all must be finite.", broken.Message);
        Assert.Equal(1, questioner.Ask(input, 0).Probabilities.Sum(), 1e-6);
    }
}
