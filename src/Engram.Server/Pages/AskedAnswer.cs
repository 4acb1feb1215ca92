using Engram.Durable;

namespace Engram.Server.Pages;

/// <summary>What a visitor asked, and the answers.</summary>
/// <param name="What">Name of the file, or what was typed, in words.</param>
/// <param name="Typed">What was typed in each field, for the next question.</param>
/// <param name="Answers">The first of them, with the probabilities of all classes.</param>
/// <param name="Ids">Under which the right answers can be told.</param>
/// <param name="Count">How many were asked.</param>
internal sealed record AskedAnswer(string What, IReadOnlyDictionary<string, string> Typed, IReadOnlyList<Answer> Answers, IReadOnlyList<string> Ids, int Count)
{
    /// <summary>Answers that are shown.</summary>
    public const int Most = 20;

    /// <summary>Classes of an answer that are shown, the most probable first.</summary>
    public static IEnumerable<(string Name, float Probability)> Likeliest(Answer answer, int most) =>
        answer.Prediction.Answers.Names.Select((name, i) => (name, answer.Prediction.Values[i])).OrderByDescending(one => one.Item2).Take(most);
}
