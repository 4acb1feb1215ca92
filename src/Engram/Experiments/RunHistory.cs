using System.Globalization;
using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>
/// Everything that grows with the steps of a run: losses in <c>steps.csv</c> and accuracies in <c>curves.csv</c>, whole on disk, and in
/// memory as much as pictures need. Without a folder only that is kept.
/// </summary>
internal sealed class RunHistory : IDisposable
{
    private const string StepsHeader = "task,epoch,step,loss";

    private readonly ThinnedSeries<StepRecord> steps = new();
    private readonly ThinnedSeries<CurvePoint> curves = new();
    private readonly HistoryFile? stepsFile, curvesFile;
    private HistoryMark? stepsMark, curvesMark;

    /// <summary>A history without a past.</summary>
    /// <param name="folder">The run's folder; null for none.</param>
    /// <param name="tasks">Names of the tasks.</param>
    public RunHistory(string? folder, IEnumerable<string> tasks)
    {
        if (folder is null) return;
        stepsFile = new(StepsPath(folder), StepsHeader);
        curvesFile = new(FolderPath.Within(folder, "curves.csv"), string.Join(',', tasks.Select(Csv.Quote).Prepend("task").Prepend("step")));
    }

    /// <summary>Logged steps, thinned.</summary>
    public IReadOnlyList<StepRecord> Steps => steps.View;

    /// <summary>Measured points, thinned.</summary>
    public IReadOnlyList<CurvePoint> Curves => curves.View;

    /// <summary>Adds a logged step.</summary>
    /// <exception cref="EngramException">The file cannot be written.</exception>
    public void Add(StepRecord step)
    {
        steps.Add(step);
        stepsFile?.Append(string.Create(CultureInfo.InvariantCulture, $"{step.Task},{step.Epoch},{step.Step},{step.Loss:R}"));
    }

    /// <summary>Adds a measured point.</summary>
    /// <exception cref="EngramException">The file cannot be written.</exception>
    public void Add(CurvePoint point)
    {
        curves.Add(point);
        curvesFile?.Append(string.Create(CultureInfo.InvariantCulture, $"{point.Step},{point.Task},{string.Join(',', point.Accuracies.Select(one => one.ToString("R", CultureInfo.InvariantCulture)))}"));
    }

    /// <summary>Declares how long the files are; writes what is not yet on disk.</summary>
    /// <exception cref="EngramException">A file cannot be written.</exception>
    public void Visit(StateBag state)
    {
        if (stepsFile is null) return;
        if (!state.IsRestoring) (stepsMark, curvesMark) = (stepsFile.Mark(), curvesFile!.Mark());
        state.Value("steps", ref stepsMark);
        state.Value("curves", ref curvesMark);
    }

    /// <summary>Begins, or goes on where the restored checkpoint was, and forgets what was written after it.</summary>
    /// <exception cref="EngramException">A file is not what the checkpoint names.</exception>
    public void Begin()
    {
        stepsFile?.GoOn(stepsMark, line => steps.Add(ParseStep(line) ?? throw Wrong(line)));
        curvesFile?.GoOn(curvesMark, line => curves.Add(ParsePoint(line) ?? throw Wrong(line)));
    }

    /// <summary>The logged steps of a run's folder, thinned; none where it has no such file.</summary>
    /// <exception cref="EngramException">The file is damaged.</exception>
    public static IReadOnlyList<StepRecord> ReadSteps(string folder)
    {
        string path = StepsPath(folder);
        return File.Exists(path) ? ParseSteps(File.ReadLines(path), path) : [];
    }

    /// <summary>The logged steps of a file's lines, thinned.</summary>
    /// <exception cref="EngramException">A line is damaged.</exception>
    internal static IReadOnlyList<StepRecord> ParseSteps(IEnumerable<string> lines, string path)
    {
        ThinnedSeries<StepRecord> steps = new();
        foreach (var (index, line) in lines.Index().Skip(1))
            steps.Add(ParseStep(line) ?? throw EngramException.Input("corrupt-file", $"'{path}' has '{Quote.Of(line)}' in line {index + 1}, expected {StepsHeader}; restore the file or delete it to go on without it."));
        return steps.View;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        stepsFile?.Dispose();
        curvesFile?.Dispose();
    }

    private static string StepsPath(string folder) => FolderPath.Within(folder, "steps.csv");

    private static EngramException Wrong(string line) =>
        EngramException.Input("corrupt-history", $"The line '{Quote.Of(line)}' of the run's history is not of the form of Engram {EngramVersion.Current}. Start the run anew.");

    private static StepRecord? ParseStep(string line)
    {
        string[] cells = line.Split(',');
        return cells.Length == 4 && int.TryParse(cells[0], out int task) && int.TryParse(cells[1], out int epoch) && long.TryParse(cells[2], out long step)
            && double.TryParse(cells[3], CultureInfo.InvariantCulture, out double loss) ? new(task, epoch, step, loss) : null;
    }

    private static CurvePoint? ParsePoint(string line)
    {
        string[] cells = line.Split(',');
        double[] accuracies = [.. cells.Skip(2).Select(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out double one) ? one : double.NaN)];
        return cells.Length > 2 && long.TryParse(cells[0], out long step) && int.TryParse(cells[1], out int task) && accuracies.All(double.IsFinite) ? new(step, task, accuracies) : null;
    }
}
