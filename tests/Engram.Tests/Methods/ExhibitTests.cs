using Engram.Methods;

namespace Engram.Tests.Methods;

public sealed class ExhibitTests
{
    [Fact]
    public void Pixels_are_as_many_images_as_fit() => Assert.Equal(3, new ExhibitImages("dots", 2, 5, new byte[30]).Count);

    [Fact]
    public void A_table_with_a_fraction_or_nothing_for_each_row_and_column_is_whole() => Assert.True(ExhibitTable.IsWhole(Table([[0, 1, null], [.5, .25, .25]])));

    [Fact]
    public void A_table_without_one_is_told()
    {
        double?[]?[][] broken =
        [
            [[0, 1, 0]], // a row too few
            [[0, 1, 0], [0, 1, 0], [0, 1, 0]],
            [[0, 1, 0], [0, 1]],
            [[0, 1, 0], null],
            [[0, 1, 0], [0, 1, 1.01]],
            [[0, 1, 0], [-.01, 1, 0]],
            [[0, 1, 0], [0, 1, double.NaN]],
        ];

        Assert.All(broken, values => Assert.False(ExhibitTable.IsWhole(Table(values!))));
    }

    [Fact]
    public void Nor_is_one_that_lost_a_name_or_is_none()
    {
        Assert.False(ExhibitTable.IsWhole(null));
        Assert.False(ExhibitTable.IsWhole(Table([[0, 1, 0], [0, 1, 0]]) with { Rows = ["a", null!] }));
        Assert.False(ExhibitTable.IsWhole(Table([[0, 1, 0], [0, 1, 0]]) with { Columns = ["x", null!, "z"] }));
    }

    private static ExhibitTable Table(double?[][] values) => new("shares", "of", ["a", "b"], "went to", ["x", "y", "z"], values, "");
}
