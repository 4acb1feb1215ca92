using System.Text.Json;
using CsCheck;
using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class AccuracyMatrixTests
{
    [Fact]
    public void Rows_count_from_the_untrained_network_and_tasks_from_one()
    {
        AccuracyMatrix matrix = new(["a", "b"]);

        matrix.AddRow([.1, .2]);
        matrix.AddRow([.9, .3]);

        Assert.Equal(.2, matrix[0, 2]);
        Assert.Equal(.9, matrix[1, 1]);
        Assert.False(matrix.IsComplete);
        Assert.Equal(2, matrix.RowCount);
    }

    [Fact]
    public void Csv_has_a_labelled_row_for_the_untrained_network() =>
        Assert.Equal("after task,one,\"two, noisy\"\n0 (untrained),0.1,0.25\n1,0.9,0.2\n2,0.8,1\n",
            new AccuracyMatrix(["one", "two, noisy"], [[.1, .25], [.9, .2], [.8, 1]]).ToCsv());

    [Fact]
    public void Csv_round_trip_is_exact() =>
        (from tasks in Gen.Int[1, 6]
         from names in Gen.String[Gen.Char["abz \",;\n\r'é-0"], 1, 6].Array[tasks]
         from rows in Gen.Double[0, 1].Array[tasks].Array[0, tasks + 1]
         select new AccuracyMatrix(names, rows)).Sample(matrix =>
    {
        AccuracyMatrix back = AccuracyMatrix.FromCsv(matrix.ToCsv());

        Assert.Equal(matrix.Tasks, back.Tasks);
        Assert.Equal(matrix.ToRows(), back.ToRows());
    }, iter: 300);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.PositiveInfinity)]
    public void Value_that_is_no_fraction_is_refused_with_its_place(double value)
    {
        AccuracyMatrix matrix = new(["zebra", "horse"], [[.1, .2]]);

        string message = Assert.Throws<ArgumentException>(() => matrix.AddRow([.5, value])).Message;

        Assert.Contains($"Row 1, column 2 ('horse') of the accuracy matrix is {value}; expected a fraction from 0 to 1.", message);
    }

    [Fact]
    public void Row_of_another_length_is_refused() =>
        Assert.Contains("Row 0 of the accuracy matrix has 3 values; expected 2", Assert.Throws<ArgumentException>(() => new AccuracyMatrix(["a", "b"], [[.1, .2, .3]])).Message);

    [Fact]
    public void In_json_it_is_its_rows_and_tasks_are_numbered_until_they_are_named()
    {
        string json = JsonSerializer.Serialize(new AccuracyMatrix(["zebra", "horse"], [[.1, .25], [.9, .2], [.8, 1]]));

        AccuracyMatrix back = JsonSerializer.Deserialize<AccuracyMatrix>(json)!;

        Assert.Equal("[[0.1,0.25],[0.9,0.2],[0.8,1]]", json);
        Assert.Equal([[.1, .25], [.9, .2], [.8, 1]], back.ToRows());
        Assert.Equal(["1", "2"], back.Tasks);
        Assert.Equal(["zebra", "horse"], back.Named(["zebra", "horse"]).Tasks);
        foreach (string wrong in new[] { "[]", "[[0.1]]", "[[0.1],[2]]", "[[0.1],null]", "[[0.1,0.2],[0.9,0.2]]" })
            Assert.Contains("matrix must have a row of fractions", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AccuracyMatrix>(wrong)).Message);
    }

    [Fact]
    public void Complete_matrix_takes_no_other_row() =>
        Assert.Contains("already has its 2 rows", Assert.Throws<InvalidOperationException>(() => new AccuracyMatrix(["a"], [[.1], [.9], [.9]])).Message);

    [Fact]
    public void Matrix_does_not_change_with_the_array_it_was_made_from()
    {
        double[] row = [.1, .2];
        AccuracyMatrix matrix = new(["a", "b"], [row]);

        row[0] = .7;
        matrix.ToRows()[0][1] = .7;

        Assert.Equal([.1, .2], matrix.ToRows()[0]);
    }

    [Fact]
    public void A_matrix_without_tasks_is_refused() => Assert.Contains("at least one task", Assert.Throws<ArgumentException>(() => new AccuracyMatrix([])).Message);

    [Theory]
    [InlineData("after task,\"a\"\"\"\n0 (untrained),0.5", "a\"")] // a quote at the end of a name, and no line break at the end of the file
    [InlineData("after task,\"a,\nb\"\r\n\r\n0 (untrained),\"0.5\"", "a,\nb")]
    [InlineData("after task,\n0 (untrained),0.5\n", "")]
    public void Csv_of_other_programs_is_read(string csv, string name)
    {
        AccuracyMatrix matrix = AccuracyMatrix.FromCsv(csv);

        Assert.Equal([name], matrix.Tasks);
        Assert.Equal([[0.5]], matrix.ToRows());
    }

    [Theory]
    [InlineData("", "line 1 starts with ''")]
    [InlineData("task,a\n", "line 1 starts with 'task'")]
    [InlineData("after task\n", "line 1 starts with 'after task'")]
    [InlineData("after task,a\n1,0.5\n", "line 2 is labelled '1'; expected '0 (untrained)'")]
    [InlineData("after task,a\n0 (untrained),x\n", "line 2 has 'x' for task 1")]
    [InlineData("after task,a\n0 (untrained),0.5,0.5\n", "Row 0 of the accuracy matrix has 2 values; expected 1")]
    [InlineData("after task,a\n0 (untrained),1.5\n", "Row 0, column 1 ('a') of the accuracy matrix is 1.5")]
    [InlineData("after task,a\n0 (untrained),0\n1,0\n2,0\n", "line 4 is one too many; 1 tasks have 2 rows")]
    [InlineData("after task,\"a\n0 (untrained),0\n", "never closed")]
    public void Malformed_csv_says_where_and_what(string csv, string expected)
    {
        EngramException error = Assert.Throws<EngramException>(() => AccuracyMatrix.FromCsv(csv, "runs/x/matrix.csv"));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith("runs/x/matrix.csv: ", error.Message);
        Assert.Contains(expected, error.Message);
    }
}
