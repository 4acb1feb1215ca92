using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>Native memory for one matrix whose number of rows follows the batch: allocated when a batch is larger than any before.</summary>
internal sealed unsafe class GrowingBuffer(int columns) : IDisposable
{
    private readonly Dictionary<int, Tensor> views = [];
    private Tensor? storage;
    private int capacity;

    /// <summary>First number of the matrix.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Makes room for so many rows; the contents are lost when it grows.</summary>
    public float* Reserve(int rows)
    {
        if (rows <= capacity) return Pointer;
        Dispose();
        storage = empty(rows, columns, dtype: float32, device: CPU).DetachFromDisposeScope();
        Pointer = FlatVector.Pointer(storage);
        capacity = rows;
        return Pointer;
    }

    /// <summary>The first rows as a tensor; the same object each time, so that a step allocates nothing.</summary>
    public Tensor View(int rows)
    {
        if (views.TryGetValue(rows, out Tensor? view) && !view.IsInvalid) return view;
        view = storage!.narrow(0, 0, rows).DetachFromDisposeScope();
        views[rows] = view;
        return view;
    }

    public void Dispose()
    {
        foreach (Tensor view in views.Values) view.Dispose();
        views.Clear();
        storage?.Dispose();
        storage = null;
        Pointer = null;
        capacity = 0;
    }
}
