namespace Engram.Streams;

/// <summary>
/// What is known at test time and which outputs compete (van de Ven and Tolias 2019, arXiv 1904.07734).
/// The same method scores 99, 65 and 20 % on the three, so every result names its scenario.
/// </summary>
public enum Scenario
{
    /// <summary>Task-incremental: the task is given at test time and only its outputs compete.</summary>
    Task,

    /// <summary>Domain-incremental: every task has the same outputs, the task is not given.</summary>
    Domain,

    /// <summary>Class-incremental: all classes seen so far compete, the task is not given.</summary>
    Class,
}
