using Engram.Durable;
using Engram.Durable.Drift;
using Engram.Reports.Learner;
using Engram.Server.Lessons;
using Microsoft.AspNetCore.Components;

namespace Engram.Server.Pages;

/// <summary>Everything that the page of one learner says, read at one moment.</summary>
internal sealed class LearnerView
{
    /// <summary>Inputs that today's drift is looked for in.</summary>
    public const int MostAsked = 2000;

    private const int MostWrong = 10;

    private readonly ServedLearner learner;
    private readonly LearnerAnswers? answers;

    private LearnerView(ServedLearner learner, LearnerHistory? history, LearnerAnswers? answers)
    {
        (this.learner, History, this.answers) = (learner, history, answers);
        Jobs = learner.Lessons.All;
        Told = history is null ? [] : learner.Learner.FeedbackKept();
        Columns = history is null ? [] : AskedColumn.Of(learner.Learner);
    }

    /// <summary>Name of the learner.</summary>
    public string Name => learner.Name;

    /// <summary>What became of it; null before its first lesson.</summary>
    public LearnerHistory? History { get; }

    /// <summary>Lessons that the server took in, the newest first.</summary>
    public IReadOnlyList<LessonJob> Jobs { get; }

    /// <summary>Columns that can be asked about; none where no table was learned.</summary>
    public IReadOnlyList<AskedColumn> Columns { get; }

    /// <summary>Whether texts were learned.</summary>
    public bool AreTexts => History is not null && learner.Learner.Inputs().Form is null;

    /// <summary>Whether pictures were learned.</summary>
    public bool ArePictures => History is not null && learner.Learner.Inputs().Form?.ToJson()["kind"]?.ToString() == "pictures";

    /// <summary>Inputs asked lately in which drift can be looked for.</summary>
    public int Asked => learner.Asked(MostAsked).Count;

    /// <summary>Requests that wait for an answer.</summary>
    public int Waiting => learner.Waiting;

    /// <summary>The drift that was looked for; null where nobody asked.</summary>
    public DriftReport? Drift { get; set; }

    /// <summary>What a visitor asked; null where nobody did.</summary>
    public AskedAnswer? Answer { get; set; }

    /// <summary>Number of the version that answers; 0 before there is one.</summary>
    public int Current => History?.Current ?? 0;

    /// <summary>The version that was judged last.</summary>
    public PastVersion? Last => History?.Versions[^1];

    /// <summary>Versions that the gate refused and that can still be let through, the newest first.</summary>
    public IReadOnlyList<PastVersion> Refused => [.. (History?.Versions ?? []).Where(version => version is { Promoted: null, Removed: null }).Reverse()];

    /// <summary>Versions that answered once and still can, the newest first.</summary>
    public IReadOnlyList<PastVersion> Older => [.. (History?.Versions ?? []).Where(version => version is { Promoted: not null, Removed: null } && version.Number != Current).Reverse()];

    /// <summary>Right answers that were told and are not learned yet.</summary>
    public IReadOnlyList<Feedback> Told { get; }

    /// <summary>The last of them that say another class than was answered, the newest first.</summary>
    public IReadOnlyList<Feedback> Wrong => [.. Told.Where(one => one.Label != one.Given).Reverse().Take(MostWrong)];

    /// <summary>Names of the classes that it has heard of.</summary>
    public IReadOnlyList<string> Classes => [.. (History?.Classes ?? []).Select(one => one.Name)];

    /// <summary>Reads it.</summary>
    /// <exception cref="EngramException">The store cannot be read.</exception>
    public static LearnerView Of(ServedLearner learner, RememberedReports reports)
    {
        if (!learner.Learner.HasLearned) return new(learner, null, null);
        LearnerHistory history = Redacted(learner, learner.Learner.History());
        return new(learner, history, reports.Of(learner, history));
    }

    /// <summary>The head of the learner's page.</summary>
    public LearnerHead Head => new(History!, [.. answers!.Classes.Select(one => one.Name)]);

    /// <summary>What the gate said last.</summary>
    public MarkupString Verdict => new(VerdictTable.Section(Last!));

    /// <summary>Versions through time, and what each knew.</summary>
    public MarkupString Versions => new(VersionLine.Section(History!) + VersionMatrix.Section(History!, hasRules: true));

    /// <summary>What is taken for what, and how each class is known.</summary>
    public MarkupString Mistakes => new(ConfusionTables.Section(answers!) + ClassTables.Section(answers!));

    /// <summary>Who did what.</summary>
    public MarkupString Events => new(EventTable.Section(History!.Events));

    // Nobody who reads the page learns where things are on the server.
    private static LearnerHistory Redacted(ServedLearner learner, LearnerHistory history) => history with
    {
        Address = learner.Name,
        Events = [.. history.Events.Select(one => one with { Detail = learner.Redacted(one.Detail) })],
    };
}
