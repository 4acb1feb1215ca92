using Engram.Methods.Growth;
using Engram.Networks;

namespace Engram.Tests.Methods.Growth;

public sealed class ColumnPlanTests
{
    public ColumnPlanTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void Ten_linear_columns_of_784_100_100_10_have_896_thousand_parameters_and_495_thousand_connections()
    {
        ParameterLayout plain = Perceptron.LayoutOf([784], [100, 100], 10);

        ColumnPlan[] plans = [.. Enumerable.Range(0, 10).Select(column => new ColumnPlan(plain, column, LateralKind.Linear, inputLaterals: false))];

        Assert.Equal(10 * (78_400 + 10_000 + 1_000 + 210), plans.Sum(plan => plan.PlainCount));
        Assert.Equal(45 * 11_000, plans.Sum(plan => plan.Layout.Count - plan.PlainCount));
    }

    [Fact]
    public void Connections_from_the_input_add_a_first_layer_per_earlier_column()
    {
        ColumnPlan plan = new(Perceptron.LayoutOf([784], [100, 100], 10), 3, LateralKind.Linear, inputLaterals: true);

        Assert.Equal(3 * (78_400 + 10_000 + 1_000), plan.Layout.Count - plan.PlainCount);
    }

    [Fact]
    public void An_adapter_has_a_projection_and_a_scalar_per_earlier_column_and_one_matrix()
    {
        ColumnPlan plan = new(Perceptron.LayoutOf([784], [100, 50], 10), 3, LateralKind.Adapter, inputLaterals: false);

        Assert.Equal((3 * 100 * 100) + (50 * 100) + 3 + (3 * 50 * 50) + (10 * 50) + 3, plan.Layout.Count - plan.PlainCount);
    }

    [Fact]
    public void Convolutions_are_connected_through_one_pixel_and_the_dense_layer_through_the_flattened_maps()
    {
        ParameterLayout plain = new Cnn(new() { Channels = [2, 3] }).Layout([1, 12, 12], 5); // maps of 4x4, 48 features

        ColumnPlan linear = new(plain, 2, LateralKind.Linear, false), adapter = new(plain, 2, LateralKind.Adapter, false);

        Assert.Equal((2 * 3 * 2) + (2 * 5 * 48), linear.Layout.Count - linear.PlainCount);
        Assert.Equal((2 * 2 * 2) + (3 * 2) + 2 + (2 * 3 * 3) + (5 * 48) + 2, adapter.Layout.Count - adapter.PlainCount);
    }
}
