using Engram.Training;

namespace Engram.Durable;

/// <summary>What a lesson, or forgetting one, has made, before anybody says whether it answers from now on.</summary>
/// <param name="Header">What a learner of its form is made from.</param>
/// <param name="State">Its tensors.</param>
/// <param name="Values">Its values, as JSON.</param>
/// <param name="Predictor">What answers as it does.</param>
/// <param name="OfLesson">The lesson's own sums; empty where there are none apart.</param>
internal sealed record Candidate(LearnerHeader Header, IReadOnlyDictionary<string, byte[]> State, string Values, Predictor Predictor, IReadOnlyDictionary<string, byte[]> OfLesson);
