using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Engram.Tests.Cli;
using Engram.Tests.Datasets;

namespace Engram.Tests;

/// <summary>
/// All packages, made once from what is built, and what it takes to use them as somebody does who has nothing else of ours. Packages of others
/// come from where the build of these tests put them; ours are unpacked beside the programs that use them and never reach that folder.
/// </summary>
public sealed class PackageFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PackageFolder()
    {
        Made = Dotnet(Repository.Root, "pack", "Engram.slnx", "--no-build", "--configuration", IsRelease ? "Release" : "Debug", "--output", Packages, $"-p:PackageVersion={Version}", "--nologo", "--verbosity", "quiet");
    }

    /// <summary>A version that nobody publishes.</summary>
    public static string Version => "0.0.0-test";

    /// <summary>Whether these tests were built for release, and the packages so, too.</summary>
    public static bool IsRelease { get; } = new DirectoryInfo(AppContext.BaseDirectory).Name == "release";

    /// <summary>What <c>dotnet pack</c> said.</summary>
    internal Outcome Made { get; }

    /// <summary>Where the packages lie.</summary>
    public string Packages => folder["packages"];

    public void Dispose() => folder.Dispose();

    /// <summary>A place in the folder that goes with it.</summary>
    public string Place(string name) => Directory.CreateDirectory(folder[name]).FullName;

    /// <summary>Runs the SDK and leaves no process of it behind, which would hold the output open.</summary>
    internal static Outcome Dotnet(string folder, params string[] arguments) =>
        Run(folder, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet", arguments);

    /// <summary>Runs a program to its end.</summary>
    internal static Outcome Run(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (string ofThisRun in (string[])["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH"]) start.Environment.Remove(ofThisRun);
        return EngramCommand.Finish(Process.Start(start)!);
    }

    /// <summary>A console program that references packages of ours and the engine of this system; restored, or skipped where that is out of reach.</summary>
    internal string MakeProgram(string name, string program, params string[] packages)
    {
        string own = Place(name), unpacked = Place($"{name}-packages");
        string system = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        string engine = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("LibTorchVersion").Single().Value;
        File.WriteAllText(Path.Combine(own, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{unpacked}" /></config>
              <fallbackPackageFolders><add key="built" value="{Unpacked()}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{Packages}" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(own, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RuntimeIdentifier>{system}</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                {string.Join("\n    ", packages.Select(package => $"<PackageReference Include=\"{package}\" Version=\"{Version}\" />"))}
                <PackageReference Include="libtorch-cpu-{system}" Version="{engine}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(own, "Program.cs"), program);

        // What these tests were built with is enough, so no network is asked unless that fails.
        if (Dotnet(own, "restore", "--source", Packages) is { ExitCode: not 0 } && Dotnet(own, "restore") is { ExitCode: not 0 } asked)
        {
            Assert.SkipWhen(asked.Output.Contains("NU1301", StringComparison.Ordinal), "The packages that Engram stands on are not on this machine, and no source of packages answers.");
            Assert.Fail(asked.Output + asked.Error);
        }

        return own;
    }

    // The first folder is the one that packages are unpacked to.
    private static string Unpacked() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "artifacts", "obj", "Engram.Tests", "project.assets.json")))!["packageFolders"]!.AsObject().First().Key;
}
