using Engram.Cli.Output;
using Engram.Experiments;

namespace Engram.Cli.Progress;

/// <summary>Progress in occasional lines, for logs.</summary>
internal static class PlainView
{
    public static string TaskLearned(TrialProgress trial)
    {
        int task = trial.TasksLearned;
        double[] row = trial.Latest!.Row!;
        string learned = Figures.Percent(trial.JustLearned[task]), average = Figures.Percent(row.Take(task).Average());
        return $"task {task}/{trial.Latest.TaskCount}{Name(trial, task)}: learned to {learned} %, on average {average} % over the tasks so far";
    }

    public static string TrialOver(TrialProgress trial, ProgressBoard board)
    {
        string end = trial.Accuracy is { } accuracy ? $"accuracy {Figures.Percent(accuracy)} %" : "failed";
        return $"{trial.Label} seed {trial.Seed}: {end} ({board.Trials.Count(one => one.IsOver)} of {board.Trials.Count} trials{Left(board)})";
    }

    public static string Status(ProgressBoard board)
    {
        string share = $"{board.Fraction:0 %} done{Left(board)}";
        string beside = board.Beside.Length == 0 ? "" : $"; {board.Beside}";
        if (board.Trials.Count > 1) return $"{board.Trials.Count(trial => trial.IsOver)} of {board.Trials.Count} trials, {share}{beside}";
        return board.Trials[0].Latest is null ? "loading" : $"{Where(board.Trials[0])}, {share}{beside}";
    }

    /// <summary>What a trial is doing, such as <c>task 2/5 permutation 2: epoch 1/1, loss 0.213</c>.</summary>
    public static string Where(TrialProgress trial)
    {
        RunProgress latest = trial.Latest!;
        string task = latest.Task == 0 ? "untrained network" : $"task {latest.Task}/{latest.TaskCount}{Name(trial, latest.Task)}";
        return latest.Phase switch
        {
            RunPhase.Training => $"{task}: epoch {latest.Epoch}/{latest.Epochs}{(latest.Loss is { } loss ? $", loss {loss:0.000}" : "")}",
            RunPhase.Consolidating => $"{task}: consolidating",
            RunPhase.Evaluating => $"{task}: measuring all tasks",
            _ => "done",
        };
    }

    private static string Left(ProgressBoard board) => board.SecondsLeft is { } seconds ? $", about {Figures.Wait(seconds)} left" : "";

    private static string Name(TrialProgress trial, int task) =>
        task == trial.Latest!.Task ? $" {trial.Latest.TaskName}" : task <= trial.Tasks.Count ? $" {trial.Tasks[task - 1]}" : "";
}
