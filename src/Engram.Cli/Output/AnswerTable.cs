using System.Globalization;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Tables;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>Answers of a learner: as a table, as CSV, as JSON.</summary>
internal static class AnswerTable
{
    private const int LongestName = 48;
    private const string Unknown = "none of my classes";

    public static void Write(IAnsiConsole console, IReadOnlyList<string> names, IReadOnlyList<Answer> answers)
    {
        Table table = Look.NewTable();
        table.AddColumn(Look.Column("what"));
        table.AddColumn(Look.Column("class"));
        table.AddColumn(Look.Column("%", Justify.Right));
        table.AddColumn(Look.Column("", gap: 0));
        for (int i = 0; i < answers.Count; i++)
            table.AddRow(new Text(Quote.Of(names[i], LongestName)), new Text(Quote.Of(answers[i].Label, LongestName), answers[i].IsKnown ? Look.Bold : Look.Faint), new Text(Figures.Percent(answers[i].Probability)), new Text(answers[i].IsKnown ? "" : Unknown, Look.Faint));
        console.Write(table);
        if (answers.Count > 1) console.WriteFaint($"{Figures.Count(answers.Count)} answers of version {answers[0].Version}, {Figures.Count(answers.Count(answer => !answer.IsKnown))} of them like nothing learned");
    }

    /// <summary>Writes a CSV; answers to one CSV stand behind its own columns.</summary>
    public static void WriteCsv(string file, IReadOnlyList<string> paths, IReadOnlyList<string> names, IReadOnlyList<Answer> answers)
    {
        string[] headers = ["answer", "probability", "known", "version"];
        IEnumerable<string[]> rows = answers.Select(answer => new[] { answer.Label, answer.Probability.ToString("0.######", CultureInfo.InvariantCulture), answer.IsKnown ? "yes" : "no", $"{answer.Version}" });
        if (paths.Count == 1 && CsvAnswers.CanFollow(paths[0])) CsvAnswers.Write(paths[0], file, headers, rows);
        else CsvAnswers.Write(file, ["what", .. headers], rows.Select((row, i) => (string[])[names[i], .. row]));
    }

    public static JsonNode ToJson(IReadOnlyList<string> names, IReadOnlyList<Answer> answers) => new JsonArray([.. answers.Select((answer, i) => (JsonNode)new JsonObject
    {
        ["what"] = names[i], ["label"] = answer.Label, ["probability"] = answer.Probability, ["isKnown"] = answer.IsKnown, ["distance"] = answer.Prediction.Distance is { } distance && double.IsFinite(distance) ? distance : null, ["version"] = answer.Version,
        ["probabilities"] = new JsonObject(answer.Prediction.Values.Select((value, one) => KeyValuePair.Create(answer.Prediction.Answers.Names[one], (JsonNode?)value))),
    })]);
}
