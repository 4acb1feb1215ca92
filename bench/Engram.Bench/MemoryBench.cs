using System.Diagnostics;
using Engram.Methods.Regularization;

namespace Engram.Bench;

/// <summary>Memory of the process after 20,000 steps against 1,000: nothing may outlive its step.</summary>
internal static class MemoryBench
{
    private const int StepsPerBlock = 1_000;

    public static IEnumerable<Figure> Run()
    {
        using Setup setup = new(new ElasticWeightConsolidation(new()), StepsPerBlock);
        setup.Train(0);
        setup.Trainer.End(setup.Stream.Tasks[0]);
        setup.Train(1);
        long early = ResidentBytes(), tensors = TorchSharp.torch.Tensor.TotalCount;
        for (int block = 1; block < 20; block++) setup.Train(1);
        long late = ResidentBytes();
        yield return new("memory after 20,000 steps / after 1,000", (double)late / early, 1.02, false, $"{late >> 20} MiB / {early >> 20} MiB");
        yield return new("live tensors after 20,000 steps - after 1,000", TorchSharp.torch.Tensor.TotalCount - tensors, 0, false, $"{TorchSharp.torch.Tensor.TotalCount} - {tensors}");
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
