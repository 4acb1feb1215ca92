using System.Text.Json;
using Engram.Durable;

namespace Engram.Server.Api;

/// <summary>What is asked; one of the four is given.</summary>
/// <param name="Inputs">Vectors as the learner sees them: features, or the numbers of a form.</param>
/// <param name="Rows">Rows of a table by the names of its columns.</param>
/// <param name="Texts">Texts.</param>
internal sealed record PredictRequest(float[][]? Inputs, Dictionary<string, JsonElement>[]? Rows, string[]? Texts);

/// <summary>What was answered, all of it by one version.</summary>
/// <param name="Version">Number of the version.</param>
/// <param name="Answers">In the order of what was asked.</param>
internal sealed record PredictResponse(int Version, IReadOnlyList<GivenAnswer> Answers);

/// <summary>One answer.</summary>
/// <param name="Id">For telling the right answer later.</param>
/// <param name="Label">The class.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="Known">Whether the input is like what was learned; where not, it may be none of the classes.</param>
/// <param name="Probabilities">That of every class, where asked for.</param>
internal sealed record GivenAnswer(string Id, string Label, float Probability, bool Known, IReadOnlyDictionary<string, float>? Probabilities)
{
    public static GivenAnswer Of(string id, Answer answer, bool all)
    {
        Dictionary<string, float>? every = all ? [] : null;
        for (int i = 0; all && i < answer.Prediction.Answers.Names.Count; i++) every![answer.Prediction.Answers.Names[i]] = answer.Prediction.Values[i];
        return new(id, answer.Label, answer.Probability, answer.IsKnown, every);
    }
}

/// <summary>A lesson that is not uploaded.</summary>
/// <param name="Path">File or folder below the server's folder of lessons.</param>
/// <param name="Feedback">Whether what was told about earlier answers is the lesson.</param>
/// <param name="Name">Name of the lesson; left out, that of the data.</param>
/// <param name="Settings">Such as <c>label</c> and <c>method</c> for a first lesson, <c>gate.maxDrop</c> for any.</param>
internal sealed record LessonRequest(string? Path, bool Feedback, string? Name, Dictionary<string, string>? Settings);

/// <summary>The right answers for earlier ones.</summary>
/// <param name="Answers">One at least.</param>
internal sealed record FeedbackRequest(RightAnswer[] Answers);

/// <summary>The right answer for an earlier one.</summary>
/// <param name="Id">Id of the earlier answer.</param>
/// <param name="Label">What is right.</param>
internal sealed record RightAnswer(string Id, string Label);

/// <summary>What feedback became.</summary>
/// <param name="Kept">How many right answers are kept and not learned yet.</param>
internal sealed record FeedbackResponse(int Kept);

/// <summary>A version to be made current.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Reason">Why; kept in the events.</param>
internal sealed record PromoteRequest(int Version, string Reason);

/// <summary>A version to go back to.</summary>
/// <param name="Version">Its number; left out, the one that was current before.</param>
internal sealed record RollbackRequest(int? Version);

/// <summary>Which version answers.</summary>
/// <param name="Version">Its number.</param>
internal sealed record CurrentResponse(int Version);

/// <summary>A learner of the server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Number of the version that answers; 0 before there is one.</param>
internal sealed record LearnerResponse(string Name, int Version);
