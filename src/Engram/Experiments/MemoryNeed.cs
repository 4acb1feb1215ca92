using System.Globalization;
using System.Reflection;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;

namespace Engram.Experiments;

/// <summary>
/// Memory that a run needs at the least, counted before anything is made: its long vectors and one batch with the hidden units' outputs.
/// What convolutions and recurrences hold besides, and all samples that a method keeps, come on top.
/// </summary>
/// <param name="Parameters">Parameters of the network.</param>
/// <param name="Vectors">Vectors of that length: parameters, gradient, moments of the optimizer, and what the method keeps.</param>
/// <param name="BatchBytes">Bytes of the inputs of one batch.</param>
/// <param name="UnitBytes">Bytes of the hidden units' outputs for one batch.</param>
public sealed record MemoryNeed(long Parameters, int Vectors, double BatchBytes, double UnitBytes)
{
    // Longer memory has no span, so it could be neither filled nor saved.
    private const double MostBytesAtOnce = int.MaxValue;

    /// <summary>All together, in bytes.</summary>
    public double Bytes => VectorBytes * Vectors + BatchBytes + UnitBytes;

    private double VectorBytes => (double)Parameters * sizeof(float);

    /// <summary>Counts it.</summary>
    /// <param name="config">The run.</param>
    /// <param name="stream">Its tasks.</param>
    /// <param name="network">What learns.</param>
    /// <param name="method">How; need not be part of a run.</param>
    public static MemoryNeed Of(RunConfig config, TaskStream stream, NetworkDefinition network, LearningMethod method)
    {
        using Optimizer optimizer = config.Training.Optimizer.Create(config.Training.LearningRate, config.Training.WeightDecay);
        bool learnsAllAtOnce = method.GetType().GetCustomAttribute<MethodAttribute>()?.Bound == Bound.Upper;
        long[] samples = [.. stream.Tasks.Select(task => (long)task.Train.Count)];
        double batch = Math.Min(config.Training.Batch, learnsAllAtOnce ? samples.Sum() : samples.Max());
        return new(network.Layout(stream.InputShape, stream.OutputCount).Count, 2 + optimizer.VectorsKept + method.VectorsKept(stream.Tasks.Count),
            batch * sizeof(float) * stream.InputShape.Aggregate(1.0, (product, size) => product * size), batch * sizeof(float) * network.Widths.Sum(width => (double)width));
    }

    /// <summary>Memory that this process may still take, in bytes: what the system has to give, within the limit of a container.</summary>
    public static double Available()
    {
        double limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (limit <= 0) limit = double.PositiveInfinity;
        return Math.Min(limit, Free() ?? limit);
    }

    /// <summary>Refuses runs that do not fit, side by side, into a memory.</summary>
    /// <param name="needs">Of the runs that go at the same time; the largest first.</param>
    /// <param name="available">Bytes, from <see cref="Available"/>.</param>
    /// <exception cref="EngramException">They do not; the message says how much they need and how much there is.</exception>
    public static void RequireFit(IReadOnlyList<MemoryNeed> needs, double available)
    {
        MemoryNeed largest = needs[0];
        if (largest.VectorBytes > MostBytesAtOnce)
            throw TooLarge($"The network has {Count(largest.Parameters)} parameters, {Size(largest.VectorBytes)} in one vector, but a vector has at most {Size(MostBytesAtOnce)}; choose smaller layers (network.*).");
        if (largest.BatchBytes > MostBytesAtOnce)
            throw TooLarge($"The inputs of one batch take {Size(largest.BatchBytes)}, but at most {Size(MostBytesAtOnce)} fit at once; set training.batch lower.");
        double needed = needs.Sum(need => need.Bytes);
        if (needed <= available) return;
        string parts = $"{Count(largest.Parameters)} parameters in {largest.Vectors} vectors (parameters, gradient, optimizer, method) and {Size(largest.BatchBytes + largest.UnitBytes)} for a batch";
        throw TooLarge(needs.Count == 1 || largest.Bytes > available
            ? $"The run needs at least {Size(largest.Bytes)} of memory: {parts}; there are {Size(available)}. Choose a smaller network (network.*) or training.batch."
            : $"{needs.Count} runs at a time need at least {Size(needed)} of memory, the largest {parts}; there are {Size(available)}. Run fewer at a time, or choose a smaller network (network.*) or training.batch.");
    }

    private static EngramException TooLarge(string message) => EngramException.Input("too-large", message);

    private static string Size(double bytes) => bytes < 1e9 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:#,0.0} GB");

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    // Linux says what it could give without swapping; elsewhere the total has to do.
    private static double? Free()
    {
        try
        {
            string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
            return line is not null && double.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out double kilobytes) ? 1024 * kilobytes : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
