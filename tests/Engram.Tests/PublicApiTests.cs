using System.Reflection;
using PublicApiGenerator;

namespace Engram.Tests;

/// <summary>What a package shows to programs stands in an approved file, so that a change of it is seen by whoever reads the change.</summary>
public sealed class PublicApiTests
{
    private static readonly string Approved = Path.Combine(Repository.Root, "tests", "Engram.Tests", "PublicApi");

    // Of the attributes those that a compiler acts on; what a setting or a catalog says of itself is no signature.
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = ["System", "Microsoft", "OrleansCodeGen"], // what Orleans writes by itself
        ExcludeAttributes =
        [
            "System.ComponentModel.DescriptionAttribute", "System.ComponentModel.DataAnnotations.RangeAttribute", "System.Runtime.CompilerServices.CollectionBuilderAttribute",
            .. typeof(EngramException).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Attribute))).Select(type => type.FullName!),
        ],
    };

    /// <summary>Every assembly that programs reference.</summary>
    public static TheoryData<string> Libraries { get; } = [.. PackableProject.All.Where(project => !project.IsTool).Select(project => project.Name)];

    [Theory, MemberData(nameof(Libraries))]
    public void What_a_library_shows_is_what_was_approved(string library)
    {
        string approved = Path.Combine(Approved, $"{library}.txt"), actual = Path.Combine(AppContext.BaseDirectory, $"{library}.actual.txt");
        string now = Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n");
        string before = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (now == before) return;

        File.WriteAllText(actual, now);
        string[] was = [.. Members(before)], @is = [.. Members(now)];
        Assert.Fail($"{library} shows other members than approved. Came: {Join(@is.Except(was))}. Went: {Join(was.Except(@is))}. If that is meant, copy {actual} over {approved}, and tell users in CHANGELOG.md.");
    }

    [Fact]
    public void Every_approved_file_belongs_to_a_library() =>
        Assert.Equal(Libraries.Select(row => row.Data), Directory.GetFiles(Approved).Order(StringComparer.Ordinal).Select(Path.GetFileNameWithoutExtension));

    [Fact]
    public void A_member_is_told_with_its_type() =>
        Assert.Equal(
            ["Engram.Choice: public sealed class Choice", "Engram.Choice: [Names(new string[] {\"Id\",\"Value\"})] public Choice(int value) { }", "Engram.Choice.Kind: public enum Kind", "Engram.Choice.Kind: Own = 0,"],
            Members("""
                namespace Engram
                {
                    public sealed class Choice
                    {
                        [Names(new string[] {
                                "Id",
                                "Value"})]
                        public Choice(int value) { }
                        public enum Kind
                        {
                            Own = 0,
                        }
                    }
                }
                """));

    private static Assembly Load(string library)
    {
        string path = Path.Combine(AppContext.BaseDirectory, $"{library}.dll");
        Assert.True(File.Exists(path), $"{library} is packable and not beside the tests, which see no public member of it: reference it in tests/Engram.Tests/Engram.Tests.csproj.");
        return Assembly.Load(library);
    }

    private static string Join(IEnumerable<string> members)
    {
        const int Most = 20;
        string[] all = [.. members];
        return all.Length == 0 ? "none" : string.Join("; ", all.Take(Most)) + (all.Length > Most ? $"; and {all.Length - Most} more" : "");
    }

    // The generator nests types in braces on lines of their own, and attributes stand on lines before; a line alone would not say whose member it is.
    private static IEnumerable<string> Members(string api)
    {
        List<string> scopes = [];
        string attributes = "";
        string[] lines = [.. api.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "{") continue;
            if (lines[i] == "}")
            {
                scopes.RemoveAt(scopes.Count - 1);
                continue;
            }

            if (lines[i].StartsWith('['))
            {
                attributes += lines[i];
                while (!lines[i].EndsWith(']')) attributes += lines[++i];
                attributes += " ";
                continue;
            }

            if (i + 1 < lines.Length && lines[i + 1] == "{") scopes.Add(Name(lines[i]));
            if (!lines[i].StartsWith("namespace ", StringComparison.Ordinal)) yield return $"{string.Join('.', scopes)}: {attributes}{lines[i]}";
            attributes = "";
        }
    }

    // The word before bases and constraints.
    private static string Name(string declaration) => declaration.Split(" : ")[0].Split(" where ")[0].Split('<')[0].Split(' ')[^1];
}
