using System.Runtime.InteropServices;
using Engram.Products;
using TorchSharp;

namespace Engram.Networks;

/// <summary>
/// Gets libtorch ready: loading and checks once per process, thread count and denormal numbers once per thread.
/// Nothing here changes a result except that numbers below 1e-38 become zero, and that code of the engine that is wrong on this
/// processor is not used.
/// </summary>
public static unsafe class NativeEngine
{
    /// <summary>Cores beyond which a step of usual size gains nothing, but whose threads would look for work all the time.</summary>
    public const int MostLent = 8;

    private static readonly Lazy<bool> Products = new(CheckProducts);
    private static readonly Lazy<string?> Convolutions = new(() => Check(ConvolutionProbe.All)), Lstm = new(() => Check(LstmProbe.All));

    [ThreadStatic]
    private static int lent;

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
    /// <param name="threads">Cores that one operation of libtorch may use, at least 1; Engram's own products use as many, or those that are lent (<see cref="Lend"/>).</param>
    /// <exception cref="EngramException"><c>engine-missing</c>: libtorch cannot be loaded on this machine.</exception>
    public static void PrepareThread(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Start();
        torch.set_num_threads(threads);
        FlushDenormals();
        Crew.Set(Math.Max(threads, lent), FlushDenormals);
    }

    /// <summary>
    /// Lets the calling thread use so many cores, itself included, for work whose result is the same whatever their number: Engram's own
    /// products and passes over vectors. The default is what <see cref="PrepareThread"/> is asked for, which libtorch uses, too.
    /// </summary>
    /// <param name="cores">At least 1; more than <see cref="MostLent"/> count as that.</param>
    public static void Lend(int cores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        lent = Math.Min(cores, MostLent);
    }

    private static bool CheckProducts()
    {
        EngineLibrary.Load();
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
        if (context is null || !NativeLibrary.TryGetExport(EngineLibrary.TorchCpu, function, out nint set)) return false;
        ((delegate* unmanaged[Cdecl]<void*, byte, void>)set)(context, on ? (byte)1 : (byte)0);
        return true;
    }

    private static void* GlobalContext() => EngineLibrary.TorchCpu != 0 && NativeLibrary.TryGetExport(EngineLibrary.TorchCpu, "_ZN2at13globalContextEv", out nint context)
        ? ((delegate* unmanaged[Cdecl]<void*>)context)()
        : null;
}
