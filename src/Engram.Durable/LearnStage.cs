namespace Engram.Durable;

/// <summary>How far learning a lesson has come.</summary>
/// <param name="Stage">What is done, such as <c>learning</c> or <c>scoring</c>.</param>
/// <param name="Done">Steps or samples done.</param>
/// <param name="Total">Steps or samples there are.</param>
/// <param name="Loss">Mean loss of late; null where there is none.</param>
public readonly record struct LearnStage(string Stage, long Done, long Total, double? Loss);
