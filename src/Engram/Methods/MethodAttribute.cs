using Engram.Answering;
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

/// <summary>Inputs that a method suits.</summary>
public enum SuitingInputs
{
    /// <summary>None: it is taken where it is named.</summary>
    None,

    /// <summary>Features of a network that has learned to see or to read.</summary>
    Features,

    /// <summary>Small pictures as they are.</summary>
    Pictures,

    /// <summary>Rows of numbers and names, as tables have them.</summary>
    Rows,
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

    /// <summary>
    /// Whether the method learns answers of any form (<see cref="Answers"/>): it asks them for losses, slopes and scores and for nothing that only
    /// classes have. Others are refused by name where answers are no classes.
    /// </summary>
    public bool LearnsAnyAnswers { get; init; }

    /// <summary>
    /// Whether the method learns from batches alone, as they come: it asks for the data of no task, neither at its beginning nor at its end. Others
    /// are refused where a task's data are not at hand.
    /// </summary>
    public bool LearnsFromBatches { get; init; }

    /// <summary>Whether samples of rare classes can count more in its loss (<c>training.classWeights</c>).</summary>
    public bool WeighsClasses { get; init; } = true;

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

    /// <summary>Inputs that the method is taken for where nobody names one and lessons come for years.</summary>
    public SuitingInputs Suits { get; init; }

    /// <summary>Why it is taken for them; a sentence without its full stop.</summary>
    public string SuitsBecause { get; init; } = "";

    /// <summary>Settings with which it is taken for them where they are not at their defaults, such as <c>projections=1000</c>.</summary>
    public string SuitsWith { get; init; } = "";

    /// <summary>Refuses answers that the method cannot learn.</summary>
    /// <exception cref="EngramException">The message names the method and the answers.</exception>
    internal void RequireAnswers(Answers answers)
    {
        if (!answers.AreClasses && !LearnsAnyAnswers)
            throw EngramException.Input("unsupported-answers", $"{Id} cannot learn answers that are {answers.Words}: it needs to know which one class is right. Choose a method that learns any answers.");
    }
}
