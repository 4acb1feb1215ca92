using System.Runtime.InteropServices;

namespace Engram.Products;

/// <summary>Memory of a thread for copies that a product makes; as large as the largest so far, freed when the thread has ended.</summary>
internal sealed unsafe class ProductScratch
{
    [ThreadStatic]
    private static ProductScratch? ofThread;

    private float* memory;
    private nint capacity;

    ~ProductScratch() => NativeMemory.AlignedFree(memory);

    /// <summary>Room for so many numbers, beginning on a cache line; valid until the thread asks again.</summary>
    public static float* Reserve(nint count)
    {
        ProductScratch scratch = ofThread ??= new();
        if (count <= scratch.capacity) return scratch.memory;
        NativeMemory.AlignedFree(scratch.memory);
        scratch.memory = null;
        scratch.capacity = 0;
        scratch.memory = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);
        scratch.capacity = count;
        return scratch.memory;
    }
}
