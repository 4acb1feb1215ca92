using Engram.Answering;
using Engram.Evaluation;
using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Evaluation;

/// <summary>Which class is taken for which.</summary>
public sealed class ClassConfusionTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_row_holds_the_shares_of_what_a_class_is_answered()
    {
        // Numbers are answers; classes are cat, dog, owl.
        TaskStream stream = Stream(["cat", "dog", "owl"], (0, 0), (0, 0), (0, 1), (0, 2), (1, 1), (2, 0), (2, 2));

        ExhibitTable table = Assert.Single(ClassConfusion.Of(stream, new Parrot(3), CPU));

        Assert.Equal(["cat", "dog", "owl"], table.Rows);
        Assert.Equal(["cat", "dog", "owl"], table.Columns);
        Assert.Equal([[0.5, 0.25, 0.25], [0, 1, 0], [0.5, 0, 0.5]], table.Values);
        Assert.Equal("Asked after the last task; the diagonal is right.", table.Note);
    }

    [Fact]
    public void Of_many_classes_those_that_are_known_least_are_shown()
    {
        (int, int)[] answers = [.. Enumerable.Range(0, 25).SelectMany(label => Enumerable.Range(0, 600).Select(i => (label, label >= 22 && i % 2 == 0 ? 0 : label)))];

        ExhibitTable table = Assert.Single(ClassConfusion.Of(Stream([.. Enumerable.Range(0, 25).Select(i => $"class {i}")], answers), new Parrot(25), CPU));

        Assert.Equal([.. Enumerable.Range(0, 17).Select(i => $"class {i}"), "class 22", "class 23", "class 24"], table.Rows);
        Assert.Equal(0.5, table.Values[19][19]);
        Assert.Equal(0.5, table.Values[19][0]);
        Assert.EndsWith("Shown are the 20 of 25 classes that are known least.", table.Note);
    }

    [Fact]
    public void Classes_without_names_show_nothing() => Assert.Empty(ClassConfusion.Of(Stream([], (0, 0), (1, 1)), new Parrot(2), CPU));

    private static TaskStream Stream(string[] names, params (int Right, int Answered)[] samples)
    {
        ArraySamples all = new([.. samples.Select(one => new[] { (float)one.Answered })], [.. samples.Select(one => one.Right)]);
        return new("listed", Scenario.Class, [new(0, "one", all, null, all, [.. samples.Select(one => one.Right).Distinct().Order()])], answers: new OneOf(names));
    }

    // Answers what the input says.
    private sealed class Parrot(int outputs) : LearningMethod
    {
        public override Tensor Predict(Inputs inputs) => nn.functional.one_hot(inputs.Values.flatten().to(int64), outputs).to(float32);
    }
}
