using Engram.Streams;

namespace Engram.Methods;

/// <summary>Where a method runs and yet cannot help against forgetting: people are told before the run.</summary>
/// <param name="reason">Why, and what would help; a sentence without its full stop.</param>
/// <param name="scenarios">Scenarios in which it is so; none given means all.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class NoHelpAttribute(string reason, params Scenario[] scenarios) : Attribute
{
    /// <summary>Why, and what would help.</summary>
    public string Reason { get; } = reason;

    /// <summary>Scenarios in which it is so; empty for all.</summary>
    public IReadOnlyList<Scenario> Scenarios { get; } = scenarios;

    /// <summary>Whether it is so only where each task after the first brings a single class.</summary>
    public bool OneClassPerTask { get; init; }

    /// <summary>Whether it is so for these tasks.</summary>
    public bool Holds(TaskStream stream) =>
        stream.Tasks.Count > 1
        && (Scenarios.Count == 0 || Scenarios.Contains(stream.Scenario))
        && (!OneClassPerTask || stream.Tasks.Skip(1).All(task => task.Outputs.Count == 1));
}
