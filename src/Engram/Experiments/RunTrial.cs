using Engram.Methods;

namespace Engram.Experiments;

/// <summary>A trial that is an ordinary run.</summary>
/// <param name="laboratory">Makes the run.</param>
/// <param name="trial">What is run.</param>
/// <param name="path">Its run folder; null keeps it in memory.</param>
/// <param name="name">What people call it; null for its label and seed.</param>
public sealed class RunTrial(Laboratory laboratory, Trial trial, string? path = null, string? name = null) : StudyTrial
{
    /// <summary>The study that is one run.</summary>
    /// <param name="laboratory">Makes the run.</param>
    /// <param name="config">What is run.</param>
    /// <param name="path">Its run folder; null keeps it in memory.</param>
    public static Study<RunResult> Study(Laboratory laboratory, RunConfig config, string? path = null)
    {
        RunTrial run = new(laboratory, new(config.Method.Id, config), path);
        return new([[run]], 1, () =>
        {
            run.ThrowIfFailed();
            return run.Result!;
        });
    }

    /// <summary>What is run.</summary>
    public Trial Trial => trial;

    /// <summary>What came of it; null before, and where it failed.</summary>
    public RunResult? Result { get; private set; }

    /// <inheritdoc/>
    public override string Name => name ?? $"{trial.Label} seed {trial.Config.Machine.Seed}";

    /// <inheritdoc/>
    public override string? Place => path is not null && FolderLock.IsTrial(path) ? path : null;

    /// <inheritdoc/>
    public override bool IsDone => path is null ? Result is not null : RunFolder.IsFinishedAt(path);

    /// <inheritdoc/>
    public override double? Accuracy => Result?.Metrics["accuracy"];

    /// <inheritdoc/>
    public override double Rank => laboratory.Catalogs.Methods.Find(trial.Config.Method.Id).Attribute.Bound == Bound.Upper ? -1 : 0;

    /// <inheritdoc/>
    public override void Prepare() => laboratory.Prepare(trial.Config);

    /// <inheritdoc/>
    public override void Run(Action<TrialReport> progress, CancellationToken cancellation)
    {
        RunFolder? folder = path is null ? null : RunFolder.OpenOrCreate(path, trial.Config);
        Result = folder is { IsFinished: true } ? folder.ReadResults()
            : laboratory.Run(trial.Config, folder, report => progress(new(report.Fraction, report)), cancellation);
    }
}
