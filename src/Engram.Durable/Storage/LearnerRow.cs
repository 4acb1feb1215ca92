namespace Engram.Durable.Storage;

/// <summary>The learner: what it was made with and where it stands. One row.</summary>
/// <param name="Engram">Version of Engram that made it.</param>
/// <param name="Created">When.</param>
/// <param name="Config">Method, network, training, seed, as JSON.</param>
/// <param name="Inputs">How records become inputs: form, columns, frozen network with its digest, as JSON; its columns are shown by the view <c>columns</c>.</param>
/// <param name="Options">Gate, what is kept, share held out, as JSON.</param>
/// <param name="Current">Number of the version that answers; 0 before there is one.</param>
/// <param name="Lessons">How many lessons there are, so that one that vanished is noticed.</param>
/// <param name="Versions">Highest number of a version so far.</param>
/// <param name="Events">How many events there are.</param>
public sealed record LearnerRow(string Engram, DateTimeOffset Created, string Config, string Inputs, string Options, int Current, int Lessons, int Versions, int Events);
