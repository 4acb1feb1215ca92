using System.Text.Json.Nodes;

namespace Engram.Cli;

/// <summary>Says in one line on standard error what went wrong, as JSON where a machine asked.</summary>
internal sealed class ErrorReport(bool json, bool verbose)
{
    /// <summary>Writes the error and returns the exit code.</summary>
    public int Write(int exitCode, string code, string message, Exception? error = null)
    {
        string line = message.ReplaceLineEndings(" ").Trim();
        if (json) Console.Error.WriteLine(ToJson(code, line).ToJsonString(Settings.Json));
        else Console.Error.WriteLine($"{(exitCode == CommandLine.Interrupted ? "" : "error: ")}{line}");
        if (verbose && error is not null) Console.Error.WriteLine(error);
        return exitCode;
    }

    /// <summary>The form that a machine reads.</summary>
    public static JsonObject ToJson(string code, string message) => new() { ["error"] = Content(code, message) };

    /// <summary>Code and message of an error.</summary>
    public static JsonObject Content(string code, string message) => new() { ["code"] = code, ["message"] = message };
}
