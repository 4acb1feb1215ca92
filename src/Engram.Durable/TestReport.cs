namespace Engram.Durable;

/// <summary>How a learner answers labelled data that it does not learn.</summary>
/// <param name="Version">The version that answered.</param>
/// <param name="Source">Where the data are.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="Right">How many were answered rightly.</param>
/// <param name="Unknown">How many are like none of the classes learned.</param>
/// <param name="Classes">What became of the samples of each class, in the order of the data; a class that was never learned has none right.</param>
/// <param name="Remarks">What a reader should know, a line each.</param>
public sealed record TestReport(int Version, string Source, int Samples, int Right, int Unknown, IReadOnlyList<ClassReport> Classes, IReadOnlyList<string> Remarks)
{
    /// <summary>Share of the samples answered rightly, 0 to 1.</summary>
    public double Accuracy => Right / (double)Samples;
}

/// <summary>What became of the samples of one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="WasLearned">Whether the learner has learned it.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="Right">How many were answered rightly.</param>
/// <param name="TakenFor">What else they were taken for, most often first.</param>
public sealed record ClassReport(string Name, bool WasLearned, int Samples, int Right, IReadOnlyList<KeyValuePair<string, int>> TakenFor);
