using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Storage;
using Engram.Reports.Learner;

namespace Engram.Cli.Commands;

/// <summary><c>engram show ENGRAM [--out FILE.html]</c>: the page of a learner, to look at in a browser, to print or to send.</summary>
internal static class ShowCommand
{
    private static readonly string[] Endings = [".html", ".htm"];

    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Option<string?> file = new("--out") { HelpName = "FILE", Description = "the page to write, such as line3.html [default: the learner's name with .html, beside it]" };
        CommandWithNotes command = new("show", "write a page of a learner: versions through time, what each knew of every lesson, the gate, mistakes, what is kept",
            (writer, _) => RunOptions.WriteExamples(writer, "engram show line3.engram", "engram show line3.engram --out pages/line3.html")) { engram, file };
        command.SetAction(parse =>
        {
            string address = parse.GetRequiredValue(engram), page = PageOf(address, parse.GetValue(file));
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            LearnerReport.Write(learner, page);
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonObject { ["version"] = learner.Version, ["page"] = Path.GetFullPath(page) });
            else Console.WriteLine($"Version {learner.Version}: {page}");
        });
        return command;
    }

    // An ending of its own, so that no page is ever written over a learner or its data.
    private static string PageOf(string address, string? file)
    {
        if (file is null) return PostgresAddress.Is(address) ? $"{SafeName(PostgresAddress.Parse(address).Name)}.html" : BesideOf(address);
        if (!Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)) throw EngramException.Input("wrong-usage", $"--out is '{Quote.Of(file)}', but a page is written to a file that ends with .html.");
        return PostgresAddress.Is(address) || Path.GetFullPath(file) != Path.GetFullPath(address) ? file : throw EngramException.Input("wrong-usage", "--out is the learner itself; write its page to another file.");
    }

    private static string BesideOf(string address) => !Endings.Contains(Path.GetExtension(address), StringComparer.OrdinalIgnoreCase) ? Path.ChangeExtension(address, ".html")
        : throw EngramException.Input("wrong-usage", $"'{Quote.Of(address)}' ends like a page itself; say with --out where its page goes.");

    private static string SafeName(string name) => string.Concat(name.Select(letter => Path.GetInvalidFileNameChars().Contains(letter) ? '_' : letter));
}
