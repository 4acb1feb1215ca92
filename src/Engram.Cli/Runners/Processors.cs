using System.Runtime.InteropServices;

namespace Engram.Cli.Runners;

/// <summary>What processor this is.</summary>
internal static class Processors
{
    private const string Information = "/proc/cpuinfo", Model = "model name";

    /// <summary>The maker's name where the system tells it, or else the architecture.</summary>
    public static string Name { get; } = File.Exists(Information) && File.ReadLines(Information).FirstOrDefault(line => line.StartsWith(Model, StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':') + 1)..].Trim() : RuntimeInformation.ProcessArchitecture.ToString();
}
