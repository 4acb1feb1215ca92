using System.Text.Json;

namespace Engram.Experiments;

/// <summary>
/// Holds a folder of results, so that no second process writes to it: by an exclusive lock of the operating system on
/// <c>.engram/lock</c>, which ends with its process however that ends, beside a note in <c>.engram/holder.json</c> for people and for
/// file systems without such locks. The file of the lock is never removed, for then two processes could each hold one of that name.
/// </summary>
/// <remarks>
/// The runs of a comparison, study or reproduction share the lock of its folder, whoever resumes one of them alone. A trial that runs is
/// held by itself besides, in <c>.engram/trials</c>, so that several processes can run different trials of one folder.
/// </remarks>
public sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK of Linux and macOS, sharing and lock violations of Windows.
    private static readonly int[] HeldErrors = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];
    private const int Attempts = 10;
    private const string Trials = "trials";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly FileStream held;
    private readonly string notePath;

    private FolderLock(FileStream held, string notePath) => (this.held, this.notePath) = (held, notePath);

    /// <summary>Holds a folder, which is made where it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="EngramException">Another process holds it (<c>folder-held</c>), or it cannot be written.</exception>
    public static FolderLock Take(string path) => TryTake(path, out string? reason) ?? throw EngramException.Input("folder-held", reason!);

    /// <summary>Holds a folder unless another process does.</summary>
    /// <param name="path">The folder; made where it is not there.</param>
    /// <param name="reason">Who holds it and what to do about that, in a sentence; null where it is ours now.</param>
    /// <exception cref="EngramException">It cannot be written.</exception>
    public static FolderLock? TryTake(string path, out string? reason)
    {
        string root = RootOf(path);
        return TryTake(root, FolderPath.Within(root, WorkFolder.State), "choose another folder", out reason);
    }

    /// <summary>Holds one trial of a study, whoever holds the study's folder.</summary>
    /// <param name="path">Folder or file of the trial, in <c>trials</c> of the study's folder.</param>
    /// <exception cref="EngramException">Another process runs it (<c>folder-held</c>), or the study's folder cannot be written.</exception>
    public static FolderLock TakeTrial(string path) => TryTakeTrial(path, out string? reason) ?? throw EngramException.Input("folder-held", reason!);

    /// <summary>Holds one trial of a study unless another process does.</summary>
    /// <param name="path">Folder or file of the trial, in <c>trials</c> of the study's folder.</param>
    /// <param name="reason">Who holds it and what to do about that, in a sentence; null where it is ours now.</param>
    /// <exception cref="EngramException">The study's folder cannot be written.</exception>
    public static FolderLock? TryTakeTrial(string path, out string? reason) =>
        TryTake(path, StateOfTrial(path), "run another trial", out reason);

    /// <summary>Where a study keeps what belongs to no result of a trial: who runs it, and where it stands.</summary>
    /// <param name="path">Folder or file of the trial, in <c>trials</c> of the study's folder.</param>
    internal static string StateOfTrial(string path) => FolderPath.Within(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(path)))!, WorkFolder.State, Trials, Path.GetFileName(path));

    /// <summary>Whether a folder or file is that of a study's trial.</summary>
    internal static bool IsTrial(string path) => RootOf(path) != path;

    private static FolderLock? TryTake(string place, string state, string otherwise, out string? reason)
    {
        string notePath = FolderPath.Within(state, "holder.json");
        RunFolder.MakeDirectory(state);
        FileStream? held = Open(FolderPath.Within(state, "lock"));
        FolderHolder? other = ReadNote(notePath);
        // Who only looks holds it for a moment, and who takes it has no note yet.
        for (int attempt = 0; held is null && other?.IsStale != false && attempt < Attempts; attempt++)
        {
            Thread.Sleep(Pause);
            held = Open(FolderPath.Within(state, "lock"));
            other = ReadNote(notePath);
        }
        // With the lock in hand, a note is of a process that ended without a word, unless locks do not work here.
        bool isHeld = held is null || other is not null && other.MayStillWork(isRemote: IsRemote(place));
        reason = !isHeld ? null : $"'{place}' is in use: {(other is null ? "another process works there" : $"{other}")}. Wait for it or end it"
            + (other is null || other.Host == Environment.MachineName ? "" : $" on {other.Host}; if it is gone, delete '{notePath}'") + $", or {otherwise}.";
        if (isHeld)
        {
            held?.Dispose();
            return null;
        }
        FolderLock taken = new(held!, notePath);
        try
        {
            AtomicFile.Write(notePath, JsonSerializer.Serialize(FolderHolder.Me(), Settings.Json) + "\n");
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Who holds a folder now, or runs one of its trials; null for nobody. Holds and changes nothing.</summary>
    public static FolderHolder? HolderOf(string path)
    {
        string root = RootOf(path), state = Path.Combine(root, WorkFolder.State), trials = Path.Combine(state, Trials);
        IEnumerable<string> ofTrials = root != path ? [Path.Combine(trials, Path.GetFileName(Path.GetFullPath(path)))] : Directory.Exists(trials) ? Directory.EnumerateDirectories(trials) : [];
        return ofTrials.Prepend(state).Select(HolderIn).OfType<FolderHolder>().FirstOrDefault();
    }

    /// <summary>Who runs one trial of a study now, whoever holds the study's folder; null for nobody. Holds and changes nothing.</summary>
    /// <param name="path">Folder or file of the trial, in <c>trials</c> of the study's folder.</param>
    public static FolderHolder? HolderOfTrial(string path) => HolderIn(StateOfTrial(path));

    private static FolderHolder? HolderIn(string state)
    {
        string lockPath = Path.Combine(state, "lock");
        if (!File.Exists(lockPath)) return null;
        FolderHolder? noted = ReadNote(Path.Combine(state, "holder.json"));
        try
        {
            using FileStream free = new(lockPath, FileMode.Open, FileAccess.Read, FileShare.None);
            return noted?.MayStillWork(isRemote: IsRemote(state)) == true ? noted : null;
        }
        catch (IOException error) when (HeldErrors.Contains(error.HResult))
        {
            return noted;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lets the folder go.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(notePath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The lock is what counts; a note without it holds nothing.
        }
        held.Dispose();
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (HeldErrors.Contains(error.HResult))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-write", $"'{path}' cannot be written: {error.Message} Check the rights, or choose another folder.", error);
        }
    }

    // A run within a comparison belongs to that.
    private static string RootOf(string path)
    {
        string full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        string? parent = Path.GetDirectoryName(full), whole = Path.GetDirectoryName(parent);
        return whole is not null && Path.GetFileName(parent) == Trials && WorkFolder.KindOf(whole) is not null ? whole : path;
    }

    private static FolderHolder? ReadNote(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<FolderHolder>(File.ReadAllText(path), Settings.Json);
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static bool IsRemote(string path)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(path)).DriveType == DriveType.Network;
        }
        catch (Exception unknown) when (unknown is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
