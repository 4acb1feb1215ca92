using Engram.Experiments;

namespace Engram.Tests.Experiments;

public sealed class StudyTests
{
    private readonly MadeUpTrial[] first = [new("a"), new("b")], second = [new("c")];
    private int concluded;

    [Fact]
    public void A_round_is_asked_for_when_all_trials_of_the_one_before_have_ended()
    {
        int done = Study(before: () => Assert.All(first, trial => Assert.True(trial.IsDone))).Run(new TrialThreads(2), null, TestContext.Current.CancellationToken);

        Assert.Equal((3, 1), (done, concluded));
    }

    [Fact]
    public void Trials_are_numbered_through_the_rounds_as_far_as_they_are_known()
    {
        Assert.Equal("b", Study().Trial(2, "here").Name);
        Assert.Equal("'here' has no trial 3; give a number from 1 to 2. Which come after these, up to 3 in all, shows once they are done.", Wrong(() => Study().Trial(3, "here")));
        Assert.Equal("'here' has no trial 0; give a number from 1 to 2. Which come after these, up to 3 in all, shows once they are done.", Wrong(() => Study().Trial(0, "here")));

        foreach (MadeUpTrial trial in first) trial.EndElsewhere();

        Assert.Equal("c", Study().Trial(3, "here").Name);
        Assert.Equal("'here' has no trial 4; give a number from 1 to 3.", Wrong(() => Study().Trial(4, "here")));
    }

    [Fact]
    public void It_is_concluded_when_all_trials_are_done_and_names_those_that_are_not()
    {
        first[0].EndElsewhere();
        Assert.Equal("'here' lacks trial 2 (b); run each by 'engram trial here 2' and so on, or 'engram resume here' for all at once.", Wrong(() => Study().Collect("here")));
        first[1].EndElsewhere();
        Assert.Contains("lacks trial 3 (c);", Wrong(() => Study().Collect("here")));
        Assert.Equal(0, concluded);
        second[0].EndElsewhere();

        Assert.Equal(3, Study().Collect("here"));
        Assert.Equal(1, concluded);
    }

    [Fact]
    public void Of_many_missing_trials_the_first_are_named()
    {
        MadeUpTrial[] many = [.. Enumerable.Range(1, 8).Select(number => new MadeUpTrial($"t{number}"))];

        Assert.Contains("lacks trials 1 (t1), 2 (t2), 3 (t3), 4 (t4), 5 (t5) and 3 more;", Wrong(() => new Study<int>([many], 8, () => 0).Collect("here")));
    }

    private static string Wrong(Action action) => Assert.Throws<EngramException>(action).Message;

    private Study<int> Study(Action? before = null)
    {
        return new(Rounds(), 3, () =>
        {
            concluded++;
            return first.Concat(second).Count(trial => trial.IsDone);
        });

        IEnumerable<IReadOnlyList<StudyTrial>> Rounds()
        {
            yield return first;
            before?.Invoke();
            yield return second;
        }
    }
}
