using Engram.Methods.Growth;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Growth;

public sealed class NetworkColumnTests : IDisposable
{
    private readonly DisposeScope scope;

    public NetworkColumnTests()
    {
        NativeEngine.PrepareThread(1);
        scope = NewDisposeScope();
    }

    public static TheoryData<LateralKind, bool> Kinds => new() { { LateralKind.Adapter, false }, { LateralKind.Linear, false }, { LateralKind.Linear, true } };

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_linear_connection_adds_what_the_earlier_column_says_at_every_layer_but_the_first()
    {
        ParameterLayout plain = Perceptron.LayoutOf([1], [1], 1);
        using DenseColumn first = new(new(plain, 0, LateralKind.Linear, false), [], [1], 1);
        using DenseColumn second = new(new(plain, 1, LateralKind.Linear, false), [first], [1], 1);
        Set(first, 2, 1, 9, 9); // h = relu(2 x + 1)
        Set(second, 3, -1, 0.5f, 0.25f, 10); // relu(3 x - 1), then 0.5 h + 0.25 + 10 h of the first

        Tensor outputs = second.Forward(tensor(new float[] { 1, -1 }).view(2, 1));

        Assert.Equal([(0.5f * 2) + 0.25f + (10 * 3), 0.25f], outputs.data<float>().ToArray());
    }

    [Fact]
    public void A_connection_from_the_input_adds_to_the_first_layer()
    {
        ParameterLayout plain = Perceptron.LayoutOf([1], [1], 1);
        using DenseColumn first = new(new(plain, 0, LateralKind.Linear, true), [], [1], 1);
        using DenseColumn second = new(new(plain, 1, LateralKind.Linear, true), [first], [1], 1);
        Set(first, 2, 1, 9, 9);
        Set(second, 3, -1, 0.5f, 0.25f, 4, 10); // relu(3 x - 1 + 4 x)

        Assert.Equal([(0.5f * 6) + 0.25f + (10 * 3)], second.Forward(ones(1, 1)).data<float>().ToArray());
    }

    [Fact]
    public void An_adapter_adds_one_rectified_projection_of_all_earlier_columns()
    {
        ParameterLayout plain = Perceptron.LayoutOf([1], [1], 1);
        using DenseColumn first = new(new(plain, 0, LateralKind.Adapter, false), [], [1], 1);
        using DenseColumn second = new(new(plain, 1, LateralKind.Adapter, false), [first], [1], 1);
        using DenseColumn third = new(new(plain, 2, LateralKind.Adapter, false), [first, second], [1], 1);
        Set(first, 2, 1, 9, 9); // 3 at x = 1
        Set(second, 1, 1, 9, 9, 9, 9, 9); // 2 at x = 1
        Set(third, 3, -1, 0.5f, 0.25f, 0.1f, 0.2f, 4, -2, 7); // scalars .1 and .2, projections 4 and -2, U = 7

        // relu(.1 * 4 * 3 + .2 * -2 * 2) = .4
        Assert.Equal((0.5f * 2) + 0.25f + (7 * 0.4f), third.Forward(ones(1, 1)).item<float>(), 1e-6f);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_is_that_of_finite_differences(LateralKind kind, bool inputLaterals)
    {
        var (dense, _) = Columns(kind, inputLaterals);
        NetworkColumn column = dense[^1];
        Tensor inputs = Numbers("inputs", 6, 5), weights = Numbers("weights", 6, 3), gradient = zeros_like(column.Parameters);
        column.Forward(inputs);
        column.Backward(weights, gradient);

        float[] found = gradient.data<float>().ToArray();
        for (int i = 0; i < found.Length; i += 1 + (found.Length / 97))
        {
            double numeric = (Value(i, 1e-2f) - Value(i, -1e-2f)) / 2e-2;
            Assert.Equal(numeric, found[i], 2e-2);
        }

        double Value(int index, float move)
        {
            column.Parameters[index] += move;
            double value = (column.Forward(inputs).to(float64) * weights.to(float64)).sum().item<double>();
            column.Parameters[index] -= move;
            return value;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Matrix_products_and_tensor_operations_agree_in_outputs_features_and_gradients(LateralKind kind, bool inputLaterals)
    {
        var (dense, tensors) = Columns(kind, inputLaterals);
        Tensor inputs = Numbers("inputs", 6, 5), slope = Numbers("weights", 6, 3);
        for (int column = 0; column < dense.Count; column++)
        {
            Tensor byHand = zeros_like(dense[column].Parameters), byEngine = zeros_like(byHand);

            AssertClose(tensors[column].Forward(inputs), dense[column].Forward(inputs));
            dense[column].Backward(slope, byHand);
            tensors[column].Backward(slope, byEngine);

            AssertClose(byEngine, byHand);
            AssertClose(tensors[column].Features(inputs), dense[column].Features(inputs));
            AssertClose(tensors[column].Predict(inputs), dense[column].Predict(inputs));
        }
    }

    [Theory]
    [InlineData(LateralKind.Adapter, false)]
    [InlineData(LateralKind.Linear, false)]
    [InlineData(LateralKind.Linear, true)]
    public void Columns_of_convolutions_have_the_gradient_of_finite_differences(LateralKind kind, bool inputLaterals)
    {
        ParameterLayout plain = new Cnn(new() { Channels = [2, 3] }).Layout([1, 12, 12], 3);
        List<TensorColumn> columns = [];
        for (int i = 0; i < 2; i++)
        {
            columns.Add(new(new(plain, i, kind, inputLaterals), [.. columns], [1, 12, 12], [1, 12, 12], 3, CPU));
            Randomize(columns[^1], i);
        }
        Tensor inputs = Numbers("inputs", 4, 144).view(4, 1, 12, 12), weights = Numbers("weights", 4, 3), gradient = zeros_like(columns[1].Parameters);
        columns[1].Forward(inputs);
        columns[1].Backward(weights, gradient);

        // Along the gradient itself, where the value changes most and corners of the rectifiers matter least: the slope is its length.
        double expected = gradient.to(float64).square().sum().sqrt().item<double>();
        Tensor direction = gradient / (float)expected;
        double numeric = (Value(1e-3f) - Value(-1e-3f)) / 2e-3;
        Assert.Equal(expected, numeric, 0.02 * expected);
        foreach (TensorColumn column in columns) column.Dispose();

        double Value(float move)
        {
            using var _ = no_grad();
            columns[1].Parameters.add_(direction, move);
            double value = (columns[1].Forward(inputs).to(float64) * weights.to(float64)).sum().item<double>();
            columns[1].Parameters.sub_(direction * move);
            return value;
        }
    }

    [Theory]
    [InlineData(LateralKind.Linear, 0.01)]
    [InlineData(LateralKind.Linear, 0.3)]
    [InlineData(LateralKind.Adapter, 0.01)]
    [InlineData(LateralKind.Adapter, 0.3)]
    public void A_columns_own_numbers_are_those_of_a_plain_network_and_its_connections_start_as_small_as_asked(LateralKind kind, double scale)
    {
        ParameterLayout plain = Perceptron.LayoutOf([30], [100, 50], 10);
        ColumnPlan plan = new(plain, 40, kind, inputLaterals: false);
        using DenseColumn column = new(plan, [], [30], 10);
        Tensor own = Numbers("own", plain.Count);

        column.Draw(own, new Seed(3).For("laterals"), scale);

        AssertClose(own, column.Parameters.narrow(0, 0, plain.Count));
        Tensor Slice(int slice) => column.Parameters.narrow(0, plan.Layout.Slices[slice].Offset, plan.Layout.Slices[slice].Length);
        foreach (ColumnLayer layer in plan.Layers.Skip(1))
        {
            if (kind == LateralKind.Linear) // normal, of deviation scale
            {
                Tensor all = cat([.. layer.Linear.Select(Slice)]);
                Assert.Equal(0, all.mean().item<float>(), 0.03 * scale);
                Assert.Equal(scale, all.std().item<float>(), 0.03 * scale);
                continue;
            }
            Tensor scalars = Slice(layer.Scalars); // uniform from 0 to 2 scale
            Assert.InRange(scalars.min().item<float>(), 0, 0.2 * scale);
            Assert.InRange(scalars.max().item<float>(), 1.8 * scale, 2 * scale);
            Assert.Equal(scale, scalars.mean().item<float>(), 0.25 * scale);
            double bound = 1 / Math.Sqrt(plan.Layout.Slices[layer.Adapter].Shape[1]); // one over the root of what comes in
            foreach (Tensor weights in layer.Projections.Append(layer.Adapter).Select(Slice))
            {
                Assert.InRange(weights.abs().max().item<float>(), 0.95 * bound, bound);
                Assert.Equal(0, weights.mean().item<float>(), 0.1 * bound);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_frozen_column_answers_with_the_same_bits(LateralKind kind, bool inputLaterals)
    {
        var (dense, _) = Columns(kind, inputLaterals);
        Tensor inputs = Numbers("inputs", 6, 5);
        float[] before = dense[^1].Predict(inputs).data<float>().ToArray();

        foreach (NetworkColumn column in dense) column.Freeze();

        Assert.Equal(before, dense[^1].Predict(inputs).data<float>().ToArray());
        Assert.Equal(before, dense[^1].Predict(inputs).data<float>().ToArray());
    }

    [Fact]
    public void Noise_reaches_the_column_itself_and_those_behind_it()
    {
        var (dense, tensors) = Columns(LateralKind.Linear, false);
        Tensor inputs = Numbers("inputs", 6, 5), noise = Numbers("noise", 6, 4);
        float[] before = dense[1].Predict(inputs).data<float>().ToArray(), own = dense[0].Predict(inputs).data<float>().ToArray();

        dense[0].Disturbance = (0, noise);
        tensors[0].Disturbance = (0, noise);

        Assert.NotEqual(own, dense[0].Predict(inputs).data<float>().ToArray());
        Assert.NotEqual(before, dense[1].Predict(inputs).data<float>().ToArray());
        AssertClose(tensors[1].Predict(inputs), dense[1].Predict(inputs));
        dense[0].Disturbance = null;
        Assert.Equal(before, dense[1].Predict(inputs).data<float>().ToArray());
    }

    [Fact]
    public void Backward_without_a_batch_and_inputs_of_another_shape_are_refused()
    {
        var (dense, _) = Columns(LateralKind.Adapter, false);

        Assert.Throws<InvalidOperationException>(() => dense[0].Backward(ones(1, 3), zeros_like(dense[0].Parameters)));
        Assert.Contains("[batch, 5]", Assert.Throws<ArgumentException>(() => dense[0].Forward(ones(2, 4))).Message);
        Assert.Throws<NotSupportedException>(() => dense[0].AccumulateSampleGradients(ones(1, 3), SamplePower.Square, dense[0].Parameters));
        Assert.Throws<InvalidOperationException>(() => dense[0].InputGradient);
    }

    [Fact]
    public void Noise_in_the_second_hidden_layer_is_added_behind_the_first()
    {
        var (dense, tensors) = Columns(LateralKind.Adapter, false);
        Tensor inputs = Numbers("inputs", 6, 5), noise = Numbers("noise", 6, 4);
        dense[2].Predict(inputs);
        float[] first = dense[2].Hidden(0).data<float>().ToArray(), second = dense[2].Hidden(1).data<float>().ToArray();

        foreach (NetworkColumn column in new NetworkColumn[] { dense[2], tensors[2] })
        {
            column.Disturbance = (1, noise);
            column.Predict(inputs);
            Assert.Equal(first, column.Hidden(0).data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-5f);
            Assert.Equal(second.Zip(noise.data<float>(), (value, added) => value + added), column.Hidden(1).data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-5f);
        }
    }

    [Fact]
    public void Batches_of_any_size_and_place_in_memory_have_the_same_gradient()
    {
        foreach (NetworkColumn column in Both(LateralKind.Adapter))
        {
            Tensor expected = Gradient(column, 6, misaligned: false);
            Gradient(column, 2, misaligned: false);
            Gradient(column, 9, misaligned: true);

            Assert.Equal(expected.data<float>().ToArray(), Gradient(column, 6, misaligned: true).data<float>().ToArray());
        }

        Tensor Gradient(NetworkColumn column, long batch, bool misaligned)
        {
            Tensor inputs = Placed(Numbers("inputs", batch, 5)), slope = Placed(Numbers("slope", batch, 3)), gradient = full(column.Parameters.numel(), float.NaN);
            column.Forward(inputs);
            column.Backward(slope, gradient);
            return gradient;

            Tensor Placed(Tensor numbers) => misaligned ? cat([zeros(1), numbers.flatten()])[1..].view(numbers.shape) : numbers;
        }
    }

    [Fact]
    public void A_column_without_hidden_layers_has_its_inputs_as_features()
    {
        using DenseColumn column = new(new(Perceptron.LayoutOf([5], [], 3), 0, LateralKind.Linear, false), [], [5], 3);
        Tensor inputs = Numbers("inputs", 6, 5);

        Assert.True(column.Features(inputs).eq(inputs).all().item<bool>());
        Assert.Equal(0, column.HiddenLayers);
    }

    [Fact]
    public void Inputs_that_a_caller_frees_are_there_until_the_gradient_is_found()
    {
        foreach (NetworkColumn column in Both(LateralKind.Linear))
        {
            Tensor expected = zeros_like(column.Parameters), found = zeros_like(expected), slope = Numbers("slope", 6, 3);
            column.Forward(Numbers("inputs", 6, 5));
            column.Backward(slope, expected);

            using (NewDisposeScope()) column.Forward(Numbers("inputs", 6, 5));
            for (int other = 0; other < 20; other++) ones(6, 5).Dispose(); // takes the place of what was freed
            column.Backward(slope, found);

            Assert.True(expected.eq(found).all().item<bool>());
        }
    }

    [Fact]
    public void A_gradient_belongs_to_the_last_batch_that_went_forward()
    {
        foreach (NetworkColumn[] columns in new NetworkColumn[][] { [.. Columns(LateralKind.Linear, true).Dense], [.. Columns(LateralKind.Linear, true).Tensors] })
        {
            NetworkColumn first = columns[0], last = columns[2];
            Tensor inputs = Numbers("inputs", 6, 5), slope = Numbers("slope", 6, 3), gradient = zeros_like(last.Parameters), twice = zeros_like(gradient), own = zeros_like(first.Parameters);
            last.Forward(inputs);
            last.Backward(slope, gradient);
            last.Backward(slope, twice);

            Assert.True(gradient.eq(twice).all().item<bool>());
            Assert.Throws<ArgumentException>(() => last.Backward(Numbers("slope", 5, 3), gradient));
            Assert.Throws<ArgumentException>(() => last.Backward(slope, zeros(7)));
            last.Features(inputs);
            Assert.Throws<InvalidOperationException>(() => last.Backward(slope, gradient)); // it did not go forward to the outputs
            first.Forward(inputs);
            last.Forward(inputs);
            Assert.Throws<InvalidOperationException>(() => first.Backward(slope, own)); // it has run for the other since
        }
    }

    [Fact]
    public void What_a_column_says_without_learning_has_no_graph()
    {
        TensorColumn column = Columns(LateralKind.Adapter, false).Tensors[2];
        Tensor inputs = Numbers("inputs", 6, 5);

        Assert.False(column.Predict(inputs).requires_grad);
        Assert.False(column.Features(inputs).requires_grad);
        Assert.False(column.Forward(inputs).requires_grad);
        Assert.Throws<ArgumentException>(() => column.Predict(ones(2, 4)));
        Assert.Throws<ArgumentException>(() => column.Forward(ones(2, 4)));
    }

    [Theory]
    [InlineData(LateralKind.Adapter)]
    [InlineData(LateralKind.Linear)]
    public void Columns_leave_no_tensor_behind(LateralKind kind) => Leaks.AssertNone(() =>
    {
        using var inner = NewDisposeScope();
        var (dense, tensors) = Columns(kind, false);
        foreach (NetworkColumn[] columns in new NetworkColumn[][] { [.. dense], [.. tensors] })
        {
            for (int batch = 3; batch < 6; batch++)
            {
                Tensor inputs = Numbers("inputs", batch, 5);
                columns[2].Forward(inputs);
                columns[2].Backward(Numbers("slope", batch, 3), zeros_like(columns[2].Parameters));
                columns[2].Predict(inputs);
                columns[2].Features(inputs);
            }
            foreach (NetworkColumn column in columns) column.Dispose();
        }
    });

    // The last of three columns of both kinds.
    private static NetworkColumn[] Both(LateralKind kind)
    {
        var (dense, tensors) = Columns(kind, false);
        return [dense[2], tensors[2]];
    }

    // Three columns 5-4-4-3, twice with the same numbers.
    private static (List<DenseColumn> Dense, List<TensorColumn> Tensors) Columns(LateralKind kind, bool inputLaterals)
    {
        ParameterLayout plain = Perceptron.LayoutOf([5], [4, 4], 3);
        List<DenseColumn> dense = [];
        List<TensorColumn> tensors = [];
        for (int i = 0; i < 3; i++)
        {
            ColumnPlan plan = new(plain, i, kind, inputLaterals);
            dense.Add(new(plan, [.. dense], [5], 3));
            tensors.Add(new(plan, [.. tensors], [5], [5], 3, CPU));
            Randomize(dense[^1], i);
            tensors[^1].Parameters.copy_(dense[^1].Parameters);
        }
        return (dense, tensors);
    }

    private static void Randomize(NetworkColumn column, int index) => column.Parameters.copy_(Numbers($"column{index}", column.Parameters.numel()).mul_(0.5f));

    private static void Set(NetworkColumn column, params float[] numbers) => column.Parameters.copy_(tensor(numbers));

    private static Tensor Numbers(string name, params long[] shape)
    {
        float[] numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        new Seed(5).For(name).FillGaussian(numbers);
        return tensor(numbers).view(shape).clone();
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((expected - actual).abs().max().item<float>() < 1e-4f, $"they differ by {(expected - actual).abs().max().item<float>()}");
    }
}
