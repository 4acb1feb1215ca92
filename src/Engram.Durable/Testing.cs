using Engram.OwnData;

namespace Engram.Durable;

/// <summary>Counts how labelled data were answered.</summary>
/// <param name="learner">Whose answers they are.</param>
internal sealed class Testing(DurableLearner learner)
{
    /// <summary>Counts.</summary>
    /// <param name="records">With labels.</param>
    /// <param name="answers">One for each of them.</param>
    /// <param name="remarks">What a reader should know.</param>
    /// <exception cref="EngramException">The records have no labels.</exception>
    public TestReport Of(Records records, IReadOnlyList<Answer> answers, IReadOnlyList<string> remarks)
    {
        if (!records.HasLabels) throw EngramException.Input("no-labels", $"'{Quote.Of(records.Source)}' has no labels, so nothing can be counted; 'engram predict' answers it, 'engram check' says whether it looks like what was learned.");
        HashSet<string> learned = [.. learner.Served().Predictor.Answers.Names];
        ClassReport[] classes = [.. Enumerable.Range(0, records.Count).GroupBy(records.ClassOf).OrderBy(group => group.Key).Select(group =>
        {
            string name = records.Classes[group.Key];
            string[] labels = [.. group.Select(record => answers[record].Label)];
            return new ClassReport(name, learned.Contains(name), labels.Length, labels.Count(label => label == name),
                [.. labels.Where(label => label != name).CountBy(label => label).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)]);
        })];
        string[] strange = [.. classes.Where(one => !one.WasLearned).Select(one => $"'{Quote.Of(one.Name, 30)}'")];
        string[] said = [.. records.Remarks, .. remarks, .. strange.Length == 0 ? [] : (string[])[$"{string.Join(", ", strange.Take(5))}{(strange.Length > 5 ? ", ..." : "")} {(strange.Length == 1 ? "was" : "were")} never learned, so no sample of {(strange.Length == 1 ? "it" : "them")} can be right."]];
        return new(learner.Version, records.Source, records.Count, classes.Sum(one => one.Right), answers.Count(answer => !answer.IsKnown), classes, said);
    }
}
