using System.Globalization;

namespace Engram.Durable.Storage;

/// <summary>Checks every row of a learner, and that what the rows say of each other is so.</summary>
internal static class StoreCheck
{
    /// <summary>What is wrong, a line each.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="structure">What the database found wrong already.</param>
    public static IEnumerable<string> Problems(SqlSession session, IEnumerable<string> structure)
    {
        List<string> problems = [.. structure];
        SqlRows rows = new(session);
        Note(problems, () => Rows(rows, problems));
        foreach (string kind in Kinds(problems, rows)) Note(problems, () => Kind(rows, kind.Split(' ')));
        Note(problems, () => Parts(session, rows));
        return problems.Distinct();
    }

    private static void Rows(SqlRows rows, List<string> problems)
    {
        LearnerRow? learner = null;
        IReadOnlyList<LessonRow> lessons = [];
        IReadOnlyList<VersionRow> versions = [];
        Note(problems, () => learner = rows.Learner());
        Note(problems, () => rows.Classes());
        Note(problems, () => rows.Matrix());
        Note(problems, () => rows.Events());
        Note(problems, () => rows.Unfinished());
        Note(problems, () => rows.Keys());
        Note(problems, () => rows.Feedback());
        Note(problems, () => lessons = rows.Lessons());
        Note(problems, () => versions = rows.Versions());
        foreach (VersionRow version in versions) Note(problems, () => rows.Version(version.Number));
        if (learner is null) return;
        foreach (VersionRow version in versions) Note(problems, () => Compare(problems, $"names in the state of version {version.Number}", version.State, rows.Names(StateOwner.Version, version.Number)));
        Compare(problems, "lessons", learner.Lessons, lessons.Count);
        Compare(problems, "versions", learner.Versions, versions.Count == 0 ? 0 : versions[^1].Number);
        foreach (LessonRow lesson in lessons)
        {
            Compare(problems, $"held-out samples of lesson {lesson.Number}", lesson.Held, rows.Present[RowCounts.HeldKind(lesson.Number, test: true)]);
            Compare(problems, $"learned samples of lesson {lesson.Number}", lesson.Kept, rows.Present[RowCounts.HeldKind(lesson.Number, test: false)]);
        }
    }

    private static void Kind(SqlRows rows, string[] kind)
    {
        if (kind.Length < 2) return;
        int number = int.Parse(kind[kind[0] == "state" ? 2 : 1], CultureInfo.InvariantCulture);
        if (kind[0] == "held") foreach (HeldRow _ in rows.Held(number, kind[2] == "test")) { }
        else if (kind[0] == "matrix") rows.Matrix(number);
        else rows.State(Enum.Parse<StateOwner>(kind[1], ignoreCase: true), number);
    }

    private static void Parts(SqlSession session, SqlRows rows)
    {
        int found = session.Rows(StoreTables.Parts, whole: false).Count, expected = rows.Present["parts"];
        if (found != expected) throw session.Damaged($"{found} parts of states are there and {expected} were written");
    }

    private static string[] Kinds(List<string> problems, SqlRows rows)
    {
        string[] kinds = [];
        Note(problems, () => kinds = [.. rows.Present.Kinds]);
        return kinds;
    }

    private static void Compare(List<string> problems, string what, int said, int found)
    {
        if (said != found) problems.Add($"{said} {what} are said to be there; {found} are.");
    }

    private static void Note(List<string> problems, Action read)
    {
        try
        {
            read();
        }
        catch (EngramException error)
        {
            problems.Add(error.Message);
        }
    }
}
