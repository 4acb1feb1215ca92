using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engram.Evaluation;

/// <summary>
/// Test accuracies of one run as fractions: row 0 is the untrained network, row i comes after task i, one column per task. Rows are
/// added in order and never change afterwards. Rows and tasks are addressed as in the papers' R[i, j]: tasks count from 1.
/// </summary>
/// <remarks>In JSON it is its rows; the names of the tasks stand beside it.</remarks>
[JsonConverter(typeof(RowsForm))]
public sealed class AccuracyMatrix
{
    private const string CornerLabel = "after task";
    private const string UntrainedLabel = "0 (untrained)";
    private readonly string[] tasks;
    private readonly List<double[]> rows = [];

    /// <summary>A matrix without rows.</summary>
    /// <param name="tasks">One name per task, in the order of learning.</param>
    /// <exception cref="ArgumentException">There is no task.</exception>
    public AccuracyMatrix(IEnumerable<string> tasks)
    {
        this.tasks = [.. tasks];
        if (this.tasks.Length == 0) throw new ArgumentException("An accuracy matrix needs at least one task.", nameof(tasks));
    }

    /// <summary>A matrix with the given rows, from the untrained network on; they are copied and may be fewer than T + 1.</summary>
    /// <param name="tasks">One name per task, in the order of learning.</param>
    /// <param name="rows">At most T + 1 rows of T fractions.</param>
    /// <exception cref="ArgumentException">There is no task, there are too many rows, or a row does not fit.</exception>
    public AccuracyMatrix(IEnumerable<string> tasks, IEnumerable<double[]> rows) : this(tasks)
    {
        foreach (double[] row in rows) AddRow(row);
    }

    /// <summary>Names of the tasks, in the order of learning.</summary>
    public IReadOnlyList<string> Tasks => tasks;

    /// <summary>T.</summary>
    public int TaskCount => tasks.Length;

    /// <summary>Rows filled so far; T + 1 when complete.</summary>
    public int RowCount => rows.Count;

    /// <summary>Whether all T + 1 rows are there. Metrics need a complete matrix.</summary>
    public bool IsComplete => rows.Count == tasks.Length + 1;

    /// <summary>R[i, j]: the accuracy on task j (1 to T) after learning task i (0 is the untrained network).</summary>
    public double this[int afterTask, int task] => rows[afterTask][task - 1];

    /// <summary>One row as a span: the accuracies on all tasks after learning task i (0 is the untrained network).</summary>
    public ReadOnlySpan<double> Row(int afterTask) => rows[afterTask];

    /// <summary>Adds the next row; a copy is kept.</summary>
    /// <param name="accuracies">T fractions from 0 to 1.</param>
    /// <exception cref="ArgumentException">The row has another length, or a value is not a fraction.</exception>
    /// <exception cref="InvalidOperationException">The matrix is complete.</exception>
    public void AddRow(ReadOnlySpan<double> accuracies)
    {
        if (IsComplete) throw new InvalidOperationException($"The matrix of {TaskCount} tasks already has its {TaskCount + 1} rows; no other row can be added.");
        if (accuracies.Length != TaskCount)
            throw new ArgumentException($"Row {RowCount} of the accuracy matrix has {accuracies.Length} values; expected {TaskCount}, one per task.", nameof(accuracies));
        for (int task = 1; task <= TaskCount; task++)
            if (accuracies[task - 1] is not (>= 0 and <= 1))
                throw new ArgumentException(
                    $"Row {RowCount}, column {task} ('{tasks[task - 1]}') of the accuracy matrix is {accuracies[task - 1]}; expected a fraction from 0 to 1.", nameof(accuracies));
        rows.Add(accuracies.ToArray());
    }

    /// <summary>The same accuracies on tasks of these names.</summary>
    /// <exception cref="ArgumentException">There are fewer names than tasks, or more.</exception>
    public AccuracyMatrix Named(IEnumerable<string> names) => new(names, rows);

    /// <summary>A copy of the rows, as <c>results.json</c> holds them.</summary>
    public double[][] ToRows() => [.. rows.Select(row => (double[])row.Clone())];

    /// <summary>The text of <c>matrix.csv</c>: a header with the tasks' names, then one line per row. Values are written so that reading gives them back exactly.</summary>
    public string ToCsv() => ToCsv(rows.Select(row => Array.ConvertAll(row, value => (double?)value)));

    /// <summary>The same form with other numbers in the place of the accuracies, such as <c>kappa.csv</c> has it; empty where there is none.</summary>
    /// <param name="numbers">A row for each of the matrix.</param>
    public string ToCsv(IEnumerable<double?[]> numbers)
    {
        IEnumerable<string> header = tasks.Prepend(CornerLabel).Select(Csv.Quote);
        IEnumerable<string> lines = numbers.Select((row, i) => $"{Label(i)},{string.Join(',', row.Select(value => value?.ToString("R", CultureInfo.InvariantCulture)))}\n");
        return $"{string.Join(',', header)}\n{string.Concat(lines)}";
    }

    /// <summary>Reads what <see cref="ToCsv()"/> wrote.</summary>
    /// <param name="csv">The text.</param>
    /// <param name="source">Name of the file for messages.</param>
    /// <exception cref="EngramException">The text is not an accuracy matrix; the message names the record, the column and the value.</exception>
    public static AccuracyMatrix FromCsv(string csv, string source = "matrix.csv")
    {
        List<string[]> records = Csv.Parse(csv, source);
        if (records.Count == 0 || records[0][0] != CornerLabel || records[0].Length < 2)
            throw Malformed(source, 1, $"starts with '{(records.Count == 0 ? "" : records[0][0])}'; expected '{CornerLabel}' followed by the tasks' names");
        AccuracyMatrix matrix = new(records[0][1..]);
        for (int record = 1; record < records.Count; record++)
        {
            string expected = Label(record - 1);
            if (matrix.IsComplete) throw Malformed(source, record + 1, $"is one too many; {matrix.TaskCount} tasks have {matrix.TaskCount + 1} rows");
            if (records[record][0] != expected) throw Malformed(source, record + 1, $"is labelled '{records[record][0]}'; expected '{expected}'");
            double[] row = [.. records[record].Skip(1).Select((text, column) => Number(text, source, record + 1, column + 1))];
            try
            {
                matrix.AddRow(row);
            }
            catch (ArgumentException wrong)
            {
                throw EngramException.Input("malformed-matrix", $"{source}: {wrong.Message}", wrong);
            }
        }
        return matrix;
    }

    private static string Label(int row) => row == 0 ? UntrainedLabel : $"{row}";

    private static double Number(string text, string source, int record, int task) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw Malformed(source, record, $"has '{text}' for task {task}; expected a fraction from 0 to 1");

    private static EngramException Malformed(string source, int record, string what) =>
        EngramException.Input("malformed-matrix", $"{source}: line {record} {what}.");

    private sealed class RowsForm : JsonConverter<AccuracyMatrix>
    {
        public override AccuracyMatrix Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            double[][] rows = JsonSerializer.Deserialize<double[][]>(ref reader, options) ?? [];
            try
            {
                return new(rows.Skip(1).Select((_, task) => $"{task + 1}"), rows);
            }
            catch (Exception wrong) when (wrong is ArgumentException or InvalidOperationException)
            {
                throw new JsonException($"matrix must have a row of fractions before the first task and one after each: {wrong.Message}", wrong);
            }
        }

        public override void Write(Utf8JsonWriter writer, AccuracyMatrix matrix, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, matrix.rows, options);
    }
}
