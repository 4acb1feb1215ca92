using System.Runtime.InteropServices;

namespace Engram.Server;

/// <summary>Where the engine's memory comes from.</summary>
internal static partial class MemoryArenas
{
    private const int MostArenas = -8, Few = 2; // M_ARENA_MAX

    /// <summary>
    /// Lets the C library of Linux take memory from a few places, not from eight for each core: every thread that answers frees what others have taken, and memory that lies
    /// free in many places only grows (618 to 735 MB over 500 swaps of a version; 495 to 513 over 1,000 with two). Elsewhere nothing happens.
    /// </summary>
    public static void Limit()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = MallOpt(MostArenas, Few);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library that has no such places.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
