using System.Runtime.InteropServices;
using TorchSharp;

namespace Engram.Bench;

/// <summary>
/// The matrix products to measure against: that of libtorch, which is MKL's on Linux, and OpenBLAS where the system has it
/// (Debian: <c>libopenblas0-openmp</c>, with OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE unset).
/// </summary>
internal abstract unsafe class OtherBlas(string name)
{
    private static readonly nint TorchCpu = Find("torch_cpu"), OpenBlas = Find("libopenblas.so.0", "openblas");

    public string Name => name;

    /// <summary>Those that are here.</summary>
    public static IReadOnlyList<OtherBlas> Present()
    {
        _ = torch.__version__;
        List<OtherBlas> present = [];
        if (TorchCpu != 0 && NativeLibrary.TryGetExport(TorchCpu, "sgemm_", out nint product)) present.Add(new Torch(product));
        if (OpenBlas != 0 && NativeLibrary.TryGetExport(OpenBlas, "cblas_sgemm", out nint other)) present.Add(new Open(OpenBlas, other));
        return present;
    }

    /// <summary>Threads of one product, for the calling thread.</summary>
    public abstract void SetThreads(int threads);

    /// <summary>C = op(A) op(B), row-major.</summary>
    public abstract void Gemm(bool transposeA, bool transposeB, int rows, int columns, int inner, float* a, int strideA, float* b, int strideB, float* c, int strideC);

    private static nint Find(params string[] names)
    {
        foreach (string one in names)
            if (NativeLibrary.TryLoad(one, typeof(torch).Assembly, null, out nint library)) return library;
        return 0;
    }

    private sealed class Torch(nint product) : OtherBlas("MKL")
    {
        public override void SetThreads(int threads) => torch.set_num_threads(threads);

        // Row-major C is column-major C^T = op(B)^T op(A)^T.
        public override void Gemm(bool transposeA, bool transposeB, int rows, int columns, int inner, float* a, int strideA, float* b, int strideB, float* c, int strideC)
        {
            byte first = (byte)(transposeB ? 'T' : 'N'), second = (byte)(transposeA ? 'T' : 'N');
            float one = 1, zero = 0;
            ((delegate* unmanaged[Cdecl]<byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void>)product)(
                &first, &second, &columns, &rows, &inner, &one, b, &strideB, a, &strideA, &zero, c, &strideC);
        }
    }

    private sealed class Open : OtherBlas
    {
        private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
        private readonly nint product, setThreads;

        public Open(nint library, nint product)
            : base($"OpenBLAS ({Marshal.PtrToStringAnsi(((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "openblas_get_corename"))())})")
        {
            this.product = product;
            setThreads = NativeLibrary.GetExport(library, "openblas_set_num_threads");
        }

        public override void SetThreads(int threads) => ((delegate* unmanaged[Cdecl]<int, void>)setThreads)(threads);

        public override void Gemm(bool transposeA, bool transposeB, int rows, int columns, int inner, float* a, int strideA, float* b, int strideB, float* c, int strideC) =>
            ((delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)product)(
                RowMajor, transposeA ? Transpose : NoTranspose, transposeB ? Transpose : NoTranspose, rows, columns, inner, 1, a, strideA, b, strideB, 0, c, strideC);
    }
}
