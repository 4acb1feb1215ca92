using Engram.Answering;
using Engram.Graphs;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Onnx;

public sealed class AnswersGraphTests
{
    private const float None = float.NegativeInfinity;
    private static readonly float[][] Scores = [[1, None, 3, -2], [None, None, .5f, None], [2, 2, None, 2]];

    [Theory]
    [InlineData("one-of", "probabilities")]
    [InlineData("any-of", "probabilities")]
    [InlineData("numbers", "numbers")]
    public void What_does_not_count_is_read_as_by_the_answers(string id, string output)
    {
        Answers answers = AnswerForms.Of(id, ["a", "b", "c", "d"], 4);
        using var scope = NewDisposeScope();
        float[] expected = answers.Read(tensor(Scores.SelectMany(row => row).ToArray(), 3, 4)).data<float>().ToArray();

        float[] found = [.. Describe(answers).Numbers(output, ("scores", Exported.Rows(Scores, 4))).SelectMany(row => row)];

        Assert.Equal(0, expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-6);
        Assert.Equal(expected.Select(number => number == 0), found.Select(number => number == 0));
    }

    [Fact]
    public void Of_classes_with_the_same_score_the_first_is_named_and_one_without_a_name_by_its_number()
    {
        string[] labels = Describe(new OneOf("a")).Texts("label", ("scores", Exported.Rows(Scores, 4)));

        Assert.Equal(["2", "2", "a"], labels);
    }

    private static Exported Describe(Answers answers)
    {
        Graph graph = new();
        answers.Describe(graph, graph.Input("scores", GraphType.Single, [4], ""), 4);
        return Exported.Of(graph);
    }
}
