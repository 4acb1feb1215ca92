using Engram.Durable;
using Engram.Durable.Drift;
using Engram.OwnData;
using Engram.Tables;

namespace EngramSamples;

/// <summary>Half a year of a learner that watches pumps: a table each month, one of them with labels mixed up, one that must be forgotten.</summary>
public static class SixMonths
{
    /// <summary>Learns what lies in a folder, month by month, and says what became of it.</summary>
    public static void Tell(string folder, TextWriter say)
    {
        using DurableLearner pumps = DurableLearner.OpenOrCreate(Path.Combine(folder, "pumps.engram"), new() { Method = "slda", Assemblies = [typeof(CsvReader).Assembly] });
        foreach (string month in (string[])["january", "february", "march", "april", "april-mended", "may"])
        {
            Lesson lesson = pumps.Learn(Path.Combine(folder, $"{month}.csv"));
            say.WriteLine($"{month}: {(lesson.Promoted ? $"version {lesson.Version} answers" : "refused")}{(lesson.NewClasses.Count > 0 ? $", new: {string.Join(", ", lesson.NewClasses)}" : "")}");
            if (!lesson.Promoted) say.WriteLine($"  {lesson.Verdict.Sentence}");
        }

        using (Records june = pumps.Open([Path.Combine(folder, "june.csv")]))
        {
            DriftReport drift = pumps.Check(june);
            say.WriteLine($"june, not labelled yet: {(drift.Drifted ? drift.Findings[0] : "as before")}");
            IReadOnlyList<Answer> answers = pumps.Predict(june);
            say.WriteLine($"  {answers.Count(answer => answer.Label == "leak")} of {answers.Count} leak, {answers.Count(answer => !answer.IsKnown)} are like nothing learned");
        }

        pumps.Rollback();
        say.WriteLine($"gone back: version {pumps.Version} answers");
        pumps.Promote(pumps.History().Versions[^1].Number, "may was right after all");

        ForgetReport forgotten = pumps.Forget(new(Lesson: "february"));
        say.WriteLine($"february is forgotten: {forgotten.Exactness}, version {forgotten.Version} answers");
    }
}
