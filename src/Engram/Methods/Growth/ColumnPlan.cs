using Engram.Networks;

namespace Engram.Methods.Growth;

/// <summary>
/// Where the parameters of one column lie in its flat vector: those of a plain network of the run's kind first, layer by layer, then
/// those that connect it to earlier columns. Indices are into <see cref="ParameterLayout.Slices"/>.
/// </summary>
internal sealed class ColumnPlan
{
    /// <summary>Plans a column.</summary>
    /// <param name="plain">Layout of a network of the run's kind: weights [outputs, inputs...] and biases in turn.</param>
    /// <param name="earlier">How many columns stand before it.</param>
    /// <param name="kind">How it sees them.</param>
    /// <param name="inputLaterals">Whether the first layer has a linear connection per earlier column too, each from the input itself.</param>
    public ColumnPlan(ParameterLayout plain, int earlier, LateralKind kind, bool inputLaterals)
    {
        PlainCount = plain.Count;
        List<(string Name, long[] Shape)> parameters = [.. plain.Slices.Select(slice => (slice.Name, slice.Shape))];
        Layers = new ColumnLayer[parameters.Count / 2];
        for (int l = 0; l < Layers.Length; l++)
        {
            long[] weight = parameters[2 * l].Shape;
            // A convolution behind the first sees earlier maps of its own size through a window of one pixel.
            long[] lateral = l > 0 && weight.Length == 4 ? [weight[0], weight[1], 1, 1] : weight;
            List<int> linear = [], projections = [];
            int scalars = -1, adapter = -1;
            if (kind == LateralKind.Linear && (l > 0 || inputLaterals))
                for (int j = 0; j < earlier; j++) linear.Add(Add($"lateral{l}.{j}.weight", lateral));
            if (kind == LateralKind.Adapter && l > 0 && earlier > 0)
            {
                long[] below = parameters[2 * (l - 1)].Shape;
                long[] square = below.Length == 4 ? [below[0], below[0], 1, 1] : [below[0], below[0]];
                scalars = Add($"adapter{l}.scalars", [earlier]);
                for (int j = 0; j < earlier; j++) projections.Add(Add($"adapter{l}.{j}.projection", square));
                adapter = Add($"adapter{l}.weight", lateral);
            }
            Layers[l] = new(2 * l, 2 * l + 1, [.. linear], scalars, [.. projections], adapter);
        }
        Layout = new(parameters, output: Layers[^1].Weight);

        int Add(string name, long[] shape)
        {
            parameters.Add((name, shape));
            return parameters.Count - 1;
        }
    }

    /// <summary>All parameters of the column.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>How many of them, the first ones, a plain network has.</summary>
    public long PlainCount { get; }

    /// <summary>From the input to the outputs.</summary>
    public ColumnLayer[] Layers { get; }
}

/// <summary>One layer's slices; -1 and empty where it has none.</summary>
/// <param name="Weight">From the layer below in the same column.</param>
/// <param name="Bias">One per output.</param>
/// <param name="Linear">U_j, one per earlier column.</param>
/// <param name="Scalars">alpha, a number per earlier column.</param>
/// <param name="Projections">V_j, one per earlier column.</param>
/// <param name="Adapter">U.</param>
internal sealed record ColumnLayer(int Weight, int Bias, int[] Linear, int Scalars, int[] Projections, int Adapter);
