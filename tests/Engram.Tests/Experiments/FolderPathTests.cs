using System.Text.Json.Nodes;
using CsCheck;
using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class FolderPathTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../PWNED/x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("C:")]
    [InlineData("C:\\x")]
    [InlineData("a:stream")]
    [InlineData("nul")]
    [InlineData("COM1.txt")]
    [InlineData("Lpt9")]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData(" a")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    [InlineData("what?")]
    [InlineData("half \ud83d of a sign")]
    public void A_name_that_leads_elsewhere_or_is_none_everywhere_is_refused_in_one_line(string name)
    {
        EngramException error = Assert.Throws<EngramException>(() => FolderPath.Within(temporary.Path, name));

        Assert.Equal((ErrorKind.Input, "invalid-name"), (error.Kind, error.Code));
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void A_name_longer_than_file_systems_take_is_refused() => Assert.Contains("has 241 bytes", Assert.Throws<EngramException>(() => FolderPath.Checked(new('x', 241))).Message);

    [Theory]
    [InlineData("ewc-lambda=1e-3-seed1")]
    [InlineData("ewc+si-ewc.lambda=10-seed2")]
    [InlineData("fine-tuning")]
    [InlineData(".engram")]
    [InlineData("console")]
    [InlineData("größer")]
    public void Names_as_Engram_gives_them_are_left_as_they_are(string name) => Assert.Equal(Path.Combine(temporary.Path, "trials", name), FolderPath.Within(temporary.Path, "trials", name));

    [Fact]
    public void Whatever_the_name_the_path_stays_inside() => Gen.String.Sample(name =>
    {
        try
        {
            Assert.Equal(temporary.Path, Path.GetDirectoryName(Path.GetFullPath(FolderPath.Within(temporary.Path, name))));
        }
        catch (EngramException refused)
        {
            Assert.Equal("invalid-name", refused.Code);
        }
    });

    [Fact]
    public void A_link_in_the_folder_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs rights on Windows.");
        Directory.CreateDirectory(temporary["elsewhere"]);
        Directory.CreateDirectory(temporary["run"]);
        Directory.CreateSymbolicLink(temporary["run", "checkpoint"], temporary["elsewhere"]);
        File.CreateSymbolicLink(temporary["run", "results.json"], temporary["nowhere"]);

        Assert.Contains("'" + temporary["elsewhere"] + "'", Assert.Throws<EngramException>(() => FolderPath.Within(temporary["run"], "checkpoint", "state.safetensors")).Message);
        Assert.Equal("link-in-folder", Assert.Throws<EngramException>(() => FolderPath.Within(temporary["run"], "results.json")).Code);
    }

    [Theory]
    [InlineData("../../PWNED/x")]
    [InlineData("a/../../../PWNED")]
    public void The_label_of_a_crafted_comparison_makes_no_folder(string label)
    {
        ComparisonPlan plan = ComparisonPlan.Make(Toy.Catalogs, "toy", ["fine-tuning"], 1, null, null, []);
        ComparisonFolder.Create(temporary["here"], plan);
        JsonObject crafted = plan.Json.DeepClone().AsObject();
        crafted["trials"]![0]!["label"] = label;
        File.WriteAllText(temporary["here", "comparison.json"], crafted.ToJsonString());

        Assert.Equal("invalid-name", Assert.Throws<EngramException>(() => ComparisonFolder.Open(temporary["here"], Toy.Catalogs)).Code);
        Assert.Equal([temporary["here"]], Directory.GetFileSystemEntries(temporary.Path));
    }

    [Fact]
    public void Two_trials_of_one_folder_are_refused()
    {
        JsonObject json = ComparisonPlan.Make(Toy.Catalogs, "toy", ["fine-tuning"], 1, null, null, []).Json;
        json["trials"]!.AsArray().Add(json["trials"]![0]!.DeepClone());

        Assert.Contains("'fine-tuning' with seed 1 twice", Assert.Throws<EngramException>(() => ComparisonPlan.Read(Toy.Catalogs, json)).Message);
    }
}
