using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;
using Engram.Tests.Cli;

namespace Engram.Tests;

/// <summary>What is packed installs and works where nothing of the repository is.</summary>
public sealed class PackageTests(PackageFolder packages) : IClassFixture<PackageFolder>
{
    private const string Program = """
        using Engram.Durable;
        using Engram.Server;
        using Engram.Tables;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        IEnumerable<string> rows = Enumerable.Range(0, 200).Select(row => row % 2 == 0 ? $"{40 + row % 7},{row % 5},cold" : $"{80 + row % 7},{row % 5},hot");
        File.WriteAllLines("pumps.csv", ["temperature,pressure,label", .. rows]);
        File.WriteAllLines("new.csv", ["temperature,pressure", "83,2"]);

        using (DurableLearner learner = DurableLearner.OpenOrCreate("pumps.engram", new() { Assemblies = [typeof(CsvReader).Assembly] }))
            if (learner.Learn("pumps.csv") is { Promoted: false } refused) throw new InvalidOperationException(refused.Verdict.Sentence);

        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddEngram("pumps", "pumps.engram", typeof(CsvReader).Assembly);
        using IHost host = builder.Build();
        IPredictor pumps = host.Services.GetRequiredKeyedService<IPredictor>("pumps");
        Console.WriteLine((await pumps.PredictAsync("new.csv"))[0].Label);
        """;

    public static TheoryData<string> Names { get; } = [.. PackableProject.All.Select(project => project.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_package_says_what_it_is_and_nothing_of_where_it_was_made(string name)
    {
        PackableProject project = PackableProject.All.Single(project => project.Name == name);
        using ZipArchive package = Open($"{project.PackageId}.{PackageFolder.Version}.nupkg"), symbols = Open($"{project.PackageId}.{PackageFolder.Version}.snupkg");
        using Stream stream = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        XElement metadata = XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        string? Said(string element) => metadata.Elements().SingleOrDefault(said => said.Name.LocalName == element)?.Value;

        Assert.Equal("MIT", Said("license"));
        Assert.Equal("README.md", Said("readme"));
        Assert.NotNull(package.GetEntry("README.md"));
        Assert.Contains("for .NET", Said("description"));
        Assert.Null(Said("repository"));
        Assert.Contains(symbols.Entries, entry => entry.Name == $"{name}.pdb");
        if (!project.IsTool) Assert.Equal([$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"], Files(package).Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        if (!PackageFolder.IsRelease) return; // where a debugger looks for the sources in place
        Assert.DoesNotContain(Repository.Root, Text(package.Entries.Single(entry => entry.Name == $"{name}.dll")));
        Assert.All(Sources(symbols.Entries.Single(entry => entry.Name == $"{name}.pdb")), source => Assert.StartsWith("/_/", source));
    }

    [Fact]
    public void The_library_brings_what_lets_the_engine_load_on_older_systems()
    {
        using ZipArchive package = Open($"Engram.{PackageFolder.Version}.nupkg");

        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "build", "TorchSharpLoadFix.targets")), Text(package.GetEntry("buildTransitive/Engram.targets")!));
    }

    [Fact]
    public void A_program_with_nothing_but_packages_learns_a_table_and_predicts_a_row()
    {
        RequirePackages();
        string own = packages.MakeProgram("pumps", Program, "Engram.Server", "Engram.Tables");

        Outcome built = PackageFolder.Dotnet(own, "build", "--no-restore", "--configuration", "Release", "--output", "built", "--nologo", "--verbosity", "quiet");
        Assert.True(built.ExitCode == 0, built.Output + built.Error);
        Outcome ran = PackageFolder.Dotnet(own, Path.Combine("built", "pumps.dll"));

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Equal("hot", ran.Output.Trim());
    }

    [Fact]
    public void The_command_installs_as_a_tool_and_answers_with_its_engine()
    {
        RequirePackages();
        string tools = packages.Place("tools"), engram = Path.Combine(tools, OperatingSystem.IsWindows() ? "engram.exe" : "engram");

        Outcome installed = PackageFolder.Dotnet(tools, "tool", "install", PackableProject.All.Single(project => project.Name == "Engram.Cli").PackageId, "--tool-path", tools, "--source", packages.Packages, "--version", PackageFolder.Version);
        Assert.True(installed.ExitCode == 0, installed.Output + installed.Error);
        Outcome version = PackageFolder.Run(tools, engram, "--version"), methods = PackageFolder.Run(tools, engram, "methods"), doctor = PackageFolder.Run(tools, engram, "doctor");

        Assert.Equal(typeof(EngramException).Assembly.GetName().Version!.ToString(3), version.Output.Trim());
        Assert.Contains("ewc", methods.Output);
        Assert.Matches(@"engine +libtorch", doctor.Output);
    }

    private ZipArchive Open(string file)
    {
        RequirePackages();
        return ZipFile.OpenRead(Path.Combine(packages.Packages, file));
    }

    private void RequirePackages() => Assert.True(packages.Made.ExitCode == 0, packages.Made.Output + packages.Made.Error);

    private static IEnumerable<string> Files(ZipArchive archive) => archive.Entries.Select(entry => entry.FullName);

    private static List<string> Sources(ZipArchiveEntry symbols)
    {
        using MemoryStream whole = new();
        using (Stream stream = symbols.Open()) stream.CopyTo(whole);
        whole.Position = 0;
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(whole);
        MetadataReader reader = provider.GetMetadataReader();
        return [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
    }

    // Byte for byte, so that a path in a binary file is found as it stands there.
    private static string Text(ZipArchiveEntry entry)
    {
        using StreamReader reader = new(entry.Open(), System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
