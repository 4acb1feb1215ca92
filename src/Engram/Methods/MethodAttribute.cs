using Engram.Streams;

namespace Engram.Methods;

/// <summary>What a method's result means for the others.</summary>
public enum Bound
{
    /// <summary>Nothing: it is one method among others.</summary>
    None,

    /// <summary>What happens when nothing is done against forgetting.</summary>
    Lower,

    /// <summary>What is possible when all data stay at hand: the reference of intransigence.</summary>
    Upper,
}

/// <summary>Puts a <see cref="LearningMethod"/> into the catalog.</summary>
/// <param name="id">Id, such as <c>ewc</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MethodAttribute(string id) : CatalogEntryAttribute(id)
{
    /// <summary>Scenarios the method can do; others are refused by name.</summary>
    public Scenario[] Scenarios { get; init; } = [Scenario.Task, Scenario.Domain, Scenario.Class];

    /// <summary>Why the missing scenarios cannot be done; a sentence without its full stop.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Why the method cannot be combined with others; a sentence without its full stop, empty where it can.</summary>
    public string Alone { get; init; } = "";

    /// <summary>
    /// Which of the hooks with one answer the class overrides. Where methods work together an override that is not declared is never asked;
    /// two methods that declare the same one cannot be combined.
    /// </summary>
    public Hooks Owns { get; init; }

    /// <summary>What the method does to the gradient, if anything.</summary>
    public GradientStage Gradient { get; init; }

    /// <summary>Whether the method bounds the others; a bound is never combined.</summary>
    public Bound Bound { get; init; }
}
