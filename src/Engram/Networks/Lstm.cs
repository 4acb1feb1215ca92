using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Networks;

/// <summary>Long short-term memory: one layer of <see cref="LstmCell"/>s and a dense layer on the hidden state after the last step.</summary>
/// <remarks>
/// The bias of the forget gate starts at <see cref="Options.ForgetBias"/>, 1 by default, so that a new network remembers (Gers et al. 2000;
/// Jozefowicz et al. 2015): that of <c>bias_ih</c> is the setting, that of <c>bias_hh</c> is 0. PyTorch's own layer starts near 0.
/// </remarks>
[Network("lstm", Summary = "long short-term memory over sequences, or over the rows of an image", Family = "recurrent", Paper = "Hochreiter and Schmidhuber 1997")]
public sealed class Lstm(Lstm.Options options) : Recurrent(new LstmCell(), options.Units, options.ZeroOutput)
{
    /// <summary>The settings it was made with.</summary>
    public Options Settings { get; } = options;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths => [Settings.Units];

    /// <inheritdoc/>
    public override NetworkDefinition WithWidths(IReadOnlyList<int> widths) => widths.Count == 1 ? new Lstm(Settings with { Units = widths[0] }) : base.WithWidths(widths);

    private protected override void Adjust(ParameterLayout layout, Span<float> numbers)
    {
        int units = Settings.Units, forget = LstmCell.ForgetGate * units;
        numbers.Slice((int)layout.Slices[RecurrentNetwork.InputBias].Offset + forget, units).Fill((float)Settings.ForgetBias);
        numbers.Slice((int)layout.Slices[RecurrentNetwork.HiddenBias].Offset + forget, units).Clear();
    }

    /// <summary>What can be set.</summary>
    public sealed record Options
    {
        /// <summary>Units of the recurrent layer, 1 to 65536.</summary>
        [Description("units of the recurrent layer"), Range(1, MaximumWidth)]
        public int Units { get; init; } = 128;

        /// <summary>What the bias of the forget gate starts at.</summary>
        [Description("what the bias of the forget gate starts at"), Range(-100.0, 100.0)]
        public double ForgetBias { get; init; } = 1;

        /// <summary>The output layer starts at zero, so that an untrained network gives every class the same probability.</summary>
        [Description("the output layer starts at zero")]
        public bool ZeroOutput { get; init; }
    }
}
