using System.Text.Json.Nodes;

namespace Engram.Cli;

/// <summary>Says in one line on standard error what went wrong, as JSON where a machine asked.</summary>
internal sealed class ErrorReport(bool json, bool verbose)
{
    /// <summary>Writes the error and returns the exit code.</summary>
    public int Write(int exitCode, string code, string message, Exception? error = null)
    {
        string line = message.ReplaceLineEndings(" ").Trim();
        string? details = verbose ? error?.ToString() : null;
        if (json)
        {
            JsonObject content = Content(code, line);
            if (details is not null) content["details"] = details;
            Console.Error.WriteLine(new JsonObject { ["error"] = content }.ToJsonString(Settings.Json));
            return exitCode;
        }
        Console.Error.WriteLine($"{(exitCode == CommandLine.Interrupted ? "" : "error: ")}{line}");
        if (details is not null) Console.Error.WriteLine(details);
        return exitCode;
    }

    /// <summary>Code and message of an error.</summary>
    public static JsonObject Content(string code, string message) => new() { ["code"] = code, ["message"] = message };
}
