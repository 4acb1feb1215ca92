using Engram.Methods.Baselines;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>A training step of Engram against a loop written by hand with TorchSharp, and against the bare matrix products.</summary>
internal static class StepBench
{
    private const int Batch = 128, Inputs = 784, Hidden = 400, Outputs = 10, StepsPerBlock = 60;

    public static IEnumerable<Figure> Run()
    {
        using Setup plain = new(new FineTuning(), StepsPerBlock), ewc = new(new ElasticWeightConsolidation(new()), StepsPerBlock);
        using Setup si = new(new SynapticIntelligence(new()), StepsPerBlock), mas = new(new MemoryAwareSynapses(new()), StepsPerBlock);
        foreach (Setup setup in (Setup[])[ewc, si, mas])
        {
            setup.Train(0);
            setup.Trainer.End(setup.Stream.Tasks[0]);
        }
        using BareLoop bare = new(plain);
        using MatrixProducts products = new();
        double[] seconds = Interleaved.Median(21, StepsPerBlock, () => plain.Train(0), () => ewc.Train(1), bare.Run, products.Run, () => si.Train(1), () => mas.Train(1));
        string Microseconds(int contestant) => $"{seconds[contestant] * 1e6:F0} us";
        yield return new("step / bare TorchSharp loop", seconds[0] / seconds[2], 1.10, false, $"{Microseconds(0)} / {Microseconds(2)}");
        yield return new("step / matrix products alone", seconds[0] / seconds[3], 1.70, false, $"{Microseconds(0)} / {Microseconds(3)}");
        yield return new("step with EWC / step without", seconds[1] / seconds[0], 1.10, false, $"{Microseconds(1)} / {Microseconds(0)}");
        yield return new("step with SI / step without", seconds[4] / seconds[0], 1.10, false, $"{Microseconds(4)} / {Microseconds(0)}");
        yield return new("step with MAS / step without", seconds[5] / seconds[0], 1.10, false, $"{Microseconds(5)} / {Microseconds(0)}");
    }

    // What a user would write: Sequential, cross_entropy, backward, optim.Adam, all data as floats in memory.
    private sealed class BareLoop : IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> network = nn.Sequential(nn.Linear(Inputs, Hidden), nn.ReLU(), nn.Linear(Hidden, Hidden), nn.ReLU(), nn.Linear(Hidden, Outputs));
        private readonly optim.Optimizer optimizer;
        private readonly Tensor images, labels, order;
        private int step;

        public BareLoop(Setup data)
        {
            optimizer = optim.Adam(network.parameters(), 1e-3);
            Streams.Samples samples = data.Stream.Tasks[0].Train;
            float[] pixels = new float[samples.Count * Inputs];
            for (int i = 0; i < samples.Count; i++) samples.Read(i, pixels.AsSpan(i * Inputs, Inputs));
            images = tensor(pixels).view(-1, Inputs).clone();
            labels = tensor([.. Enumerable.Range(0, samples.Count).Select(i => (long)samples.Target(i))]);
            order = randperm(samples.Count);
        }

        public void Run()
        {
            for (int i = 0; i < StepsPerBlock; i++)
            {
                using var scope = NewDisposeScope();
                Tensor batch = order.narrow(0, step++ % (order.size(0) / Batch) * Batch, Batch);
                optimizer.zero_grad();
                nn.functional.cross_entropy(network.forward(images.index_select(0, batch)), labels.index_select(0, batch)).backward();
                optimizer.step();
            }
        }

        public void Dispose()
        {
            optimizer.Dispose();
            network.Dispose();
            images.Dispose();
            labels.Dispose();
            order.Dispose();
        }
    }

    // The eight products of a step: three forward, three weight gradients, two input gradients.
    private sealed unsafe class MatrixProducts : IDisposable
    {
        private readonly List<Tensor> memory = [];
        private readonly float* x, h1, h2, z, w1, w2, w3, g1, g2, g3;

        public MatrixProducts()
        {
            x = Floats(Batch * Inputs);
            h1 = Floats(Batch * Hidden);
            h2 = Floats(Batch * Hidden);
            z = Floats(Batch * Outputs);
            w1 = Floats(Inputs * Hidden);
            w2 = Floats(Hidden * Hidden);
            w3 = Floats(Hidden * Outputs);
            g1 = Floats(Inputs * Hidden);
            g2 = Floats(Hidden * Hidden);
            g3 = Floats(Hidden * Outputs);
        }

        public void Run()
        {
            for (int i = 0; i < StepsPerBlock; i++)
            {
                Blas.Gemm(false, true, Batch, Hidden, Inputs, 1, x, Inputs, w1, Inputs, 0, h1, Hidden);
                Blas.Gemm(false, true, Batch, Hidden, Hidden, 1, h1, Hidden, w2, Hidden, 0, h2, Hidden);
                Blas.Gemm(false, true, Batch, Outputs, Hidden, 1, h2, Hidden, w3, Hidden, 0, z, Outputs);
                Blas.Gemm(true, false, Outputs, Hidden, Batch, 1, z, Outputs, h2, Hidden, 0, g3, Hidden);
                Blas.Gemm(false, false, Batch, Hidden, Outputs, 1, z, Outputs, w3, Hidden, 0, h2, Hidden);
                Blas.Gemm(true, false, Hidden, Hidden, Batch, 1, h2, Hidden, h1, Hidden, 0, g2, Hidden);
                Blas.Gemm(false, false, Batch, Hidden, Hidden, 1, h2, Hidden, w2, Hidden, 0, h1, Hidden);
                Blas.Gemm(true, false, Hidden, Inputs, Batch, 1, h1, Hidden, x, Inputs, 0, g1, Inputs);
            }
        }

        public void Dispose()
        {
            foreach (Tensor tensor in memory) tensor.Dispose();
        }

        // The tensor must be held: a pointer does not keep it alive.
        private float* Floats(int count)
        {
            memory.Add(full(count, 0.01f));
            return FlatVector.Pointer(memory[^1]);
        }
    }
}
