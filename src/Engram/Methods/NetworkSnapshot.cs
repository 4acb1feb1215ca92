using Engram.Networks;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>The network that learns as it was at an earlier moment, for methods that ask it again later. It never changes by learning.</summary>
public sealed class NetworkSnapshot : IDisposable
{
    private Network? network;
    private NetworkDefinition? definition;

    /// <summary>The network of that moment; null before the first <see cref="Take"/>. Ask it with <see cref="Network.Predict"/> only.</summary>
    public Network? Network => network;

    /// <summary>Bytes of its parameters.</summary>
    public long StoredBytes => network is null ? 0 : network.Layout.Count * sizeof(float);

    /// <summary>Keeps a copy of the model's network as it is now, in place of the last one.</summary>
    public void Take(Model model)
    {
        Fit(model, model.Definition.Widths);
        Copy(model.Network, network!);
    }

    /// <summary>Makes one network equal to another of its kind.</summary>
    internal static void Copy(Network from, Network to)
    {
        using (no_grad()) to.Parameters.copy_(from.Parameters);
        from.CopyStateInto(to);
    }

    /// <summary>Declares the copy.</summary>
    public void Visit(StateBag state, Model model)
    {
        bool taken = network is not null;
        state.Value("taken", ref taken);
        if (state.IsRestoring && !taken) Dispose();
        if (!taken) return;
        int[] widths = [.. definition?.Widths ?? []]; // the model's may have grown since
        state.Value("widths", ref widths, least: 1, most: NetworkDefinition.MaximumWidth);
        if (state.IsRestoring)
        {
            state.RequireRoomFor(model.ParameterCount(model.Definition.WithWidths(widths)), "widths");
            Fit(model, widths);
        }
        state.Contents("parameters", network!.Parameters);
        network.Visit(state.Part("network"));
    }

    /// <summary>Frees the copy.</summary>
    public void Dispose()
    {
        network?.Dispose();
        (network, definition) = (null, null);
    }

    // Makes the copy's network where there is none of that size.
    private void Fit(Model model, IReadOnlyList<int> widths)
    {
        if (network is not null && network.OutputCount == model.OutputCount && widths.SequenceEqual(definition!.Widths)) return;
        Dispose();
        definition = model.Definition.WithWidths(widths);
        network = model.NewNetwork(definition);
    }
}
