using Engram.Durable;
using Engram.OwnData;

namespace Engram.Tests.Durable;

/// <summary>What a learner is asked to do, stopped with the test.</summary>
internal static class Teaching
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Lesson Teach(this DurableLearner learner, string path, string? name = null) => learner.Learn(path, name, cancellation: Stop);

    public static IReadOnlyList<Answer> Guess(this DurableLearner learner, string path)
    {
        using Records records = learner.Open([path], cancellation: Stop);
        return learner.Predict(records, cancellation: Stop);
    }

    public static TestReport Examine(this DurableLearner learner, string path)
    {
        using Records records = learner.OpenLabelled(path, cancellation: Stop);
        return learner.Test(records, cancellation: Stop);
    }

    public static ForgetReport Lose(this DurableLearner learner, ForgetWhat what, bool relearn = false) => learner.Forget(what, relearn, cancellation: Stop);
}
