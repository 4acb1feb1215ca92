using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>A recurrent layer of TorchSharp as a layer of a <see cref="LayerChain"/>: sequences in, the hidden state after the last step out.</summary>
internal sealed class LastHidden : nn.Module<Tensor, Tensor>
{
    private readonly RecurrentCell cell;
    private readonly Func<Tensor, Tensor> run;

    public LastHidden(RecurrentCell cell, long features, int units) : base(nameof(LastHidden))
    {
        this.cell = cell;
        (nn.Module layer, run) = cell.CreateModule(features, units);
        register_module(cell.Name, layer);
    }

    public override Tensor forward(Tensor input) => run(input);

    /// <summary>Writes the layer down as operations.</summary>
    /// <param name="graph">Gets them.</param>
    /// <param name="sequences">[n, steps, features].</param>
    /// <returns>[n, units].</returns>
    public GraphValue Describe(Graph graph, GraphValue sequences) => cell.Describe(graph, sequences, [.. parameters()]);
}
