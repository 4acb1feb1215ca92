using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.OwnData;
using Engram.Tests.Cli;
using Spectre.Console;

namespace Engram.Tests.OwnData;

public sealed class DataDescriptionTests(EngramCommand engram) : IDisposable
{
    private const string Table = "month,state,split,v,id\nmay,on,train,1,a\nmay,on,test,1,a\njune,off,train,,b\njune,\"on, off\",train,3,c\n";

    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_description_counts_what_the_records_say()
    {
        DataDescription data = DataDescription.Of(files.Open(files.Write("a.csv", Table), new() { Label = "state", Task = "month" }));

        Assert.Equal((4, 1), (data.Records, data.Repeated));
        Assert.Equal([new("on", 2), new("off", 1), new("on, off", 1)], data.Classes);
        Assert.Equal([new("may", 2), new("june", 2)], data.Tasks);
        Assert.Equal([new("train", 3), new("test", 1)], data.Parts);
        Assert.Equal(new FieldDescription("v", "number", 1, "1 to 3, mean 1.6667"), data.Fields[3]);
        Assert.Equal("2 classes have a single record ('off', 'on, off'): it can be learned or tested, not both.", Assert.Single(data.Remarks));
    }

    [Fact]
    public void Data_without_tasks_and_parts_have_none()
    {
        DataDescription data = DataDescription.Of(files.Open(files.Write("a.csv", "label,a\nx,1\nx,2\n")));

        Assert.Empty(data.Tasks);
        Assert.Empty(data.Parts);
        Assert.StartsWith("There is one class only, 'x'", data.Remarks[0]);
    }

    [Fact]
    public void What_is_printed_fits_eighty_columns()
    {
        string header = string.Join(',', Enumerable.Range(0, 100).Select(column => $"a column with a rather long name {column}"));
        string rows = string.Concat(Enumerable.Range(0, 60).Select(row => $"class with a name of many letters {row / 2},{string.Join(',', Enumerable.Range(0, 100).Select(column => $"{row * column}.5"))}\n"));
        using StringWriter written = new();
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(written), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        console.Profile.Width = 80;

        DataSummary.Write(console, DataDescription.Of(files.Open(files.Write("a.csv", $"label,{header}\n{rows}"))) with { Source = "a.csv" });

        string[] lines = written.ToString().Split('\n');
        Assert.Equal("a.csv: 60 records", lines[0]);
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.Contains("and 41 more: 41 number; --json has all of them", lines);
        Assert.Contains("and 10 more with 20 records; --json has all of them", lines);
    }

    [Fact]
    public void The_command_describes_a_table()
    {
        files.Write("a.csv", Table);

        JsonNode json = engram.Run(files.Path, "data", "describe", "a.csv", "--label", "state", "--task", "month", "--ignore", "split,id", "--json").Json;

        Assert.Equal(["task", "label", "left out", "number", "left out"], json["fields"]!.AsArray().Select(field => field!["kind"]!.GetValue<string>()));
        Assert.Equal(2, json["classes"]![0]!["count"]!.GetValue<int>());
    }

    [Fact]
    public void The_command_refuses_in_one_line()
    {
        files.Write("a.csv", "label,a\nx,1\ny\n");

        Outcome outcome = engram.RunWrong(2, files.Path, "data", "describe", "a.csv");

        Assert.Equal("error: Line 3 of 'a.csv' has 1 value, and the first line has 2; add what is missing, if only its separators, or leave the line out.\n", outcome.Error);
    }
}
