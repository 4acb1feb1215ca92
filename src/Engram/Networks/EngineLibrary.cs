using System.Runtime.InteropServices;
using TorchSharp;

namespace Engram.Networks;

/// <summary>The library of libtorch: tunes the memory allocator, loads it once per process, and says what to do where that fails.</summary>
internal static unsafe class EngineLibrary
{
    private static readonly Lazy<nint> Library = new(Open);

    /// <summary>Handle of the library <c>torch_cpu</c>, or 0 where it cannot be found by name.</summary>
    public static nint TorchCpu => Library.Value;

    /// <summary>Loads it; later calls do nothing.</summary>
    /// <exception cref="EngramException"><c>engine-missing</c>: libtorch cannot be loaded on this machine.</exception>
    public static void Load() => _ = Library.Value;

    private static nint Open()
    {
        TuneAllocator();
        // TorchSharp answers a failure by copying half a gigabyte and telling standard output about it, so on Linux the libraries are
        // tried first. With CUDA it alone knows the order in which they load.
        if (OperatingSystem.IsLinux() && !File.Exists(Path.Combine(AppContext.BaseDirectory, "libtorch_cuda.so")))
        {
            Require("torch_cpu");
            Require("LibTorchSharp");
        }
        try
        {
            _ = torch.get_num_threads();
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException or NotSupportedException or NotImplementedException)
        {
            throw Missing(error.GetBaseException().Message.Split('\n')[0].Trim(), error);
        }
        return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out nint library) ? library : 0;
    }

    private static void Require(string library)
    {
        try
        {
            NativeLibrary.Load(library, typeof(torch).Assembly, null);
        }
        catch (DllNotFoundException error)
        {
            // One line per place where the library was looked for; the reason is the line that is not about a place without it.
            string? reason = error.Message.Split('\n').Skip(1).FirstOrDefault(line => line.Length > 0 && !line.Contains("No such file", StringComparison.Ordinal));
            throw Missing(reason?.Trim() ?? $"lib{library}.so is not among the program's files in {AppContext.BaseDirectory}", error);
        }
    }

    private static EngramException Missing(string cause, Exception error)
    {
        string remedy = cause.Contains("GLIBCXX", StringComparison.Ordinal)
            ? "Build the program with build/TorchSharpLoadFix.targets, or update libstdc++ to that of GCC 13 or newer."
            : $"Reference TorchSharp and libtorch-cpu-{RuntimeInformation.RuntimeIdentifier} (or its cuda sibling) in the program's project, in versions that belong together, and build again.";
        return EngramException.Failure("engine-missing", $"The engine libtorch does not load on {RuntimeInformation.RuntimeIdentifier}: {cause.TrimEnd('.')}. {remedy}", error);
    }

    // glibc gives large blocks back to the system and zeroes them anew at every step: hundreds of page faults. Keep them instead.
    private static void TuneAllocator()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint libc) || !NativeLibrary.TryGetExport(libc, "mallopt", out nint export)) return;
        const int TrimThreshold = -1, TopPad = -2, MapThreshold = -3;
        var mallopt = (delegate* unmanaged[Cdecl]<int, int, int>)export;
        // Older versions refuse more than half of a thread's heap.
        if (mallopt(MapThreshold, 1 << 30) == 0 && mallopt(MapThreshold, 32 << 20) == 0) return;
        _ = mallopt(TrimThreshold, int.MaxValue);
        _ = mallopt(TopPad, 64 << 20);
    }
}
