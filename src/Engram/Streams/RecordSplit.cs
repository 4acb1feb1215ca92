using Engram.OwnData;

namespace Engram.Streams;

/// <summary>
/// Which of a user's records are learned from and which are held out: as the data say, or, where they call none test data, a share by content, so that
/// equal records never stand on both sides and a record stays on its side in any file, on any day.
/// </summary>
/// <param name="records">The records.</param>
/// <param name="share">Of all different contents that are to be held out, 0 to 1, where the data name none.</param>
internal sealed class RecordSplit(Records records, double share)
{
    /// <summary>Whether the data name test data.</summary>
    public bool IsNamed { get; } = Enumerable.Range(0, records.Count).Any(record => records.PartOf(record) == RecordPart.Test);

    /// <summary>What a record is for; never left unsaid.</summary>
    public RecordPart PartOf(int record)
    {
        RecordPart part = records.PartOf(record);
        return part != RecordPart.Unsaid ? part : !IsNamed && TaskCutter.IsHeldOut(records.ContentHash(record), share) ? RecordPart.Test : RecordPart.Train;
    }

    /// <summary>Lets a class of which nothing would be left to learn from keep what was held out by content.</summary>
    /// <param name="train">Records to learn from, in ascending order; gets more.</param>
    /// <param name="test">Records held out; gets fewer.</param>
    public void KeepWhatWouldBeGone(List<int> train, List<int> test)
    {
        if (IsNamed) return;
        HashSet<int> learned = [.. train.Select(records.ClassOf)];
        int[] kept = [.. test.Where(record => !learned.Contains(records.ClassOf(record)))];
        if (kept.Length == 0) return;
        train.AddRange(kept);
        train.Sort();
        test.RemoveAll(kept.ToHashSet().Contains);
    }
}
