using System.Runtime.InteropServices;
using TorchSharp;

namespace Engram.Networks;

/// <summary>
/// Gets libtorch ready: memory allocator and loading once per process, thread count and denormal numbers once per thread.
/// Nothing here changes a result except that numbers below 1e-38 become zero, and that code of the engine that is wrong on this
/// processor is not used.
/// </summary>
public static unsafe class NativeEngine
{
    private static readonly Lazy<nint> Library = new(Load);
    private static readonly Lazy<bool> Products = new(CheckProducts);
    private static readonly Lazy<string?> Convolutions = new(() => Check(ConvolutionProbe.All)), Lstm = new(() => Check(LstmProbe.All));

    /// <summary>Handle of the library <c>torch_cpu</c>, or 0 where it cannot be found by name.</summary>
    internal static nint TorchCpu => Library.Value;

    /// <summary>
    /// What had to be switched off because it is wrong on this processor, as a sentence; null where nothing was, or where
    /// <see cref="RequireConvolutions"/> has not been called in this process.
    /// </summary>
    public static string? Remark => Convolutions.IsValueCreated && Convolutions.Value is { } remark ? remark : Lstm.IsValueCreated ? Lstm.Value : null;

    /// <summary>
    /// The engine, for records of a run: its version, and what of it is switched off. That all is right is not said, so that equal runs have
    /// equal records whatever else their process did.
    /// </summary>
    public static string Description => $"libtorch {torch.__version__}{(Remark is null ? "" : ", oneDNN off")}";

    /// <summary>Loads libtorch and compares a few of its matrix products with plain loops; later calls do nothing.</summary>
    /// <exception cref="EngramException"><c>engine-missing</c>: libtorch cannot be loaded on this machine; <c>engine-wrong</c>: it calculates wrong numbers.</exception>
    public static void Start() => _ = Products.Value;

    /// <summary>
    /// Compares the engine's convolutions with plain loops, once per process, and switches off what is wrong. Whoever runs layers of
    /// TorchSharp calls it first, or <see cref="RequireModules"/>; <see cref="ModuleNetwork"/> does by itself.
    /// </summary>
    /// <exception cref="EngramException"><c>engine-wrong</c>: the numbers are wrong whatever is switched off; <c>engine-missing</c>.</exception>
    public static void RequireConvolutions()
    {
        Start();
        _ = Convolutions.Value;
    }

    /// <summary>The same for convolutions and LSTM: for modules that may hold any layer. The LSTM's code is made when it first runs, which takes most of the time.</summary>
    /// <exception cref="EngramException"><c>engine-wrong</c>: the numbers are wrong whatever is switched off; <c>engine-missing</c>.</exception>
    public static void RequireModules()
    {
        RequireConvolutions();
        _ = Lstm.Value;
    }

    /// <summary>Prepares the calling thread; every thread that trains or evaluates calls it once, before its first tensor.</summary>
    /// <param name="threads">Cores that one matrix product may use, at least 1. One per trial, trials side by side, uses a machine best.</param>
    /// <exception cref="EngramException"><c>engine-missing</c>: libtorch cannot be loaded on this machine.</exception>
    public static void PrepareThread(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Start();
        torch.set_num_threads(threads);
        FlushDenormals();
    }

    private static bool CheckProducts()
    {
        _ = Library.Value;
        torch.set_num_threads(1); // helpers that wait for each other cost more than these few products
        EngineCheck.RequireProducts(ProductProbe.All);
        return true;
    }

    private static string? Check(IEnumerable<EngineProbe> probes)
    {
        int threads = torch.get_num_threads(); // the thread that asks may have been prepared
        torch.set_num_threads(1);
        try
        {
            return EngineCheck.Cure([.. probes], Environment.GetEnvironmentVariable(EngineCheck.Variable), SwitchOneDnnOff);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    // Without oneDNN, libtorch would hand convolutions to NNPACK: on some processors only, so with other bits there, and on the others
    // with a line on standard error for every batch.
    private static bool SwitchOneDnnOff()
    {
        _ = Switch("_ZN2at7Context20setUserEnabledNNPACKEb", on: false);
        return Switch("_ZN2at7Context20setUserEnabledMkldnnEb", on: false);
    }

    // Moments of dead units decay into denormal numbers, on which arithmetic is up to 20 times slower; the switch belongs to the thread.
    private static void FlushDenormals() => _ = Switch("_ZN2at7Context16setFlushDenormalEb", on: true);

    // A switch of at::globalContext(), libtorch's own C++ function: TorchSharp does not offer them. False where there is none.
    private static bool Switch(string function, bool on)
    {
        void* context = GlobalContext();
        if (context is null || !NativeLibrary.TryGetExport(TorchCpu, function, out nint set)) return false;
        ((delegate* unmanaged[Cdecl]<void*, byte, void>)set)(context, on ? (byte)1 : (byte)0);
        return true;
    }

    private static void* GlobalContext() => TorchCpu != 0 && NativeLibrary.TryGetExport(TorchCpu, "_ZN2at13globalContextEv", out nint context)
        ? ((delegate* unmanaged[Cdecl]<void*>)context)()
        : null;

    private static nint Load()
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
