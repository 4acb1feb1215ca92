using Engram.Answering;
using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class AutoencoderClassifierTests : IDisposable
{
    private static readonly double[] Strengths = [1e4, 1, 0.1];
    private readonly DisposeScope scope = NewDisposeScope();

    public AutoencoderClassifierTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    public static TheoryData<int[]> Widths => [new[] { 6 }, new[] { 7, 4 }, new[] { 8, 6, 5 }];

    [Theory, MemberData(nameof(Widths))]
    public void Loss_and_gradient_are_those_of_the_engine(int[] hidden)
    {
        using AutoencoderClassifier network = Make(hidden);
        Tensor inputs = Batches.Random(new(2), 5, 9).sigmoid(), targets = tensor(new long[] { 0, 2, 1, 1, 0 });
        Tensor leaf = network.Parameters.clone().requires_grad_(true);
        var (logits, reconstruction) = Slow(leaf, inputs, hidden);
        Tensor slope = autograd.grad([nn.functional.cross_entropy(logits, targets) + reconstruction], [leaf])[0];

        Tensor found = network.Forward(inputs).clone(), loss = network.ReconstructionLoss(), gradient = full(network.Layout.Count, float.NaN);
        network.Backward(Objective.CrossEntropy(found, targets).Gradient, gradient);

        Batches.AssertClose(logits.detach(), found, 1e-5);
        Batches.AssertClose(reconstruction.detach().reshape(1), loss, 1e-5);
        Batches.AssertClose(slope, gradient, 1e-5);
        Batches.AssertClose(found, network.Predict(inputs), 1e-6);
    }

    [Fact]
    public void Gradient_is_the_slope_measured_by_finite_differences()
    {
        using AutoencoderClassifier network = Make([7, 4], 10, 2, 0.5);
        Tensor inputs = Batches.Random(new(2), 5, 9).sigmoid(), gradient = zeros_like(network.Parameters);
        network.Forward(inputs);
        network.Backward(zeros(5, 3), gradient); // of the reconstruction alone
        float[] slopes = gradient.data<float>().ToArray();

        List<double> differences = [];
        for (int i = 0; i < slopes.Length; i += 3)
        {
            float old = network.Parameters[i].item<float>();
            double At(float value)
            {
                network.Parameters[i] = value;
                network.Forward(inputs);
                return network.ReconstructionLoss().to(float64).item<double>();
            }
            differences.Add(Math.Abs((At(old + 1e-2f) - At(old - 1e-2f)) / 2e-2 - slopes[i]));
            network.Parameters[i] = old;
        }

        Assert.Contains(slopes, slope => slope != 0);
        Assert.True(differences.Order().ElementAt(differences.Count * 9 / 10) < 5e-3 * slopes.Max(Math.Abs)); // where a unit switches inside the step, the slope has a kink
    }

    [Fact]
    public void Reconstruction_is_weighted_layer_by_layer()
    {
        // One input 1, h_1 = elu(2 x) = 2, h_2 = elu(3 h_1) = 6; back h'_1 = elu(0.25 h_2) = 1.5, h'_0 = 0.4 h'_1 = 0.6.
        using Network start = new Mlp(new() { Hidden = [1, 1] }).Create([1], 1, new(1), CPU);
        using AutoencoderClassifier network = new(start, [1, 1], Strengths, new(1));
        network.Parameters.copy_(tensor(new float[] { 2, 0, 3, 0, 5, 1, 0.25f, 0, 0.4f, 0 }));

        float logit = network.Forward(ones(1, 1)).item<float>(), loss = network.ReconstructionLoss().item<float>();

        Assert.Equal(31, logit); // 5 x 6 + 1
        Assert.Equal(1e4 * .16 + .25, loss, 1e-3); // 1e4 (1 - 0.6)^2 + 1 (2 - 1.5)^2 + 0.1 x 0: the decoder begins at h_2 itself
        Assert.Equal(0.6f, network.Decode(full([1, 1], 6f)).item<float>(), 1e-6f);
        Assert.Equal(6, network.Features(ones(1, 1)).item<float>());
        Assert.Equal((6L, 10L), (network.ClassifierParameterCount, network.Layout.Count));
    }

    [Fact]
    public void It_begins_with_the_classifier_it_was_made_from()
    {
        using Network start = new Mlp(new() { Hidden = [7, 4] }).Create([9], 3, new(4), CPU);
        using AutoencoderClassifier network = new(start, [7, 4], Strengths, new(1));

        Batches.AssertClose(start.Parameters, network.Parameters.narrow(0, 0, start.Layout.Count), 0);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias", "decoder.0.weight", "decoder.0.bias", "decoder.2.weight", "decoder.2.bias"], network.Layout.Slices.Select(slice => slice.Name));
        Assert.Contains("hidden layers [5]", Assert.Throws<ArgumentException>(() => new AutoencoderClassifier(start, [5], Strengths, new(1))).Message);
    }

    [Fact]
    public void The_decoder_begins_as_a_network_of_the_mirrored_widths_drawn_from_its_seed()
    {
        using AutoencoderClassifier network = Make([8, 6, 5]);
        using Network mirror = new Mlp(new() { Hidden = [6, 8] }).Create([5], 9, new(5), CPU);

        Batches.AssertClose(mirror.Parameters, network.Parameters.narrow(0, network.ClassifierParameterCount, mirror.Parameters.numel()), 0);
        Assert.Equal(network.Layout.Count, network.ClassifierParameterCount + mirror.Parameters.numel());
    }

    [Fact]
    public void Decoding_the_code_of_an_input_gives_its_reconstruction()
    {
        using AutoencoderClassifier network = Make([8, 6, 5], 1, 0); // the reconstruction's loss is that of the inputs alone
        network.Parameters.mul_(4);
        Tensor inputs = Batches.Random(new(2), 7, 9);

        Tensor drawn = network.Decode(network.Features(inputs));
        network.Forward(inputs);

        Assert.Equal((drawn - inputs).square().mean().item<float>(), network.ReconstructionLoss().item<float>(), 1e-5f);
        Assert.True(drawn.lt(-1).any().item<bool>(), "the last layer is linear and may go below -1");
    }

    [Fact]
    public void Each_question_is_answered_for_its_own_inputs()
    {
        using AutoencoderClassifier network = Make([8, 5]);
        Tensor first = Batches.Random(new(2), 4, 9), second = Batches.Random(new(3), 6, 9), logits = network.Forward(second).clone();
        Tensor code = network.Features(second).clone();
        network.Forward(first);

        Batches.AssertClose(logits, network.Predict(second), 1e-6);
        network.Forward(first);
        Batches.AssertClose(code, network.Features(second), 1e-6);
    }

    [Fact]
    public void A_gradient_needs_a_batch_that_went_forward_and_tensors_that_fit()
    {
        using AutoencoderClassifier network = Make([8, 5]);
        Tensor gradient = zeros_like(network.Parameters);

        Assert.ThrowsAny<Exception>(() => network.Backward(zeros(4, 3), gradient)); // nothing went forward
        network.Forward(Batches.Random(new(2), 4, 9));
        Assert.Throws<ArgumentException>(() => network.Backward(zeros(5, 3), gradient));
        Assert.Throws<ArgumentException>(() => network.Backward(zeros(2, 4, 3), gradient));
        Assert.Throws<ArgumentException>(() => network.Backward(zeros(4, 3), zeros(7)));
    }

    [Fact]
    public void What_it_does_not_give_is_refused()
    {
        using AutoencoderClassifier network = Make([8, 5]);
        using Network start = new Mlp(new() { Hidden = [] }).Create([9], 3, new(4), CPU);
        network.Forward(Batches.Random(new(2), 4, 9));

        Assert.Throws<InvalidOperationException>(() => network.InputGradient);
        Assert.Throws<NotSupportedException>(() => network.AccumulateSampleGradients(zeros(4, 3), SamplePower.Square, zeros_like(network.Parameters)));
        Assert.Throws<NotSupportedException>(() => network.AccumulateCoactivity(zeros(4, 3), zeros_like(network.Parameters)));
        Assert.Contains("at least one", Assert.Throws<ArgumentException>(() => new AutoencoderClassifier(start, [], Strengths, new(1))).Message);
        Assert.Throws<ArgumentException>(() => network.Forward(zeros(4, 8)));
    }

    [Fact]
    public void It_leaves_no_tensor_behind() => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        using AutoencoderClassifier network = Make([8, 6, 5]);
        for (int batch = 3; batch < 6; batch++)
        {
            Tensor inputs = Batches.Random(new(2), batch, 9);
            network.Forward(inputs);
            network.ReconstructionLoss();
            network.Backward(zeros(batch, 3), zeros_like(network.Parameters));
            network.Predict(inputs);
            network.Decode(network.Features(inputs));
        }
    });

    private static AutoencoderClassifier Make(int[] hidden, params double[] strengths)
    {
        using Network start = new Mlp(new() { Hidden = hidden }).Create([9], 3, new(4), CPU);
        return new(start, hidden, strengths.Length == 0 ? Strengths : strengths, new(5));
    }

    // The definition, written down without regard to speed.
    private static (Tensor Logits, Tensor Reconstruction) Slow(Tensor flat, Tensor inputs, int[] hidden)
    {
        long offset = 0;
        Tensor Layer(Tensor x, long outputs)
        {
            long count = outputs * x.size(1);
            Tensor value = nn.functional.linear(x, flat.narrow(0, offset, count).view(outputs, x.size(1)), flat.narrow(0, offset + count, outputs));
            offset += count + outputs;
            return value;
        }
        List<Tensor> codes = [inputs];
        foreach (int width in hidden) codes.Add(nn.functional.elu(Layer(codes[^1], width), 1));
        Tensor logits = Layer(codes[^1], 3), drawn = codes[^1], sum = zeros(1);
        for (int j = hidden.Length - 1; j >= 0; j--)
        {
            drawn = Layer(drawn, codes[j].size(1));
            if (j > 0) drawn = nn.functional.elu(drawn, 1);
            sum = sum + Strengths[j] * (codes[j] - drawn).square().mean();
        }
        return (logits, sum);
    }
}
