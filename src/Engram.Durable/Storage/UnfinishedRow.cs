namespace Engram.Durable.Storage;

/// <summary>A lesson that is being learned, so that it can go on after a stop. One row at most.</summary>
/// <param name="Parent">The version it goes on from; 0 for none.</param>
/// <param name="Digest">Of its data.</param>
/// <param name="Name">Name of the lesson.</param>
/// <param name="Saved">When this was saved.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Header">What a learner of its form is made from, as JSON.</param>
/// <param name="Values">Its state's values, as JSON.</param>
/// <param name="State">How many names its state has.</param>
public sealed record UnfinishedRow(int Parent, string Digest, string Name, DateTimeOffset Saved, long Steps, string Header, string Values, int State);
