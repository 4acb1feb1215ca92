using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    private string Run => temporary["run"];

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_finished_run_leaves_its_files()
    {
        RunResult result = Finish();

        Assert.Equal(["checkpoint/state.safetensors", "config.json", "kappa.csv", "matrix.csv", "results.json", "steps.csv"],
            Directory.GetFiles(Run, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Run, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Equal(result.Matrix.ToRows(), AccuracyMatrix.FromCsv(File.ReadAllText(Path.Combine(Run, "matrix.csv"))).ToRows());
        Assert.Equal(result.Kappa, File.ReadAllLines(Path.Combine(Run, "kappa.csv")).Skip(1).Select(line => line.Split(',').Skip(1).Select(cell => cell.Length == 0 ? (double?)null : double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()));
        Assert.Equal(result.Kappa[^1].Average()!.Value, result.Metrics["kappa"]!.Value, 12);
        string[] steps = File.ReadAllLines(Path.Combine(Run, "steps.csv"));
        Assert.Equal("task,epoch,step,loss", steps[0]);
        Assert.Equal(result.Steps.Select(step => $"{step.Task},{step.Epoch},{step.Step},{step.Loss:R}"), steps[1..]);
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), result.Steps.Select(step => step.Step));
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_not_taken_for_another()
    {
        RunFolder.Create(Run, Toy.Config());

        EngramException error = Assert.Throws<EngramException>(() => RunFolder.Create(Run, Toy.Config()));

        Assert.Equal("folder-in-use", error.Code);
        Assert.Contains($"engram resume {Run}", error.Message);
    }

    [Fact]
    public void A_folder_without_a_run_is_said_to_hold_none() =>
        Assert.Equal("no-run", Assert.Throws<EngramException>(() => RunFolder.Open(temporary.Path, Toy.Catalogs)).Code);

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_of_the_input()
    {
        File.WriteAllText(temporary["file"], "");

        Assert.Equal("cannot-write", Assert.Throws<EngramException>(() => RunFolder.Create(temporary["file", "run"], Toy.Config())).Code);
    }

    [Theory]
    [InlineData("", "corrupt-file", "config.json' is not valid JSON at line 1")]
    [InlineData("{\n\"schema\": 1,\n", "corrupt-file", "config.json' is not valid JSON at line 3")]
    [InlineData("[]", "corrupt-file", "is not a JSON object")]
    [InlineData("null", "corrupt-file", "is not a JSON object")]
    [InlineData("""{"schema":1,"seed":1,"seed":2}""", "corrupt-file", "seed")]
    [InlineData("""{"schema":1,"\ud800":1}""", "corrupt-file", "half a character")]
    [InlineData("""{"schema":1,"device":"\ud800"}""", "corrupt-file", "half a character")]
    [InlineData("""{"schema":2,"engram":"0.9.0"}""", "other-version", "0.9.0")]
    [InlineData("""{"schema":1,"stream":{"id":"toy"},"training":{"batch":0}}""", "invalid-setting", "training.batch")]
    public void A_damaged_configuration_is_refused(string content, string code, string part)
    {
        RunFolder.Create(Run, Toy.Config());
        File.WriteAllText(Path.Combine(Run, "config.json"), content);

        EngramException error = Assert.Throws<EngramException>(() => RunFolder.Open(Run, Toy.Catalogs));

        Assert.Equal((ErrorKind.Input, code), (error.Kind, error.Code));
        Assert.Contains(part, error.Message);
    }

    [Theory]
    [InlineData("{}", "other-version")]
    [InlineData("""{"schema":2}""", "other-version")]
    [InlineData("""{"schema":1}""", "corrupt-file")]
    [InlineData("""{"schema":1,"matrix":"none"}""", "corrupt-file")]
    [InlineData("{", "corrupt-file")]
    public void Damaged_results_are_refused(string content, string code)
    {
        RunFolder folder = RunFolder.Create(Run, Toy.Config());
        File.WriteAllText(Path.Combine(Run, "results.json"), content);

        Assert.Equal(code, Assert.Throws<EngramException>(folder.ReadResults).Code);
    }

    [Theory]
    [InlineData("matrix", "[[0.1,0.2]]")]
    [InlineData("matrix", "[[0.1,0.2],[0.1,2],[0.1,0.2]]")]
    [InlineData("kappa", "[[0,0],[0.5,2],[0,0]]")]
    [InlineData("kappa", "[[0,0],[0.5,0]]")]
    [InlineData("kappa", "[null,[0,0],[0,0]]")]
    [InlineData("metrics", "{\"forgetting\":0.1}")]
    [InlineData("tasks", "[null,\"b\"]")]
    [InlineData("chance", "[0.5]")]
    [InlineData("parameters", "[0,1]")]
    [InlineData("widths", "[[1]]")]
    [InlineData("curves", "[{\"step\":1,\"task\":1,\"accuracies\":[0.5]}]")]
    [InlineData("tables", "[{\"name\":\"a\",\"rowTitle\":\"\",\"rows\":[\"x\"],\"columnTitle\":\"\",\"columns\":[\"y\"],\"values\":[[2]],\"note\":\"\"}]")]
    [InlineData("seconds", "{\"train\":-1,\"consolidate\":0,\"evaluate\":0,\"total\":0}")]
    public void Results_that_no_picture_could_be_made_from_are_refused(string name, string json)
    {
        Finish();
        string path = Path.Combine(Run, "results.json");
        JsonNode results = JsonNode.Parse(File.ReadAllText(path))!;
        results[name] = JsonNode.Parse(json);
        File.WriteAllText(path, results.ToJsonString());

        EngramException error = Assert.Throws<EngramException>(RunFolder.OpenOrCreate(Run, Toy.Config("ewc")).ReadResults);

        Assert.Equal((ErrorKind.Input, "corrupt-file"), (error.Kind, error.Code));
        Assert.Contains(name, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Results_of_a_version_that_did_not_measure_kappa_are_read()
    {
        RunResult now = Finish();
        string path = Path.Combine(Run, "results.json");
        JsonObject results = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        results.Remove("kappa");
        results["metrics"]!.AsObject().Remove("kappa");
        File.WriteAllText(path, results.ToJsonString());

        RunResult old = RunFolder.OpenOrCreate(Run, Toy.Config("ewc")).ReadResults();

        Assert.Empty(old.Kappa);
        Assert.Equal(now.Matrix.ToRows(), old.Matrix.ToRows());
        Assert.DoesNotContain("kappa in the end", Engram.Reports.RunReport.Page(old));
        Assert.Null(Comparison.Of([old]).Summary[0].Metrics["kappa"]);
    }

    [Fact]
    public void A_checkpoint_of_another_version_is_refused()
    {
        Finish();
        Replace("""{"schema":"1",""", """{"schema":"7",""");

        Assert.Equal("other-version", Assert.Throws<EngramException>(Finish).Code);
    }

    [Fact]
    public void A_damaged_checkpoint_ends_in_one_line_and_never_in_other_numbers()
    {
        RunResult straight = Finish();
        string path = Path.Combine(Run, "checkpoint", "state.safetensors");
        byte[] whole = File.ReadAllBytes(path);
        int header = 8 + (int)BitConverter.ToInt64(whole);
        byte[] With(IEnumerable<(int At, byte Value)> changes)
        {
            byte[] file = [.. whole];
            foreach (var (at, value) in changes) file[at] = value;
            return file;
        }

        Gen.OneOf(
            Gen.Int[0, whole.Length - 1].Select(length => whole[..length]),
            Gen.Select(Gen.Int[0, header - 1], Gen.Char["0123456789[]{},:\"-.ex"]).Array[1, 3].Select(changes => With(changes.Select(change => (change.Item1, (byte)change.Item2)))),
            Gen.Select(Gen.Int[header, whole.Length - 1], Gen.Byte).Array[1, 3].Select(With)).Sample(file =>
        {
            File.WriteAllBytes(path, file);
            try
            {
                Toy.AssertSame(straight, Finish());
            }
            catch (EngramException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }, iter: 100, threads: 1);
    }

    private RunResult Finish()
    {
        RunConfig config = Toy.Config("ewc");
        return Toy.Run(config, RunFolder.OpenOrCreate(Run, config));
    }

    private void Replace(string old, string replacement)
    {
        string path = Path.Combine(Run, "checkpoint", "state.safetensors"), text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path));
        Assert.Contains(old, text);
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text.Replace(old, replacement)));
    }
}
