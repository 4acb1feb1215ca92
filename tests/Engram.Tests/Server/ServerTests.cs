using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Server;
using Engram.Server.Answers;
using Engram.Tests.Durable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engram.Tests.Server;

public sealed class ServerTests : IDisposable
{
    private static readonly DateTime Began = DateTime.UtcNow; // what a server left that was killed before is not of these tests
    private readonly Months months = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => months.Dispose();

    [Fact]
    public async Task A_learner_is_taught_asked_and_taken_back_over_http()
    {
        await using TestServer server = await TestServer.Of(months.Engram);

        Assert.Equal((409, "nothing-learned"), await Refused(server.Post("/v1/line/predict", """{"inputs":[[1,2,3,4]]}""")));
        JsonNode first = await server.Teach("line", months.Table("january", 400, "ab", 1));
        Assert.Equal(("promoted", "january", 1), ((string)first["state"]!, (string)first["name"]!, (int)first["version"]!));
        JsonNode second = await server.Teach("line", months.Table("february", 400, "bc", 2), "&lesson=second");
        Assert.Equal(("promoted", "second", 2), ((string)second["state"]!, (string)second["name"]!, (int)second["version"]!));

        // Corners of the classes a, b, c; a row, a table, vectors.
        var (_, rows) = await server.Post("/v1/line/predict?probabilities=true", """{"rows":[{"p":3,"q":0,"r":0,"s":0},{"s":0,"p":0,"q":3,"r":0},{"p":3,"q":3,"r":0,"s":0}]}""");
        Assert.Equal(["a", "b", "c"], rows["answers"]!.AsArray().Select(one => (string)one!["label"]!));
        Assert.Equal(["a", "b", "c"], rows["answers"]![0]!["probabilities"]!.AsObject().Select(one => one.Key).Order());
        Assert.Equal(1, rows["answers"]![0]!["probabilities"]!.AsObject().Sum(one => (float)one.Value!), 1e-5);
        var (_, table) = await server.Post("/v1/line/predict", "text/csv", "p,q,r,s\n3,0,0,0\n0,3,0,0\n3,3,0,0\n"u8.ToArray());
        Assert.Equal(["a", "b", "c"], table["answers"]!.AsArray().Select(one => (string)one!["label"]!));
        Assert.Equal(2, (int)table["version"]!);

        Assert.Equal(1, (int)(await server.Post("/v1/line/rollback", "{}")).Body["version"]!);
        Assert.Equal((409, "no-older-version"), await Refused(server.Post("/v1/line/rollback", "{}")));
        Assert.Equal((409, "no-older-version"), await Refused(server.Post("/v1/line/rollback", """{"version":null}""")));
        Assert.Equal(2, (int)(await server.Post("/v1/line/promote", """{"version":2,"reason":"it was right"}""")).Body["version"]!);
        Assert.Equal((400, "missing-reason"), await Refused(server.Post("/v1/line/promote", """{"version":2,"reason":" "}""")));

        var (_, history) = await server.Get("/v1/line/history");
        Assert.Equal(["january", "second"], history["lessons"]!.AsArray().Select(lesson => (string)lesson!["name"]!));
        Assert.DoesNotContain(months.Folder, history.ToJsonString(), StringComparison.Ordinal);
        var (_, drift) = await server.Post("/v1/line/check", "text/csv", await File.ReadAllBytesAsync(months.Table("march", 200, "abc", 3, shift: 2, labels: false), Stop));
        Assert.True((bool)drift["drifted"]!);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.GetTempPath(), "engram-asked-*"), file => File.GetLastWriteTimeUtc(file) is var written && written > Began && written < DateTime.UtcNow.AddMinutes(-1));
    }

    [Fact]
    public async Task What_a_killed_server_left_of_its_requests_goes_with_the_next_start()
    {
        string old = Path.Combine(Path.GetTempPath(), $"engram-asked-{Guid.NewGuid():N}.csv"), fresh = Path.Combine(Path.GetTempPath(), $"engram-asked-{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(old, "left", Stop);
        await File.WriteAllTextAsync(fresh, "another server's", Stop);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));

        await using (TestServer server = await TestServer.Of(months.Engram)) Assert.Equal(200, (await server.Get("/health/live")).Status);

        Assert.Equal((false, true), (File.Exists(old), File.Exists(fresh)));
        File.Delete(fresh);
    }

    [Fact]
    public async Task What_the_gate_refuses_does_not_answer()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await server.Teach("line", months.Table("january", 400, "ab", 1));

        JsonNode refused = await server.Teach("line", months.Table("nonsense", 200, "ab", 2), "&gate.minNew=1");

        Assert.Equal("refused", (string)refused["state"]!);
        Assert.StartsWith("Refused: the new lesson 'nonsense'", (string)refused["verdict"]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await server.Get("/v1")).Body[0]!["version"]!);
    }

    [Fact]
    public async Task A_lesson_in_a_zip_with_a_folder_around_it_is_learned()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        string zip = Path.Combine(months.Folder, "november.zip");
        await using (ZipArchive archive = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create, Stop))
            await archive.CreateEntryFromFileAsync(months.Table("inside", 300, "ab", 1), "november/inside.csv", Stop);

        JsonNode job = await server.Teach("line", zip);

        Assert.Equal(("promoted", "november"), ((string)job["state"]!, (string)job["name"]!));
        Assert.Equal(["lesson.json"], Directory.EnumerateFileSystemEntries(Path.Combine(months.Folder, "engram-lessons", "line", (string)job["id"]!)).Select(Path.GetFileName));
    }

    public static TheoryData<string> WrongZips => ["../outside.csv", "a/../../outside.csv", "/etc/outside.csv", "..\\outside.csv"];

    [Theory]
    [MemberData(nameof(WrongZips))]
    public async Task A_zip_that_leads_out_of_its_folder_is_refused_and_leaves_nothing(string entry)
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        byte[] zip = Zipped((entry, "a,label\n1,x\n"u8.ToArray()));

        Assert.Equal((400, "wrong-zip"), await Refused(server.Post("/v1/line/lessons?file=x.zip", "application/zip", zip)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(months.Folder, "engram-lessons", "line")));
        Assert.Empty(Directory.EnumerateFiles(months.Folder, "outside.csv", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_zip_that_grows_beyond_the_limit_is_refused_whatever_it_says_of_itself()
    {
        await using TestServer server = await TestServer.Of(months.Engram, ("MostBytesUnpacked", "1000000"), ("MostFilesUnpacked", "10"));

        Assert.Equal((413, "too-large"), await Refused(server.Post("/v1/line/lessons?file=x.zip", "application/zip", Zipped(("x.csv", new byte[2_000_000])))));
        Assert.Equal((413, "too-large"), await Refused(server.Post("/v1/line/lessons?file=x.zip", "application/zip", Zipped([.. Enumerable.Range(0, 11).Select(i => ($"{i}.txt", new byte[1]))]))));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(months.Folder, "engram-lessons", "line")));
    }

    [Fact]
    public async Task Bodies_above_the_limit_of_their_route_are_refused()
    {
        await using TestServer server = await TestServer.Of(months.Engram, ("MostBytesAsked", "1000"), ("MostBytesOfLesson", "2000"));

        Assert.Equal((413, "too-large"), await Refused(server.Post("/v1/line/predict", "text/csv", new byte[1001])));
        Assert.Equal((413, "too-large"), await Refused(server.Post("/v1/line/lessons?file=x.csv", "text/csv", new byte[3000])));
    }

    [Theory]
    [InlineData("/v1/line/predict", "application/json", "", 400, "wrong-json")]
    [InlineData("/v1/line/predict", "application/json", "null", 400, "nothing-asked")]
    [InlineData("/v1/line/predict", "application/json", "{}", 400, "nothing-asked")]
    [InlineData("/v1/line/predict", "application/json", """{"inputs":[]}""", 400, "nothing-asked")]
    [InlineData("/v1/line/predict", "application/json", """{"inputs":[[1,2,3,4]],"texts":["a"]}""", 400, "nothing-asked")]
    [InlineData("/v1/line/predict", "application/json", """{"inputs":[[1,2,3]]}""", 400, "wrong-length")]
    [InlineData("/v1/line/predict", "application/json", """{"inputs":[null]}""", 400, "wrong-length")]
    [InlineData("/v1/line/predict", "application/json", """{"inputs":[[1,2,3,1e99]]}""", 400, "not-finite")]
    [InlineData("/v1/line/predict", "application/json", """{"inputs":[["1",2,3,4]]}""", 400, "wrong-json")]
    [InlineData("/v1/line/predict", "application/json", """{"input":[[1,2,3,4]]}""", 400, "wrong-json")]
    [InlineData("/v1/line/predict", "application/json", """{"rows":[{"p":1}]}""", 400, "columns-differ")]
    [InlineData("/v1/line/predict", "application/json", """{"rows":[null]}""", 400, null)]
    [InlineData("/v1/line/predict", "application/json", """{"texts":["a"]}""", 400, null)]
    [InlineData("/v1/line/predict", "image/png", "no picture", 400, null)]
    [InlineData("/v1/line/predict", "text/csv", "", 400, null)]
    [InlineData("/v1/none/predict", "application/json", """{"inputs":[[1]]}""", 404, "unknown-learner")]
    [InlineData("/v1/..%2fline/predict", "application/json", """{"inputs":[[1]]}""", 404, "unknown-learner")]
    [InlineData("/v1/line/lessons", "application/json", "{}", 400, "no-lesson")]
    [InlineData("/v1/line/lessons", "application/json", """{"path":"x"}""", 400, "no-data-folder")]
    [InlineData("/v1/line/lessons", "text/csv", "a,label\n1,x", 400, "no-file-name")]
    [InlineData("/v1/line/lessons?file=x.exe", "text/csv", "a", 400, "wrong-lesson")]
    [InlineData("/v1/line/lessons?file=x.csv", "text/csv", "", 400, "empty-lesson")]
    [InlineData("/v1/line/lessons?file=x.zip", "text/csv", "no zip", 400, "wrong-zip")]
    [InlineData("/v1/line/lessons?file=x.csv&features=/etc/passwd", "text/csv", "a,label\n1,x", 400, "invalid-setting")]
    [InlineData("/v1/line/lessons?file=x.csv&pictureSize=big", "text/csv", "a,label\n1,x", 400, "invalid-setting")]
    [InlineData("/v1/line/lessons", "multipart/form-data", "x", 400, "wrong-form")]
    [InlineData("/v1/line/lessons", "multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", 400, "no-file")]
    [InlineData("/v1/line/lessons", "multipart/form-data; boundary=b", "--b\r\nnonsense", 400, "wrong-form")]
    [InlineData("/v1/line/promote", "text/plain", "{}", 400, null)]
    [InlineData("/v1/line/promote", "application/json", """{"version":9,"reason":"x"}""", 400, null)]
    public async Task Wrong_requests_say_what_is_wrong(string path, string kind, string body, int status, string? code)
    {
        using (DurableLearner learner = months.Open()) learner.Teach(months.Table("january", 200, "ab", 1));
        await using TestServer server = await TestServer.Of(months.Engram);

        var (actual, problem) = await server.Post(path, kind, Encoding.UTF8.GetBytes(body));

        Assert.InRange(actual, 400, 499);
        if (code is not null) Assert.Equal((status, code), (actual, (string)problem["code"]!));
        Assert.Equal(actual, (int)problem["status"]!);
        if (problem["detail"] is { } detail) Assert.DoesNotContain(months.Folder, (string)detail!, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await server.Get("/v1")).Body[0]!["version"]!);
    }

    [Theory]
    [InlineData("/v1/none/history", "text/html", 404, "unknown-learner")]
    [InlineData("/v1/line/history", "application/json;q=x", 409, "nothing-learned")]
    public async Task Who_takes_no_json_is_told_the_same(string path, string accept, int status, string code)
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using HttpResponseMessage response = await server.Client.SendAsync(request, Stop);

        Assert.Equal((status, code), ((int)response.StatusCode, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!["code"]!));
    }

    [Fact]
    public async Task An_input_so_large_that_no_probability_comes_of_it_is_refused()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await server.Teach("line", months.Table("january", 300, "ab", 1), "&method=ncm");

        Assert.Equal((400, "not-finite"), await Refused(server.Post("/v1/line/predict?probabilities=true", """{"inputs":[[1,2,3,4],[1e38,2,3,4]]}""")));
        Assert.Equal(200, (await server.Post("/v1/line/predict", """{"inputs":[[1,2,3,4]]}""")).Status);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/logout")]
    public async Task A_form_that_cannot_be_read_is_refused(string path)
    {
        await using TestServer server = await TestServer.Of(months.Engram);

        Assert.Equal((400, "wrong-form"), await Refused(server.Post(path, "multipart/form-data; boundary=b", "--b\r\nnonsense"u8.ToArray())));
    }

    [Fact]
    public async Task A_lesson_that_waits_for_another_writer_keeps_no_other_learner_waiting()
    {
        using DurableLearner other = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "held.engram"), new() { Assemblies = Months.Assemblies });
        string table = months.Table("january", 200, "ab", 1);
        await using TestServer server = await TestServer.Of(months.Folder);
        using IDisposable held = other.File.Store.HoldForWriting("test");
        var (_, waits) = await server.Post("/v1/held/lessons?file=january.csv", "text/csv", await File.ReadAllBytesAsync(table, Stop));

        Assert.Equal("promoted", (string)(await server.Teach("free", table))["state"]!);
        Assert.Null((await server.Get($"/v1/held/jobs/{waits["id"]}")).Body["ended"]);
    }

    [Fact]
    public async Task Lessons_by_path_come_from_the_allowed_folder_alone()
    {
        string data = Directory.CreateDirectory(Path.Combine(months.Folder, "photos")).FullName;
        File.Move(months.Table("january", 300, "ab", 1), Path.Combine(data, "january.csv"));
        string outside = months.Table("outside", 300, "ab", 1);
        File.CreateSymbolicLink(Path.Combine(data, "link.csv"), outside);
        await using TestServer server = await TestServer.Of(months.Engram, ("Data", data));

        Assert.Equal((400, "outside"), await Refused(server.Post("/v1/line/lessons", """{"path":"../outside.csv"}""")));
        Assert.Equal((400, "outside"), await Refused(server.Post("/v1/line/lessons", """{"path":"link.csv"}""")));
        Assert.Equal((400, "outside"), await Refused(server.Post("/v1/line/lessons", """{"path":"january\u0000.csv"}""")));
        Assert.Equal((400, "outside"), await Refused(server.Post("/v1/line/lessons", $$"""{"path":"{{outside}}"}""")));
        Assert.Equal((404, "no-such-path"), await Refused(server.Post("/v1/line/lessons", """{"path":"february.csv"}""")));
        var (status, job) = await server.Post("/v1/line/lessons", """{"path":"january.csv","name":"first"}""");
        Assert.Equal(202, status);
        Assert.Equal(("promoted", "first"), (await server.Ended("line", (string)job["id"]!)) is var ended ? ((string)ended["state"]!, (string)ended["name"]!) : default);

        // A folder may have any name.
        Directory.CreateDirectory(Path.Combine(data, "feedback"));
        File.Move(months.Table("february", 300, "ab", 2), Path.Combine(data, "feedback", "february.csv"));
        (_, job) = await server.Post("/v1/line/lessons", """{"path":"feedback"}""");
        Assert.Equal("feedback", (string?)(await server.Ended("line", (string)job["id"]!))["name"]);
    }

    [Fact]
    public async Task A_folder_serves_every_learner_in_it_and_begins_new_ones()
    {
        await using TestServer server = await TestServer.Of(months.Folder);

        JsonNode job = await server.Teach("press", months.Table("january", 300, "ab", 1));

        Assert.Equal("promoted", (string)job["state"]!);
        Assert.True(File.Exists(Path.Combine(months.Folder, "press.engram")));
        Assert.Equal((404, "unknown-learner"), await Refused(server.Post("/v1/other/predict", """{"inputs":[[1]]}""")));
        Assert.Equal((400, "wrong-name"), await Refused(server.Post("/v1/-x/predict", """{"inputs":[[1]]}""")));
        Assert.Equal((400, "wrong-name"), await Refused(server.Post("/v1/metrics/predict", """{"inputs":[[1]]}""")));
        Assert.Equal("press", (string)(await server.Get("/v1")).Body[0]!["name"]!);
    }

    [Fact]
    public async Task A_promotion_by_another_process_answers_within_a_second()
    {
        using DurableLearner other = months.Open();
        other.Teach(months.Table("january", 300, "ab", 1));
        await using TestServer server = await TestServer.Of(months.Engram);
        ServedLearner served = server.Learners.Find("line");

        other.Teach(months.Table("february", 300, "bc", 2));

        long begun = Environment.TickCount64;
        while (served.Version != 2 && Environment.TickCount64 - begun < 20_000) await Task.Delay(10, Stop);
        Assert.Equal(2, served.Version);
    }

    [Fact]
    public async Task A_lesson_is_cancelled_and_leaves_nothing()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        byte[] table = await File.ReadAllBytesAsync(months.Table("january", 4000, "ab", 1), Stop);

        var (_, job) = await server.Post("/v1/line/lessons?file=january.csv&training.epochs=1000", "text/csv", table);
        var (_, second) = await server.Post("/v1/line/lessons?file=january.csv", "text/csv", table);
        await server.Post($"/v1/line/jobs/{second["id"]}/cancel", "{}");
        await server.Post($"/v1/line/jobs/{job["id"]}/cancel", "{}");

        Assert.Equal("cancelled", (string)(await server.Ended("line", (string)job["id"]!))["state"]!);
        Assert.Equal("cancelled", (string)(await server.Ended("line", (string)second["id"]!))["state"]!);
        Assert.Equal(0, (int)(await server.Get("/v1")).Body[0]!["version"]!);
        Assert.Equal((404, "unknown-lesson"), await Refused(server.Post("/v1/line/jobs/none/cancel", "{}")));
    }

    [Fact]
    public async Task A_lesson_that_was_taken_in_is_learned_by_the_next_server()
    {
        string id;
        await using (TestServer server = await TestServer.Of(months.Engram))
        {
            var (_, job) = await server.Post("/v1/line/lessons?file=january.csv&training.epochs=300", "text/csv", await File.ReadAllBytesAsync(months.Table("january", 2000, "ab", 1), Stop));
            id = (string)job["id"]!;
        }

        await using TestServer next = await TestServer.Of(months.Engram);

        Assert.Equal("promoted", (string)(await next.Ended("line", id))["state"]!);
    }

    [Fact]
    public async Task Right_answers_that_were_learned_before_the_servers_end_are_said_to_be()
    {
        string id;
        await using (TestServer server = await TestServer.Of(months.Engram))
        {
            await server.Teach("line", months.Table("january", 300, "ab", 1));
            string asked = string.Join(',', Enumerable.Range(0, 12).Select(i => $"[3,0,{i},9]"));
            var (_, given) = await server.Post("/v1/line/predict", $$"""{"inputs":[{{asked}}]}""");
            await server.Post("/v1/line/feedback", $$"""{"answers":[{{string.Join(',', given["answers"]!.AsArray().Select(one => $$"""{"id":"{{one!["id"]}}","label":"z"}"""))}}]}""");
            var (_, job) = await server.Post("/v1/line/lessons", """{"feedback":true}""");
            id = (string)job["id"]!;
            await server.Ended("line", id);
        }
        string record = Path.Combine(months.Folder, "engram-lessons", "line", id, "lesson.json");
        JsonObject written = JsonNode.Parse(await File.ReadAllTextAsync(record, Stop))!.AsObject();
        string state = (string)written["state"]!;
        foreach (string later in new[] { "ended", "version", "verdict" }) written.Remove(later);
        written["state"] = "waiting";
        await File.WriteAllTextAsync(record, written.ToJsonString(), Stop);
        string damaged = Directory.CreateDirectory(Path.Combine(months.Folder, "engram-lessons", "line", "0damaged")).FullName;
        await File.WriteAllTextAsync(Path.Combine(damaged, "lesson.json"), "{\"id\": 3", Stop);

        await using TestServer next = await TestServer.Of(months.Engram);
        JsonNode ended = await next.Ended("line", id);

        Assert.Equal((state, 2), ((string)ended["state"]!, (int)ended["version"]!));
        Assert.Equal("damaged-lesson", (string)(await next.Get("/v1/line/jobs/0damaged")).Body["error"]!);
    }

    [Fact]
    public async Task Progress_is_told_as_events_until_the_end()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        var (_, job) = await server.Post("/v1/line/lessons?file=january.csv&training.epochs=100", "text/csv", await File.ReadAllBytesAsync(months.Table("january", 2000, "ab", 1), Stop));

        string events = await server.Client.GetStringAsync($"/v1/line/jobs/{job["id"]}/events", Stop);

        string[] told = [.. events.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => (string)JsonNode.Parse(line[6..])!["state"]!)];
        Assert.Equal("promoted", told[^1]);
        Assert.Contains("learning", told);
    }

    [Fact]
    public async Task It_says_how_it_is_what_it_counts_and_how_it_is_asked()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await server.Teach("line", months.Table("january", 300, "ab", 1));
        await server.Post("/v1/line/predict", """{"inputs":[[1,2,3,4],[1,2,3,5]]}""");

        Assert.Equal(200, (await server.Get("/health/live")).Status);
        Assert.Equal("Healthy", (await server.Get("/health/ready")).Body.ToString());
        string counts = (await server.Get("/metrics")).Body.ToString();
        Assert.Contains("engram_answers_together_count", counts, StringComparison.Ordinal);
        Assert.Contains("engram_answers_total{", counts, StringComparison.Ordinal);
        Assert.Contains("""engram_lessons_total{""", counts, StringComparison.Ordinal);
        var (_, document) = await server.Get("/openapi/v1.json");
        Assert.Contains("/v1/{name}/predict", document["paths"]!.AsObject().Select(path => path.Key));
    }

    [Fact]
    public async Task What_comes_into_a_folder_is_learned_once_and_in_order()
    {
        string inbox = Directory.CreateDirectory(Path.Combine(months.Folder, "inbox")).FullName;
        File.Move(months.Table("february", 300, "bc", 2), Path.Combine(inbox, "2-february.csv"));
        File.Move(months.Table("january", 300, "ab", 1), Path.Combine(inbox, "1-january.csv"));
        await File.WriteAllTextAsync(Path.Combine(inbox, "3-march.csv.part"), "p,q", Stop);
        (string, string)[] settings = [("LearnFrom:line", inbox), ("LearnEvery", "00:00:00.05"), ("LearnOnceQuietFor", "00:00:00")];
        await using (TestServer server = await TestServer.Of(months.Engram, settings))
        {
            while ((await server.Get("/v1/line/lessons")).Body.AsArray().Count(job => job!["ended"] is not null) < 2) await Task.Delay(20, Stop);
            await Task.Delay(300, Stop);
            Assert.Equal(["2-february", "1-january"], (await server.Get("/v1/line/lessons")).Body.AsArray().Select(job => (string)job!["name"]!));
        }

        await using TestServer next = await TestServer.Of(months.Engram, settings);
        await Task.Delay(300, Stop);
        Assert.Equal(2, (await next.Get("/v1/line/lessons")).Body.AsArray().Count);
        Assert.Equal(2, (int)(await next.Get("/v1")).Body[0]!["version"]!);
    }

    [Fact]
    public async Task A_program_of_its_own_predicts_by_name_through_its_services()
    {
        using (DurableLearner learner = months.Open()) learner.Teach(months.Table("january", 300, "ab", 1));
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddEngram("line3", months.Engram, Months.Assemblies);
        using IHost host = builder.Build();
        await host.StartAsync(Stop);

        IPredictor predictor = host.Services.GetRequiredKeyedService<IPredictor>("line3");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => predictor.PredictAsync(i % 2 == 0 ? [3, 0, 0, 0] : [0f, 3, 0, 0], Stop)));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? "a" : "b"), answers.Select(answer => answer.Label));
        Assert.Equal(2, (await predictor.PredictAsync(months.Table("asked", 2, "ab", 5, labels: false), Stop)).Count);
        Assert.Equal("wrong-length", (await Assert.ThrowsAsync<EngramException>(() => predictor.PredictAsync([1f], Stop))).Code);
        await host.StopAsync(Stop);
    }

    // Which has its own errors and its own visitors.
    [Fact]
    public async Task The_routes_are_those_of_any_program()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication().AddCookie();
        builder.Services.AddEngram("line3", months.Engram, Months.Assemblies);
        await using WebApplication app = builder.Build();
        app.MapGet("/own", () => "its own");
        app.MapGet("/broken", string () => throw new InvalidTimeZoneException());
        app.MapEngram();
        await app.StartAsync(Stop);
        using HttpClient client = new() { BaseAddress = new(app.Urls.First()) };

        using HttpResponseMessage refused = await client.PostAsync("/v1/line3/predict", new StringContent("{}", Encoding.UTF8, "application/json"), Stop);
        using HttpResponseMessage broken = await client.GetAsync("/broken", Stop);

        Assert.Equal("its own", await client.GetStringAsync("/own", Stop));
        Assert.Equal("nothing-asked", (string)JsonNode.Parse(await refused.Content.ReadAsStringAsync(Stop))!["code"]!);
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Equal((500, ""), ((int)broken.StatusCode, await broken.Content.ReadAsStringAsync(Stop)));
        await app.StopAsync(Stop);
    }

    [Fact]
    public async Task A_queue_that_is_full_says_so_and_answers_those_that_wait()
    {
        using ManualResetEventSlim busy = new();
        using DurableLearner learner = months.Open();
        learner.Teach(months.Table("january", 300, "ab", 1));
        AnswerQueue queue = new(inputs =>
        {
            busy.Wait(Stop);
            return learner.Predict(inputs);
        }, new() { MostWaiting = 4, MostTogether = 3 });
        Task<IReadOnlyList<Answer>> first = queue.Ask([[3, 0, 0, 0]], Stop);
        while (queue.Waiting > 0) await Task.Delay(1, Stop);
        using CancellationTokenSource gone = new();
        Task<IReadOnlyList<Answer>>[] others = [.. Enumerable.Range(0, 4).Select(i => queue.Ask([[3, 0, 0, 0], [0, 3, 0, 0]], i == 3 ? gone.Token : Stop))];

        Assert.Equal("too-busy", Assert.Throws<EngramException>(() => { _ = queue.Ask([[1, 2, 3, 4]], Stop); }).Code);
        await gone.CancelAsync();
        busy.Set();

        Assert.Equal("a", (await first)[0].Label);
        foreach (Task<IReadOnlyList<Answer>> other in others[..3]) Assert.Equal(["a", "b"], (await other).Select(answer => answer.Label));
        await Assert.ThrowsAsync<TaskCanceledException>(() => others[3]);
        Assert.Equal("a", (await queue.Ask([[3, 0, 0, 0]], Stop))[0].Label);
    }

    [Fact]
    public async Task One_request_that_cannot_be_answered_costs_the_others_nothing()
    {
        using ManualResetEventSlim busy = new();
        AnswerQueue queue = new(inputs =>
        {
            busy.Wait(Stop);
            if (inputs.Any(input => input.Length == 0)) throw new InvalidOperationException("bad");
            return [.. inputs.Select(input => new Answer(null!, true, input.Length))];
        }, new());
        Task<IReadOnlyList<Answer>> first = queue.Ask([[1]], Stop), good = queue.Ask([[1, 2]], Stop), bad = queue.Ask([[]], Stop), last = queue.Ask([[1, 2, 3]], Stop);
        busy.Set();

        foreach (var (asked, length) in new[] { (first, 1), (good, 2), (last, 3) }) Assert.Equal(length, (await asked)[0].Version);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
    }

    [Fact]
    public async Task A_learner_that_is_damaged_is_said_and_the_others_answer()
    {
        using (DurableLearner good = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "good.engram"), new() { Assemblies = Months.Assemblies })) good.Teach(months.Table("january", 300, "ab", 1));
        await File.WriteAllTextAsync(Path.Combine(months.Folder, "bad.engram"), "this is no database at all", Stop);
        await using TestServer server = await TestServer.Of(months.Folder);

        Assert.Equal((503, "not-an-engram"), await Refused(server.Post("/v1/bad/predict", """{"inputs":[[1]]}""")));
        Assert.Equal(200, (await server.Post("/v1/good/predict", """{"inputs":[[1,2,3,4]]}""")).Status);
        Assert.Equal(503, (await server.Get("/health/ready")).Status);
    }

    private static byte[] Zipped(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
                using (Stream entry = archive.CreateEntry(name).Open()) entry.Write(content);
        return stream.ToArray();
    }

    private static async Task<(int Status, string Code)> Refused(Task<(int Status, JsonNode Body)> answer) => await answer is var (status, body) ? (status, (string)body["code"]!) : default;
}
