using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>What a user would write with TorchSharp: Sequential, cross_entropy, backward, optim.Adam, all data as floats in memory.</summary>
internal sealed class TorchLoop : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor images, labels, order;
    private readonly int batch, steps;
    private int step;

    public TorchLoop(Setup data, int[] widths, int batch, int steps)
    {
        (this.batch, this.steps) = (batch, steps);
        List<nn.Module<Tensor, Tensor>> layers = [];
        for (int l = 0; l < widths.Length - 1; l++)
        {
            if (l > 0) layers.Add(nn.ReLU());
            layers.Add(nn.Linear(widths[l], widths[l + 1]));
        }
        network = nn.Sequential([.. layers]);
        optimizer = optim.Adam(network.parameters(), 1e-3);
        Streams.Samples samples = data.Stream.Tasks[0].Train;
        float[] pixels = new float[samples.Count * widths[0]];
        for (int i = 0; i < samples.Count; i++) samples.Read(i, pixels.AsSpan(i * widths[0], widths[0]));
        images = tensor(pixels).view(-1, widths[0]).clone();
        labels = tensor([.. Enumerable.Range(0, samples.Count).Select(i => (long)samples.Target(i))]);
        order = randperm(samples.Count);
    }

    public void Run()
    {
        for (int i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            Tensor drawn = order.narrow(0, step++ % (order.size(0) / batch) * batch, batch);
            optimizer.zero_grad();
            nn.functional.cross_entropy(network.forward(images.index_select(0, drawn)), labels.index_select(0, drawn)).backward();
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
