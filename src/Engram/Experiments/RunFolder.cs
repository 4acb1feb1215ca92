using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Methods;
using Engram.Networks;

namespace Engram.Experiments;

/// <summary>
/// The folder of one run: <c>config.json</c>, <c>checkpoint/state.safetensors</c> while it runs and afterwards, <c>steps.csv</c> and
/// <c>curves.csv</c> to which it adds lines, and <c>results.json</c>, <c>matrix.csv</c> and for classes <c>kappa.csv</c> once it is done; <c>exhibits</c> where the method
/// shows images. Every other file is replaced as a whole or not at all.
/// </summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Its checkpoint.</summary>
    public Checkpoint Checkpoint => new(FolderPath.Within(Path, "checkpoint", "state.safetensors"));

    /// <summary>The same, written beside training.</summary>
    internal RunCheckpoints Checkpoints => field ??= new(Checkpoint);

    private string ConfigPath => WorkFolder.PlanPath(Path, "run");

    private string ExhibitsPath => FolderPath.Within(Path, "exhibits");

    private string ResultsPath => FolderPath.Within(Path, "results.json");

    /// <summary>True where the folder has results.</summary>
    public bool IsFinished => File.Exists(ResultsPath);

    /// <summary>True where the path holds a run.</summary>
    public static bool Exists(string path) => WorkFolder.KindOf(path) == "run";

    /// <summary>Whether the path holds a run with results.</summary>
    internal static bool IsFinishedAt(string path) => Exists(path) && new RunFolder(path).IsFinished;

    /// <summary>Begins a run's folder. The plan comes first: it marks the folder as Engram's.</summary>
    /// <exception cref="EngramException">There is a run already, or files that are not Engram's, or the folder cannot be written.</exception>
    public static RunFolder Create(string path, RunConfig config)
    {
        RunFolder folder = new(path);
        WorkFolder.RequireFree(path);
        MakeDirectory(path);
        JsonFile.Write(folder.ConfigPath, config.ToJson());
        return folder.Opened();
    }

    /// <summary>Opens the folder of a trial, or begins it.</summary>
    /// <exception cref="EngramException">The folder is in use for something else, or cannot be written.</exception>
    public static RunFolder OpenOrCreate(string path, RunConfig config) => Exists(path) ? new RunFolder(path).Opened() : Create(path, config);

    /// <summary>How the run in a folder differs from a configuration, as the end of a sentence; null where it is a run of that.</summary>
    internal static string? DifferenceFrom(string path, RunConfig config)
    {
        if (!Exists(path)) return "";
        string[] differing = [.. config.DifferencesFrom(JsonFile.Read(new RunFolder(path).ConfigPath)).Select(one => $"{one.Setting} is {one.There} there and {one.Here} here")];
        return differing.Length == 0 ? null : $" with other settings: {string.Join(", ", differing.Take(5))}";
    }

    /// <summary>Opens a run's folder.</summary>
    /// <exception cref="EngramException">There is no run, its configuration is damaged or of another version.</exception>
    public static (RunFolder Folder, RunConfig Config) Open(string path, Catalogs catalogs)
    {
        RunFolder folder = new(path);
        if (!File.Exists(folder.ConfigPath)) throw NoRun(path, "there is no config.json in it");
        JsonObject config = JsonFile.Read(folder.ConfigPath);
        if (config["schema"] is null) throw NoRun(path, "its config.json is not Engram's, for it names no schema");
        return (folder, new RunConfigBuilder(catalogs, file: config).Build());
    }

    private static EngramException NoRun(string path, string sign) => EngramException.Input("no-run", $"'{path}' holds no run: {sign}. Name a folder that 'engram run' or 'engram compare' made.");

    // Somebody may have deleted the folder within it.
    private RunFolder Opened()
    {
        MakeDirectory(System.IO.Path.GetDirectoryName(Checkpoint.Path)!);
        return this;
    }

    /// <summary>Makes a folder with all above it.</summary>
    /// <exception cref="EngramException">It cannot be made.</exception>
    internal static void MakeDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-write", $"The folder '{path}' cannot be made: {cause.Message} Choose another one.", cause);
        }
    }

    /// <summary>Writes images that the method shows after a task as <c>exhibits/NAME-after-task-NN.png</c>; the same task again replaces them.</summary>
    /// <param name="taskNumber">The task just learned, from 1.</param>
    /// <param name="exhibit">The images.</param>
    public void WriteExhibit(int taskNumber, ExhibitImages exhibit)
    {
        MakeDirectory(ExhibitsPath);
        AtomicFile.Write(FolderPath.Within(ExhibitsPath, $"{exhibit.Name.Replace(' ', '-')}-after-task-{taskNumber:00}.png"), stream => stream.Write(ExhibitSheet.ToPng(exhibit)));
    }

    /// <summary>Reads all images that the method showed, by name.</summary>
    public IReadOnlyList<StoredExhibit> ReadExhibits() => !Directory.Exists(ExhibitsPath) ? [] :
        [.. Directory.GetFiles(ExhibitsPath, "*.png").Order(StringComparer.Ordinal).Select(file => new StoredExhibit(System.IO.Path.GetFileNameWithoutExtension(file).Replace('-', ' '), File.ReadAllBytes(file)))];

    /// <summary>Writes what a finished run leaves; <c>results.json</c> comes last and marks it as finished.</summary>
    public void WriteResults(RunResult result)
    {
        AtomicFile.Write(FolderPath.Within(Path, "matrix.csv"), result.Matrix.ToCsv());
        if (result.Kappa.Length > 0) AtomicFile.Write(FolderPath.Within(Path, "kappa.csv"), result.Matrix.ToCsv(result.Kappa));
        JsonFile.Write(ResultsPath, Settings.ToJson(result));
    }

    /// <summary>Reads the results of a finished run.</summary>
    /// <exception cref="EngramException">They are damaged or of another version.</exception>
    public RunResult ReadResults() => ResultsReader.Read(JsonFile.Read(ResultsPath), ResultsPath) with { Steps = RunHistory.ReadSteps(Path), Exhibits = ReadExhibits() };

    /// <summary>Reads the network as the last checkpoint has it into one of the same kind and size.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="network">Overwritten.</param>
    /// <exception cref="EngramException">There is no checkpoint, it is damaged, or it holds a network of another size.</exception>
    public void ReadNetwork(RunConfig config, Network network)
    {
        if (Checkpoint.Load(config, network.Device) is not { } checkpoint)
            throw EngramException.Input("no-checkpoint", $"There is no checkpoint at '{Checkpoint.Path}', where the trained network should be; delete the folder '{Path}' and start the run anew.");
        checkpoint.State.Contents("network", network.Parameters);
        network.Visit(checkpoint.State.Part("network"));
        foreach (var tensor in checkpoint.Tensors) tensor.Dispose();
    }
}
