using System.Reflection;
using System.Text.RegularExpressions;
using Engram.Experiments;

namespace Engram.Tests;

/// <summary>Rules of the repository that a compiler does not check.</summary>
public sealed partial class RepositoryTests
{
    // Each domain may name those before it.
    private static readonly string[] Domains = ["Graphs", "Products", "Datasets", "Answering", "OwnData", "Streams", "Pretrained", "Networks", "Optimizers", "Methods", "Training", "Evaluation", "Experiments", "TaskOrder"];
    private static readonly string[] Drawers = ["Core", "Common", "Utils", "Helpers", "Managers", "Services", "Interfaces", "Enums", "Extensions", "Abstractions"];

    // Where a method may be named besides its own file: the default of a configuration, and texts of help.
    private static readonly (string File, string Id)[] NamedElsewhere =
    [
        ("src/Engram/Experiments/RunConfigBuilder.cs", "fine-tuning"),
        ("src/Engram/Experiments/Laboratory.cs", "fine-tuning"),
        ("src/Engram.Cli/Commands/MethodsCommand.cs", "ewc"), // the example in the help
    ];

    // What is still over the limits of arrows between files. These lists only get shorter.
    private static readonly string[] NamesTooMany = [];
    private static readonly string[] Cycles = [];

    private static readonly string Root = Repository.Root;

    private static IEnumerable<string> Sources => Files("src", "*.cs");

    private static IEnumerable<string> Libraries => Files("src/Engram", "*.cs").Concat(Files("src/Engram.Reports", "*.cs")).Concat(Files("src/Engram.Tables", "*.cs"));

    [Fact]
    public void A_domain_names_only_the_domains_before_it()
    {
        List<string> wrong = [];
        foreach (string file in Files("src/Engram", "*.cs"))
        {
            int own = Array.IndexOf(Domains, file.Split('/')[2]);
            foreach (string named in NamedDomain().Matches(Code(file)).Select(match => match.Groups[1].Value).Where(Domains.Contains).Distinct())
                if (own < 0 ? file.Split('/').Length > 3 : Array.IndexOf(Domains, named) > own) wrong.Add($"{file} names {named}");
        }

        AssertNone(wrong);
    }

    [Fact]
    public void The_library_depends_on_the_engine_alone() =>
        Assert.Equal(["TorchSharp"], typeof(Laboratory).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal)));

    [Fact]
    public void The_library_has_no_folder_that_is_neither_a_domain_nor_known()
    {
        string[] folders = [.. Directory.GetDirectories(Path.Combine(Root, "src", "Engram")).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj"))];

        AssertNone(folders.Except(Domains));
    }

    [Fact]
    public void No_folder_is_a_drawer() =>
        AssertNone(Directory.GetDirectories(Root, "*", SearchOption.AllDirectories).Select(Relative).Where(IsOurs).Where(folder => Drawers.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)));

    [Fact]
    public void No_method_is_named_outside_its_own_file()
    {
        List<string> wrong = [];
        foreach (var entry in new Catalogs().Methods.Entries)
        {
            Regex name = new($@"\b{entry.Type.Name}\b|""{Regex.Escape(entry.Attribute.Id)}""");
            foreach (string file in Sources.Where(file => Path.GetFileNameWithoutExtension(file) != entry.Type.Name))
                if (name.IsMatch(Code(file)) && !NamedElsewhere.Contains((file, entry.Attribute.Id))) wrong.Add($"{file} names {entry.Attribute.Id}");
        }

        AssertNone(wrong);
    }

    [Fact]
    public void No_reduction_takes_a_whole_number_for_a_type()
    {
        // sum(0) binds to sum(ScalarType.Byte): the sum of everything, as a byte. Write sum(dim: 0) or sum(0L).
        AssertNone(Lines(Sources.Concat(Files("tests", "*.cs")).Concat(Files("bench", "*.cs"))).Where(line => ReductionOfInteger().IsMatch(line.Text)).Select(line => line.Place));
    }

    [Fact]
    public void The_library_leaves_the_naming_of_folders_to_the_command() => AssertNone(Lines(Libraries).Where(line => line.Text.Contains("--out", StringComparison.Ordinal)).Select(line => line.Place));

    [Fact]
    public void No_source_file_is_longer_than_400_lines() => AssertNone(Sources.Where(file => File.ReadLines(Path.Combine(Root, file)).Count() > 400));

    [Fact]
    public void A_file_of_the_library_names_at_most_25_others_and_none_leads_back_to_itself() // build/arrows shows what this writes
    {
        const string Library = "src/Engram/";
        const int Most = 25;
        FileArrows arrows = new(Files("src/Engram", "*.cs").Select(file => file[Library.Length..]).Where(file => file != "EngramException.cs").ToDictionary(file => file, file => File.ReadAllText(Path.Combine(Root, Library, file))));
        TestContext.Current.TestOutputHelper?.WriteLine(arrows.Report(15));

        Assert.Equal(NamesTooMany, arrows.Files.Where(file => arrows.OutOf(file).Count > Most));
        Assert.Equal(Cycles, arrows.Cycles().Select(cycle => string.Join(", ", cycle)));
    }

    [Fact]
    public void Nothing_is_left_undone() =>
        AssertNone(Lines(Sources).Where(line => Undone().IsMatch(line.Text)).Select(line => line.Place));

    [Fact]
    public void Every_file_of_the_library_holds_the_type_it_is_named_after() =>
        AssertNone(Libraries.Where(file => !new Regex($@"\b(class|record|struct|enum|interface) {Path.GetFileNameWithoutExtension(file)}\b").IsMatch(Code(file))));

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        List<string> wrong = [];
        foreach (string file in Files("", "*.md"))
        {
            string text = FencedCode().Replace(File.ReadAllText(Path.Combine(Root, file)), "");
            foreach (Match match in Link().Matches(text))
            {
                string target = match.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
                string path = Path.Combine(Root, Path.GetDirectoryName(file)!, Uri.UnescapeDataString(target));
                if (!File.Exists(path) && !Directory.Exists(path)) wrong.Add($"{file}: {target}");
            }
        }

        AssertNone(wrong);
    }

    [Fact]
    public void Every_method_has_a_test_file_of_its_own_beside_the_shared_suite()
    {
        string[] tests = [.. Files("tests", "*Tests.cs").Select(file => Path.GetFileName(file)!)];

        // What only inherits everything is tested by the suite that all methods share.
        AssertNone(new Catalogs().Methods.Entries.Where(entry => entry.Type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public).Length > 0)
            .Select(entry => $"{entry.Type.Name}Tests.cs").Except(tests));
    }

    private static IEnumerable<string> Files(string folder, string pattern)
    {
        string path = Path.Combine(Root, folder);
        return Directory.Exists(path) ? Directory.GetFiles(path, pattern, SearchOption.AllDirectories).Select(Relative).Where(IsOurs).Order(StringComparer.Ordinal) : [];
    }

    private static IEnumerable<(string Place, string Text)> Lines(IEnumerable<string> files) =>
        files.SelectMany(file => Code(file).Split('\n').Select((text, index) => ($"{file}:{index + 1}", text)));

    // Without comments, which may name papers and methods.
    private static string Code(string file) => Comment().Replace(File.ReadAllText(Path.Combine(Root, file)), "");

    private static bool IsOurs(string path) => !path.Split('/').Any(part => part is "artifacts" or "bin" or "obj" or ".git" or "node_modules");

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static void AssertNone(IEnumerable<string> wrong) => Assert.Equal("", string.Join('\n', wrong));

    [GeneratedRegex(@"\bEngram\.([A-Z]\w+)")]
    private static partial Regex NamedDomain();

    [GeneratedRegex(@"\.(sum|prod|mean)\(-?\d+\s*[,)]")]
    private static partial Regex ReductionOfInteger();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|NotImplementedException\(")]
    private static partial Regex Undone();

    [GeneratedRegex(@"(?<=^|\s)//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"```.*?```", RegexOptions.Singleline)]
    private static partial Regex FencedCode();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
