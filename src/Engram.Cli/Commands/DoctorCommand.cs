using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Datasets;
using Engram.Networks;
using Engram.Reports;

namespace Engram.Cli.Commands;

/// <summary><c>engram doctor</c>: whether everything is in place, and what to do about what is not.</summary>
internal static class DoctorCommand
{
    private const double LittleSpace = 1e9;

    private sealed record Finding(string Name, string Text, string? Advice = null);

    public static Command Create()
    {
        CommandWithNotes command = new("doctor", "check engine, data and disk, and say what to do about what is missing", (writer, _) => RunOptions.WriteExamples(writer, "engram doctor"))
        {
            GlobalOptions.Data,
        };
        command.SetAction(parse => Examine(parse.GetValue(GlobalOptions.Json), DataFolders.FromEnvironment(parse.GetValue(GlobalOptions.Data))));
        return command;
    }

    private static int Examine(bool json, DataFolders folders)
    {
        Finding engine = Engine(), results = Writable("folder for results", Path.GetFullPath("runs"));
        Finding[] findings =
        [
            new("engram", $"{EngramVersion.Current} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})"),
            engine,
            .. engine.Advice is null ? Devices() : [],
            new("processors", $"{Environment.ProcessorCount}; a comparison runs that many trials at a time, one thread each"),
            .. folders.Lookup.Select(Folder),
            .. DatasetCatalog.List(folders).Select(listing => new Finding($"data {listing.Id}", listing.Folder ?? "not here", listing.Folder is null ? listing.HowToGet : null)),
            results,
            .. new[] { folders.DownloadTo, folders.Cache }.Distinct().Select(folder => Writable("folder for data", folder)),
            Disk("disk for results", Directory.GetCurrentDirectory()),
            Disk("disk for data", folders.DownloadTo),
        ];
        if (json) Terminal.WriteJson(new JsonArray([.. findings.Select(finding => (JsonNode)Settings.ToJson(finding))]));
        else Show(findings);
        return engine.Advice is null && results.Advice is null ? 0 : CommandLine.Failed;
    }

    private static void Show(IReadOnlyList<Finding> findings)
    {
        int width = findings.Max(finding => finding.Name.Length);
        foreach (Finding finding in findings) TextColumns.Write(Console.Out, [[finding.Name.PadRight(width), finding.Text]], TextColumns.Width, indent: "");
        Finding[] open = [.. findings.Where(finding => finding.Advice is not null)];
        Console.WriteLine();
        Console.WriteLine(open.Length == 0 ? "Everything is in place." : "To do, where you need it:");
        TextColumns.Write(Console.Out, [.. open.Select(finding => new[] { finding.Name, finding.Advice! })], TextColumns.Width);
    }

    private static Finding Engine()
    {
        try
        {
            NativeEngine.RequireModules();
            string managed = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);
            string sound = NativeEngine.Remark is { } remark ? remark : "its products, convolutions and LSTM agree with plain loops";
            return new("engine", $"{NativeEngine.Description}, by TorchSharp {managed}; {sound}");
        }
        catch (EngramException error)
        {
            return new("engine", error.Code == "engine-wrong" ? "calculates wrong numbers" : "does not load", error.Message);
        }
    }

    private static IEnumerable<Finding> Devices()
    {
        int cuda = TorchSharp.torch.cuda.is_available() ? TorchSharp.torch.cuda.device_count() : 0;
        yield return new("devices", cuda == 0 ? "cpu" : $"cpu, {string.Join(", ", Enumerable.Range(0, cuda).Select(number => $"cuda:{number}"))}");
        (string Name, bool Has)[] vectors = [("AVX-512", Avx512F.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("NEON", AdvSimd.IsSupported)];
        yield return new("vectors", string.Join(", ", vectors.Where(one => one.Has).Select(one => one.Name).DefaultIfEmpty("none")));
    }

    private static Finding Folder(string path) => new("data folder", $"{path}{(Directory.Exists(path) ? "" : " (not there yet; made when needed)")}");

    // Rights, read-only disks and files in the way show only when something is written.
    private static Finding Writable(string name, string path)
    {
        string existing = File.Exists(path) ? path : Existing(path);
        try
        {
            using FileStream probe = new(Path.Combine(existing, $".engram-doctor-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return new(name, $"{path} can be written");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(name, $"{path} cannot be written", $"make '{existing}' a folder that you may write to, or name another one: {error.Message}");
        }
    }

    private static string Existing(string path)
    {
        string existing = path;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        return existing;
    }

    private static Finding Disk(string name, string path)
    {
        string existing = Existing(path);
        long free = new DriveInfo(existing).AvailableFreeSpace;
        return new(name, $"{Words.Bytes(free)} free at {existing}", free < LittleSpace ? $"free some space: less than {Words.Bytes(LittleSpace)} is left at {existing}" : null);
    }
}
