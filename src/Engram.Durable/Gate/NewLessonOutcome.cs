namespace Engram.Durable.Gate;

/// <summary>How the candidate answers the held-out samples of the lesson it was made by.</summary>
/// <param name="Name">Name of the lesson.</param>
/// <param name="Samples">Held-out samples of it.</param>
/// <param name="Right">How many were answered rightly.</param>
/// <param name="MostFrequent">How many are of its most frequent class.</param>
/// <param name="Classes">How many classes it has.</param>
/// <param name="KnownClasses">How many classes the candidate knows.</param>
public sealed record NewLessonOutcome(string Name, int Samples, int Right, int MostFrequent, int Classes, int KnownClasses)
{
    /// <summary>Accuracy of somebody who has learned nothing: who always answers the most frequent class or, where the lesson has one class, guesses among all that are known. 1 where nobody can be wrong.</summary>
    public double Unlearned => Classes > 1 ? (double)MostFrequent / Samples : 1.0 / KnownClasses;

    /// <summary>Counts.</summary>
    /// <param name="name">Name of the lesson.</param>
    /// <param name="answers">The class that was answered for each sample; -1 for a sample that is not there.</param>
    /// <param name="truths">The class of each.</param>
    /// <param name="knownClasses">How many classes the candidate knows.</param>
    /// <exception cref="ArgumentException">The two are not of one length.</exception>
    public static NewLessonOutcome Of(string name, IReadOnlyList<int> answers, IReadOnlyList<int> truths, int knownClasses)
    {
        if (answers.Count != truths.Count) throw new ArgumentException($"There are {answers.Count} answers and {truths.Count} truths, which must be as many.");
        var there = answers.Zip(truths).Where(one => one.First >= 0).ToArray();
        int[] counts = [.. there.CountBy(one => one.Second).Select(one => one.Value)];
        return new(name, there.Length, there.Count(one => one.First == one.Second), counts.DefaultIfEmpty().Max(), counts.Length, knownClasses);
    }
}
