using System.ComponentModel;
using System.Diagnostics;

namespace Engram.Experiments;

/// <summary>Who works in a folder.</summary>
/// <param name="Process">Id of the process.</param>
/// <param name="Started">When the process started, UTC: with the id it names one process, for ids are used again.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Since">When the work began, UTC.</param>
public sealed record FolderHolder(int Process, DateTime Started, string Host, DateTime Since)
{
    // Two readings of one process's start may differ by the correction of a clock.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    /// <summary>This process, from now on.</summary>
    public static FolderHolder Me()
    {
        using Process me = System.Diagnostics.Process.GetCurrentProcess();
        return new(me.Id, me.StartTime.ToUniversalTime(), Environment.MachineName, DateTime.UtcNow);
    }

    /// <summary>Whether it is another process of this machine that still runs.</summary>
    public bool IsAlive()
    {
        if (Host != Environment.MachineName || Process == Environment.ProcessId) return false;
        try
        {
            using Process process = System.Diagnostics.Process.GetProcessById(Process);
            return (process.StartTime.ToUniversalTime() - Started).Duration() <= Tolerance;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            return true; // it runs and belongs to somebody else
        }
    }

    /// <summary>Whether it is another process of this machine that is gone.</summary>
    internal bool IsStale => Host == Environment.MachineName && Process != Environment.ProcessId && !IsAlive();

    /// <summary>Whether to believe a note that no lock confirms: of a process of this machine that still runs, or of another machine that shares the disk.</summary>
    /// <param name="isRemote">Whether the folder is on another machine's disk; on our own, a strange name is that of a container that is gone.</param>
    public bool MayStillWork(bool isRemote) => Host == Environment.MachineName ? IsAlive() : isRemote;

    /// <summary>Such as <c>process 4711 on lab3 works there since 2026-05-04 11:12:13 UTC</c>.</summary>
    public override string ToString() => $"process {Process} on {Host} works there since {Since:yyyy-MM-dd HH:mm:ss} UTC";
}
