using Engram.Durable;

namespace Engram.Reports.Learner;

/// <summary>The page of a learner that lasts: what it knows, how that came about, and how to go on.</summary>
public static class LearnerReport
{
    /// <summary>Writes the page, complete or not at all.</summary>
    /// <param name="learner">A learner that has learned something.</param>
    /// <param name="file">The file to write.</param>
    /// <exception cref="EngramException">Nothing was learned yet, the store is damaged, or the file cannot be written.</exception>
    public static void Write(DurableLearner learner, string file) => AtomicFile.Write(file, Page(learner));

    /// <summary>The text of the page: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="learner">A learner that has learned something.</param>
    /// <exception cref="EngramException">Nothing was learned yet, or the store is damaged.</exception>
    public static string Page(DurableLearner learner)
    {
        LearnerHistory history = learner.History();
        return Page(history, LearnerAnswers.Of(learner, history));
    }

    /// <summary>The page of what was read before.</summary>
    internal static string Page(LearnerHistory history, LearnerAnswers answers)
    {
        LearnerHead head = new(history, [.. answers.Classes.Select(one => one.Name)]);
        return ReportPage.Of(
            "Engram learner", head.Title, head.Lead(), head.Facts(), EngramVersion.Current,
            head.Tiles(),
            Html.Section("What it is made of", head.MadeOf()),
            VersionLine.Section(history),
            VersionMatrix.Section(history),
            VerdictTable.Section(history.Versions[^1]),
            ClassTables.Section(answers),
            ConfusionTables.Section(answers),
            KeptTables.Section(history),
            EventTable.Section(history.Events),
            NextCommands.Section(history));
    }
}
