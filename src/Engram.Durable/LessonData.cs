using System.Security.Cryptography;
using System.Text;
using Engram.OwnData;
using Engram.Streams;

namespace Engram.Durable;

/// <summary>The records of a lesson, parted into those to learn from and those held out.</summary>
/// <param name="Records">All of them.</param>
/// <param name="Train">Those to learn from, in ascending order, one at least.</param>
/// <param name="Test">Those held out, in ascending order.</param>
/// <param name="Digest">Of both, by content, class and side: the same data have the same, 64 hexadecimal digits.</param>
/// <param name="Remarks">What a reader should know, a line each.</param>
internal sealed record LessonData(Records Records, int[] Train, int[] Test, string Digest, IReadOnlyList<string> Remarks)
{
    private const int FewSamples = 5;

    /// <summary>Parts the records of a lesson.</summary>
    /// <param name="records">With labels.</param>
    /// <param name="share">Share held out where the data name no test data.</param>
    /// <param name="held">Contents that earlier lessons hold out, which are not learned.</param>
    /// <exception cref="EngramException">Nothing is left to learn from.</exception>
    public static LessonData Of(Records records, double share, IReadOnlySet<UInt128> held)
    {
        if (!records.HasLabels) throw EngramException.Input("no-labels", $"'{Quote.Of(records.Source)}' has no labels, so nothing can be learned from it; give a folder for each class, or a column with the class (--label names it).");
        RecordSplit split = new(records, share);
        List<int> train = [], test = [], known = [];
        for (int record = 0; record < records.Count; record++)
        {
            if (split.PartOf(record) == RecordPart.Test) test.Add(record);
            else if (held.Count > 0 && held.Contains(records.ContentHash(record))) known.Add(record);
            else train.Add(record);
        }
        // What earlier lessons hold out is tested, if it must be, and never learned, whatever is left of its class.
        HashSet<int> before = held.Count == 0 ? [] : [.. test.Where(record => held.Contains(records.ContentHash(record)))];
        test.RemoveAll(before.Contains);
        split.KeepWhatWouldBeGone(train, test);
        test.AddRange(before);
        test.Sort();
        if (train.Count == 0)
            throw EngramException.Input("empty-lesson", $"'{Quote.Of(records.Source)}' has no record to learn from: {test.Count} are held out{(known.Count > 0 ? $" and {known.Count} are held-out samples of earlier lessons" : "")}; give more.");
        int[] ofTrain = [.. train], ofTest = [.. test];
        return new(records, ofTrain, ofTest, DigestOf(records, ofTrain, ofTest), [.. RemarksOn(records, ofTrain, ofTest, known)]);
    }

    /// <summary>Classes of the lesson's records, in order of first sight.</summary>
    public IReadOnlyList<string> Classes => [.. Train.Concat(Test).Select(Records.ClassOf).Distinct().Order().Select(place => Records.Classes[place])];

    private static IEnumerable<string> RemarksOn(Records records, int[] train, int[] test, List<int> known)
    {
        foreach (string remark in records.Remarks) yield return remark;
        if (known.Count > 0) yield return $"{known.Count} of the records are held-out samples of earlier lessons and are not learned, such as {records.Where(known[0])}.";
        var counts = train.CountBy(records.ClassOf).ToDictionary();
        string[] few = [.. counts.Where(one => one.Value < FewSamples).OrderBy(one => one.Value).Select(one => $"'{Quote.Of(records.Classes[one.Key], 30)}' ({one.Value})")];
        if (few.Length > 0) yield return $"{(few.Length == 1 ? "One class has" : $"{few.Length} classes have")} hardly any samples to learn from: {string.Join(", ", few.Take(5))}{(few.Length > 5 ? ", ..." : "")}; what is learned of {(few.Length == 1 ? "it" : "them")} may be wrong.";
        string[] unheard = [.. test.Select(records.ClassOf).Distinct().Where(one => !counts.ContainsKey(one)).Select(one => $"'{Quote.Of(records.Classes[one], 30)}'")];
        if (unheard.Length > 0) yield return $"Test data have classes without a sample to learn from: {string.Join(", ", unheard.Take(5))}.";
        if (records.Tasks.Count > 1) yield return $"The data name {records.Tasks.Count} tasks ({string.Join(", ", records.Tasks.Take(3).Select(name => Quote.Of(name, 30)))}{(records.Tasks.Count > 3 ? ", ..." : "")}), which are learned together as one lesson; give them one by one to have a lesson each.";
    }

    private static string DigestOf(Records records, int[] train, int[] test)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> content = stackalloc byte[16];
        foreach (int[] side in new[] { train, test })
        {
            hash.AppendData(BitConverter.GetBytes(side.Length));
            foreach (int record in side)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(content, records.ContentHash(record));
                hash.AppendData(content);
                hash.AppendData(Encoding.UTF8.GetBytes($"{records.Classes[records.ClassOf(record)]}\n"));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
