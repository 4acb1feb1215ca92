using Engram.Answering;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

public sealed class LearningMethodTests
{
    public LearningMethodTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void A_method_is_part_of_one_run_and_has_no_model_before_it()
    {
        using Plain method = new();
        using Model model = Of(OneOf.Classes);

        Assert.Contains("Plain is not part of a run yet", Assert.Throws<InvalidOperationException>(() => method.ParameterCount).Message);
        method.Join(model);
        Assert.Equal(model.Network.Layout.Count, method.ParameterCount);
        Assert.Contains("Plain is already part of a run", Assert.Throws<InvalidOperationException>(() => method.Join(model)).Message);
    }

    [Fact]
    public void Answers_that_a_method_cannot_learn_are_refused_when_it_joins()
    {
        using Model labels = Of(new AnyOf("a", "b")), classes = Of(OneOf.Classes);
        using Plain forClasses = new();
        using AnyAnswers forAll = new();
        using Unnamed unnamed = new();

        EngramException error = Assert.Throws<EngramException>(() => forClasses.Join(labels));
        forClasses.Join(classes);
        forAll.Join(labels);
        unnamed.Join(labels); // knows itself what it can

        Assert.Equal("unsupported-answers", error.Code);
        Assert.StartsWith("plain cannot learn answers that are any of some labels", error.Message);
    }

    [Fact]
    public void What_a_method_keeps_is_freed_with_it()
    {
        Plain method = new();

        method.Dispose();

        Assert.Equal([true], method.Freed);
    }

    private static Model Of(Answers answers) => new(new ModelForm([2], Scenario.Domain, answers, 2), Toy.Network(3), new(1), CPU, 4);

    [Method("plain")]
    private sealed class Plain : LearningMethod
    {
        public List<bool> Freed { get; } = [];

        protected override void Dispose(bool disposing)
        {
            Freed.Add(disposing);
            base.Dispose(disposing);
        }
    }

    [Method("any answers", LearnsAnyAnswers = true)]
    private sealed class AnyAnswers : LearningMethod;

    private sealed class Unnamed : LearningMethod;
}
