using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Networks;

/// <summary>Gated recurrent units: one layer of <see cref="GruCell"/>s and a dense layer on the hidden state after the last step.</summary>
[Network("gru", Summary = "gated recurrent units over sequences, or over the rows of an image", Family = "recurrent", Paper = "Cho et al. 2014, arXiv 1406.1078")]
public sealed class Gru(Gru.Options options) : Recurrent(new GruCell(), options.Units, options.ZeroOutput)
{
    /// <summary>The settings it was made with.</summary>
    public Options Settings { get; } = options;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths => [Settings.Units];

    /// <inheritdoc/>
    public override NetworkDefinition WithWidths(IReadOnlyList<int> widths) => widths.Count == 1 ? new Gru(Settings with { Units = widths[0] }) : base.WithWidths(widths);

    /// <summary>What can be set.</summary>
    public sealed record Options
    {
        /// <summary>Units of the recurrent layer, 1 to 65536.</summary>
        [Description("units of the recurrent layer"), Range(1, MaximumWidth)]
        public int Units { get; init; } = 128;

        /// <summary>The output layer starts at zero, so that an untrained network gives every class the same probability.</summary>
        [Description("the output layer starts at zero")]
        public bool ZeroOutput { get; init; }
    }
}
