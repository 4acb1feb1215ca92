using System.Globalization;
using System.Security.Cryptography;
using Engram.Durable;

namespace Engram.Server.Answers;

/// <summary>An answer that was given, with what was asked.</summary>
/// <param name="Input">As the learner sees it.</param>
/// <param name="Label">What was answered.</param>
/// <param name="Version">By which version.</param>
internal sealed record RememberedAnswer(float[] Input, string Label, int Version);

/// <summary>The last answers that were given, each under an id of its own, which no other run of a server gives. Thread-safe.</summary>
/// <param name="most">How many.</param>
internal sealed class RememberedAnswers(int most)
{
    private readonly string run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private (long Number, RememberedAnswer Answer)[] ring = [];
    private readonly Lock gate = new();
    private long given;

    /// <summary>Remembers answers; those that are too old are forgotten.</summary>
    /// <returns>Their ids.</returns>
    public string[] Add(IReadOnlyList<float[]> inputs, IReadOnlyList<Answer> answers)
    {
        string[] ids = new string[answers.Count];
        long first;
        lock (gate)
        {
            first = given + 1;
            given += answers.Count;
            if (ring.Length == 0 && most > 0) ring = new (long, RememberedAnswer)[most]; // many learners are never asked here
            for (int i = Math.Max(0, answers.Count - most); i < answers.Count; i++) ring[(first + i) % most] = (first + i, new(inputs[i], answers[i].Label, answers[i].Version));
        }
        for (int i = 0; i < ids.Length; i++) ids[i] = string.Create(CultureInfo.InvariantCulture, $"{run}-{first + i}");
        return ids;
    }

    /// <summary>The newest that are remembered, the newest first.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<RememberedAnswer> Newest(int count)
    {
        lock (gate)
        {
            List<RememberedAnswer> newest = [];
            for (long number = given; number > Math.Max(0, given - Math.Min(count, most)); number--) newest.Add(ring[number % most].Answer);
            return newest;
        }
    }

    /// <summary>What was answered under an id.</summary>
    /// <exception cref="EngramException">It is no longer remembered (<c>unknown-answer</c>), or never was.</exception>
    public RememberedAnswer Find(string id)
    {
        if (ring.Length > 0 && id.StartsWith(run + "-", StringComparison.Ordinal) && long.TryParse(id.AsSpan(run.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            lock (gate)
                if (ring[number % most] is var (kept, answer) && kept == number && answer is not null) return answer;
        throw EngramException.Input("unknown-answer", $"No answer '{Quote.Of(id)}' is remembered; the last {most} since the server's start are. Give the input with its right label as a lesson.");
    }
}
