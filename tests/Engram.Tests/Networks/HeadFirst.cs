using Engram.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

/// <summary>A network of one hidden layer whose output layer is the first in the flat vector.</summary>
internal sealed class HeadFirst(int hidden, bool zeroOutput = false) : NetworkDefinition
{
    public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs) =>
        new([("head.weight", [outputs, hidden]), ("head.bias", [outputs]), ("body.weight", [hidden, SizeOf(inputShape)]), ("body.bias", [hidden])], output: 0);

    public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
    {
        long inputs = SizeOf(inputShape);
        ModuleNetwork network = new(new Layers(inputs, hidden, outputs), inputShape, outputs, device, moduleInputShape: [inputs], outputWeight: 0);
        InitialParameters.Draw(network, Initialization.Pytorch, zeroOutput, seed);
        return network;
    }

    private static long SizeOf(IReadOnlyList<long> shape) => shape.Aggregate(1L, (product, size) => product * size);

    private sealed class Layers : nn.Module<Tensor, Tensor>
    {
        private readonly Linear head, body;

        public Layers(long inputs, int hidden, int outputs) : base(nameof(HeadFirst))
        {
            (head, body) = (nn.Linear(hidden, outputs), nn.Linear(inputs, hidden));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => head.call(body.call(input).relu());
    }
}
