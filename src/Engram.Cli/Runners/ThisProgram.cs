using System.Reflection;

namespace Engram.Cli.Runners;

/// <summary>How this very program is started once more.</summary>
internal static class ThisProgram
{
    /// <summary>Variable by which .NET is told how many cores to count.</summary>
    public const string Cores = "DOTNET_PROCESSOR_COUNT";

    /// <summary>The program and its first arguments: itself, or <c>dotnet</c> and its assembly.</summary>
    public static IReadOnlyList<string> Command { get; } = Of(Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location);

    /// <summary>The same for a process.</summary>
    /// <param name="process">Path of its program.</param>
    /// <param name="assembly">Path of the assembly that it runs.</param>
    internal static IReadOnlyList<string> Of(string process, string assembly) =>
        Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? [process, assembly] : [process];
}
