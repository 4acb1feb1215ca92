using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Engram.Cli;

/// <summary>
/// Where a command's output goes: results to standard output, progress to standard error. A terminal gets its own colours and signs;
/// a file or a pipe gets plain ASCII without escape codes.
/// </summary>
internal sealed class Terminal(bool json)
{
    // Wide enough that nothing is broken into lines where no terminal limits it.
    private const int WidthOfFiles = 1000;
    private static readonly JsonSerializerOptions Indented = new(Settings.Json) { WriteIndented = true };
    private static readonly bool NoColor = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
    private static readonly bool IsDumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
    private static readonly Lazy<IAnsiConsole> LiveConsole = new(() => Open(Console.Error, Console.IsErrorRedirected, plain: false));
    private readonly Lazy<IAnsiConsole> results = new(() => Open(json ? Console.Error : Console.Out, json ? Console.IsErrorRedirected : Console.IsOutputRedirected, NoColor));

    /// <summary>Tables and sentences for people; standard error where standard output belongs to a JSON document.</summary>
    public IAnsiConsole Results => results.Value;

    /// <summary>What happens meanwhile.</summary>
    public static IAnsiConsole Progress => LiveConsole.Value;

    /// <summary>Whether progress may be redrawn in place.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && !IsDumb && !IsQuiet;

    /// <summary>Plus or minus as the results' console can show it.</summary>
    public string PlusMinus => Results.Profile.Capabilities.Unicode ? "±" : "+-";

    /// <summary>Whether a machine reads both outputs: then standard error holds an error in JSON or nothing.</summary>
    public static bool IsForMachine { get; set; }

    /// <summary>Whether people want to see results and errors only.</summary>
    public static bool IsQuiet { get; set; }

    /// <summary>Writes the one document of <c>--json</c>.</summary>
    public static void WriteJson(JsonNode document) => Console.Out.WriteLine(document.ToJsonString(Indented));

    /// <summary>The same about results in a folder: names the folder and its page.</summary>
    public static void WriteResults(JsonObject document, string folder)
    {
        document["folder"] = Path.GetFullPath(folder);
        document["report"] = Path.GetFullPath(Path.Combine(folder, "report.html"));
        WriteJson(document);
    }

    /// <summary>Prints the results in a folder: the document for a machine; for people, what is given and where the page is.</summary>
    public void ShowResults(JsonObject document, string folder, Action print)
    {
        if (json) WriteResults(document, folder);
        else print();
        SayWhere("Report", Path.Combine(folder, "report.html"));
    }

    /// <summary>Says to people where a file is; the path is never broken into lines.</summary>
    public void SayWhere(string what, string path)
    {
        if (!json) Results.Profile.Out.Writer.WriteLine($"{what}: {path}");
    }

    /// <summary>A line for people on the way.</summary>
    public static void Note(string line)
    {
        if (!IsForMachine && !IsQuiet) Console.Error.WriteLine(line);
    }

    /// <summary>Asks for a line.</summary>
    public static void Prompt()
    {
        if (!IsForMachine) Console.Error.Write("> ");
    }

    /// <summary>Brings back the cursor that live progress hides, before the program ends at once.</summary>
    public static void ShowCursor()
    {
        if (IsLive) Console.Error.Write("\e[?25h");
    }

    private static IAnsiConsole Open(TextWriter writer, bool redirected, bool plain)
    {
        plain |= redirected || IsDumb;
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = plain || NoColor ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Yes,
        });
        if (redirected) console.Profile.Width = WidthOfFiles;
        if (redirected || IsDumb) console.Profile.Capabilities.Unicode = false;
        return console;
    }
}
