using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engram.Bench.Fleets;
using Engram.Bench.Serving;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Tests.Cli;
using Engram.Tests.Durable.Storage;

namespace Engram.Tests.Fleet;

/// <summary>Servers of a cluster as processes, and what becomes of it when one is killed.</summary>
public sealed partial class FleetServerTests : IAsyncLifetime
{
    private readonly PostgresDatabase database = new();
    private readonly DirectoryInfo spool = Directory.CreateTempSubdirectory("engram-fleet-");
    private readonly List<ServerProcess> servers = [];
    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        client = new(handler);
        string address = database.Address; // skips where there is none
        Task<ServerProcess>[] starting = [.. Enumerable.Range(0, 3).Select(_ => ServerProcess.OfCluster(EngramCommand.Program, address, spool.FullName, "--set", "Fleet:Connections=6"))];
        try
        {
            servers.AddRange(await Task.WhenAll(starting));
        }
        catch
        {
            foreach (Task<ServerProcess> one in starting)
                if (one.IsCompletedSuccessfully) servers.Add(await one);
            await DisposeAsync(); // nobody else does where the beginning failed
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (ServerProcess server in servers) server.Dispose();
        client.Dispose();
        handler.Dispose();
        database.Dispose();
        spool.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The short form of <c>Engram.Bench fleet kills</c>.</summary>
    [Fact]
    public async Task Of_a_killed_server_no_acknowledged_lesson_is_lost_and_answers_come_from_others_within_seconds()
    {
        await using FleetCaller caller = await FleetCaller.Start(database.Address);
        FleetUnderLoad fleet = new(async (name, input) =>
        {
            var answers = await caller.Client.Predict(name, [input], Stop);
            return (answers[0].Label, answers[0].Version);
        }, async (name, lesson, inputs, labels) => (await caller.Client.Learn(name, lesson, inputs, labels, Stop)).Version);
        FleetLoad load = new(fleet, learners: 30, features: 8, classes: 3);
        await load.Begin(8);

        Task asked = load.Run(TimeSpan.FromSeconds(10), callers: 4, teachers: 2, TimeSpan.FromMilliseconds(20));
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        servers[0].Kill();
        await asked;

        Assert.Empty(load.Faults(database.Address));
        Assert.True(load.Lessons > 40, $"{load.Lessons} lessons");
        Assert.InRange(load.Longest, 0, 15);
        Assert.InRange(load.Right, 0.95, 1);
    }

    [Fact]
    public async Task Every_server_answers_for_every_learner_and_one_learns_what_another_took_in_before_it_was_killed()
    {
        (int, JsonNode) unknown = await Ask(HttpMethod.Get, 0, "/v1/pump/history");
        JsonNode[] jobs = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Upload(i % 3, $"pump{i}", Table(i))))];
        servers[2].Kill();

        Assert.Equal((404, "unknown-learner"), (unknown.Item1, unknown.Item2["code"]!.ToString()));
        foreach (JsonNode job in jobs)
        {
            string name = job["learner"]!.ToString();
            JsonNode ended = await Eventually(async i =>
            {
                var (status, now) = await Ask(HttpMethod.Get, i, $"/v1/{name}/jobs/{job["id"]}");
                Assert.NotEqual(404, status); // it was taken in, whoever lives
                return status == 200 && now["ended"] is not null ? now : null;
            });
            Assert.Equal("promoted", ended["state"]!.ToString());
            (int Status, JsonNode Body)[] answers = [await Predict(0, name), await Predict(1, name)];
            Assert.All(answers, answer => Assert.Equal((200, "hot", 1), (answer.Status, answer.Body["answers"]![0]!["label"]!.ToString(), (int)answer.Body["version"]!)));
            string events = await client.GetStringAsync(servers[1].Address + $"/v1/{name}/jobs/{job["id"]}/events", Stop);
            Assert.Contains("\"state\":\"promoted\"", events);
            Assert.Contains($"<h1", await client.GetStringAsync(servers[0].Address + $"/{name}", Stop));
        }
        (int Status, JsonNode Listed) = await Ask(HttpMethod.Get, 1, "/v1/?after=pump3");
        Assert.Equal((200, "pump4 pump5"), (Status, string.Join(' ', Listed.AsArray().Select(one => one!["name"]!.ToString()))));
    }

    [Fact]
    public async Task A_key_and_a_login_count_at_every_server_and_nobody_pretends_to_be_one()
    {
        NewKey key;
        using (DurableLearner learner = DurableLearner.OpenOrCreate($"{database.Address}/pump", new() { Method = "slda" }))
        {
            var (inputs, labels) = Vectors.Lesson(1);
            learner.Learn(inputs, labels, "first", cancellation: Stop);
            key = learner.AddKey("anna", AccessRole.Read);
        }
        string question = new JsonObject { ["inputs"] = new JsonArray(new JsonArray([.. Vectors.Of('b').Select(number => (JsonNode)number)])) }.ToJsonString();
        string cookie = await Login(0, key.Secret);

        for (int i = 0; i < servers.Count; i++)
        {
            Assert.Equal("no-key", (await Ask(HttpMethod.Post, i, "/v1/pump/predict", question)).Body["code"]!.ToString());
            Assert.Equal("no-key", (await Ask(HttpMethod.Post, i, "/v1/pump/predict", question, ("Engram-Forwarded", "guessed"), ("Engram-Caller", "127.0.0.1"))).Body["code"]!.ToString());
            Assert.Equal("b", (await Ask(HttpMethod.Post, i, "/v1/pump/predict", question, ("X-Api-Key", key.Secret))).Body["answers"]![0]!["label"]!.ToString());
            Assert.Equal("b", (await Ask(HttpMethod.Post, i, "/v1/pump/predict", question, ("Cookie", cookie))).Body["answers"]![0]!["label"]!.ToString());
            Assert.Equal("pump", Assert.Single((await Ask(HttpMethod.Get, i, "/v1/", null, ("Cookie", cookie))).Body.AsArray())!["name"]!.ToString());
            Assert.Empty((await Ask(HttpMethod.Get, i, "/v1/")).Body.AsArray());
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Table(int seed)
    {
        Random random = new(seed);
        StringBuilder table = new("warmth,sound,state\n");
        for (int i = 0; i < 200; i++) table.AppendLine(FormattableString.Invariant($"{(i % 2 == 0 ? 20 : 80) + random.NextDouble():F3},{random.NextDouble():F3},{(i % 2 == 0 ? "cold" : "hot")}"));
        return table.ToString();
    }

    private async Task<JsonNode> Upload(int server, string name, string table)
    {
        using MultipartFormDataContent form = new() { { new StringContent(table), "file", "october.csv" } };
        using HttpResponseMessage response = await client.PostAsync($"{servers[server].Address}/v1/{name}/lessons?label=state&method=slda", form, Stop);
        string text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private Task<(int Status, JsonNode Body)> Predict(int server, string name) => Ask(HttpMethod.Post, server, $"/v1/{name}/predict", """{"rows": [{"warmth": 80, "sound": 0.5}]}""");

    private async Task<(int Status, JsonNode Body)> Ask(HttpMethod method, int server, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, servers[server].Address + path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using HttpResponseMessage response = await client.SendAsync(request, Stop);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!);
    }

    // From whichever of the two that live.
    private static async Task<JsonNode> Eventually(Func<int, Task<JsonNode?>> ask)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(TimeSpan.FromSeconds(40));
        for (int i = 0; ; i++)
        {
            if (await ask(i % 2) is { } found) return found;
            await Task.Delay(100, late.Token);
        }
    }

    private async Task<string> Login(int server, string secret)
    {
        using HttpResponseMessage page = await client.GetAsync(servers[server].Address + "/login", Stop);
        string token = Token().Match(await page.Content.ReadAsStringAsync(Stop)).Groups[1].Value;
        using HttpRequestMessage request = new(HttpMethod.Post, servers[(server + 1) % 3].Address + "/login") { Content = new FormUrlEncodedContent([new("key", secret), new("back", "/pump"), new("__RequestVerificationToken", token)]) };
        request.Headers.Add("Cookie", Cookies(page));
        using HttpResponseMessage response = await client.SendAsync(request, Stop);
        Assert.Equal((HttpStatusCode.Redirect, "/pump"), (response.StatusCode, response.Headers.Location?.ToString()));
        return Cookies(response);
    }

    private static string Cookies(HttpResponseMessage response) => string.Join("; ", response.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
