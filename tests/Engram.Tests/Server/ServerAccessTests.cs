using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Server;
using Engram.Server.Api;
using Engram.Tests.Durable;
using Microsoft.AspNetCore.Http;

namespace Engram.Tests.Server;

public sealed class ServerAccessTests : IDisposable
{
    private readonly Months months = new();
    private readonly DurableLearner learner;

    public ServerAccessTests()
    {
        learner = months.Open();
        learner.Teach(months.Table("january", 200, "ab", 1));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        learner.Dispose();
        months.Dispose();
    }

    public static TheoryData<string, string, AccessRole> Routes => new()
    {
        { "POST /v1/line/predict", """{"inputs":[[1,2,3,4]]}""", AccessRole.Read },
        { "POST /v1/line/check", """{"inputs":[[1,2,3,4]]}""", AccessRole.Read },
        { "GET /v1/line/history", "", AccessRole.Read },
        { "GET /v1/line/lessons", "", AccessRole.Read },
        { "GET /v1/line/jobs/none", "", AccessRole.Read },
        { "GET /v1/line/jobs/none/events", "", AccessRole.Read },
        { "POST /v1/line/lessons", "{}", AccessRole.Learn },
        { "POST /v1/line/feedback", """{"answers":[]}""", AccessRole.Learn },
        { "POST /v1/line/jobs/none/cancel", "", AccessRole.Learn },
        { "POST /v1/line/promote", """{"version":9,"reason":"x"}""", AccessRole.Admin },
        { "POST /v1/line/rollback", """{"version":9}""", AccessRole.Admin },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_route_takes_the_role_it_demands_and_those_above_it(string route, string body, AccessRole demanded)
    {
        Dictionary<AccessRole, string> secrets = Enum.GetValues<AccessRole>().ToDictionary(role => role, role => learner.AddKey($"{role}", role).Secret);
        await using TestServer server = await TestServer.Of(months.Engram);

        Assert.Equal((401, "no-key"), await Ask(null));
        Assert.Equal((401, "wrong-key"), await Ask("engram_x_y"));
        foreach (var (role, secret) in secrets)
        {
            var (status, code) = await Ask(secret);
            if (role < demanded) Assert.Equal((403, "not-allowed"), (status, code));
            else Assert.True(status is not (401 or 403 or 500), $"{status} {code}");
        }

        async Task<(int Status, string? Code)> Ask(string? key)
        {
            string[] parts = route.Split(' ');
            var (status, answer) = await server.Send(new(parts[0]), parts[1], body.Length > 0 ? new StringContent(body, Encoding.UTF8, "application/json") : null, key);
            return (status, answer is JsonObject problem ? (string?)problem["code"] : null);
        }
    }

    [Fact]
    public void No_route_of_the_interface_is_missing_above() =>
        Assert.Equal(typeof(LearnerApi).GetMethods(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static).Select(method => method.Name)
            .Intersect(["Predict", "Check", "Lesson", "Lessons", "Job", "Events", "Cancel", "Feedback", "History", "Promote", "Rollback"]).Count(), Routes.Count);

    [Fact]
    public async Task A_revoked_key_is_worth_nothing_within_a_second()
    {
        string secret = learner.AddKey("press", AccessRole.Read).Secret;
        await using TestServer server = await TestServer.Of(months.Engram);
        Assert.Equal(200, (await server.Send(HttpMethod.Get, "/v1/line/history", null, secret)).Status);

        learner.AddKey("other", AccessRole.Read);
        learner.RevokeKey("press");

        int status = 200;
        for (long end = Environment.TickCount64 + 20_000; status == 200 && Environment.TickCount64 < end; await Task.Delay(20, Stop)) status = (await server.Send(HttpMethod.Get, "/v1/line/history", null, secret)).Status;
        Assert.Equal(401, status);
    }

    [Fact]
    public async Task A_key_of_one_learner_is_none_of_another()
    {
        using DurableLearner other = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "other.engram"), new() { Assemblies = Months.Assemblies });
        string secret = other.AddKey("press", AccessRole.Admin).Secret;
        learner.AddKey("own", AccessRole.Admin);
        await using TestServer server = await TestServer.Of(months.Folder);

        Assert.Equal(401, (await server.Send(HttpMethod.Get, "/v1/line/history", null, secret)).Status);
        Assert.Equal(["other"], (await server.Send(HttpMethod.Get, "/v1", null, secret)).Body.AsArray().Select(one => (string)one!["name"]!));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "localhost:1", 200)]
    [InlineData("Host", "[::1]", 200)]
    public async Task Pages_of_other_sites_may_ask_nothing(string header, string value, int expected)
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/line/history");
        request.Headers.TryAddWithoutValidation(header, value);

        using HttpResponseMessage response = await server.Client.SendAsync(request, Stop);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("X-Forwarded-Host", "engram.example")]
    [InlineData("X-Real-IP", "192.0.2.7")]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("Via", "1.1 proxy")]
    public async Task What_a_proxy_on_this_machine_passes_on_needs_a_key(string header, string value)
    {
        await using TestServer without = await TestServer.Of(months.Engram);
        Assert.Equal(200, (await without.Get("/v1/line/history")).Status);
        Assert.Equal(403, await Asked(without, null));

        string secret = learner.AddKey("proxied", AccessRole.Read).Secret;
        await using TestServer server = await TestServer.Of(months.Engram);
        Assert.Equal(200, await Asked(server, secret));

        async Task<int> Asked(TestServer server, string? shown)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/line/history");
            request.Headers.TryAddWithoutValidation(header, value);
            if (shown is not null) request.Headers.Authorization = new("Bearer", shown);
            using HttpResponseMessage response = await server.Client.SendAsync(request, Stop);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Without_keys_no_other_machine_is_listened_to()
    {
        EngramException error = await Assert.ThrowsAsync<EngramException>(() => EngramServer.Run([LearnerSource.Of(months.Engram, Months.Assemblies)], "http://0.0.0.0:0", new Dictionary<string, string?>(), isQuiet: true, Stop));

        Assert.Equal("no-keys", error.Code);
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        context.Request.Host = new("localhost");
        Assert.False(AccessGuard.IsLocal(context));
    }

    [Fact]
    public async Task A_key_asks_no_more_often_than_it_may()
    {
        await using TestServer server = await TestServer.Of(months.Engram, ("MostRequestsPerSecond", "3"));

        List<int> answers = [];
        for (int i = 0; i < 40; i++) answers.Add((await server.Get("/v1/line/lessons")).Status);

        Assert.Equal(3, answers.TakeWhile(status => status == 200).Count());
        Assert.Contains(429, answers);
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_load_nothing_from_elsewhere()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        foreach (string path in new[] { "/v1", "/v1/none/history", "/nothing" })
        {
            using HttpResponseMessage response = await server.Client.GetAsync(path, Stop);

            Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task Right_answers_are_kept_and_learned()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        var (_, given) = await server.Post("/v1/line/predict", """{"inputs":[[3,0,0,9],[3,0,0,9.5],[3,0.5,0,9],[3,0,0.5,9],[3.5,0,0,9],[3,0.1,0,9],[3,0.2,0,9],[3,0.3,0,9],[3,0.4,0,9],[3.1,0,0,9]]}""");
        string answers = string.Join(',', given["answers"]!.AsArray().Select(one => $$"""{"id":"{{one!["id"]}}","label":"z"}"""));

        var (status, kept) = await server.Post("/v1/line/feedback", $$"""{"answers":[{{answers}}]}""");
        Assert.Equal((200, 10), (status, (int)kept["kept"]!));
        Assert.Equal("unknown-answer", (string)(await server.Post("/v1/line/feedback", """{"answers":[{"id":"none-1","label":"z"}]}""")).Body["code"]!);
        Assert.Equal("no-label", (string)(await server.Post("/v1/line/feedback", """{"answers":[{"id":"none-1","label":" "}]}""")).Body["code"]!);
        Assert.Equal("no-answers", (string)(await server.Post("/v1/line/feedback", """{"answers":[]}""")).Body["code"]!);

        var (_, job) = await server.Post("/v1/line/lessons", """{"feedback":true,"name":"told"}""");
        JsonNode ended = await server.Ended("line", (string)job["id"]!);
        Assert.True((string?)ended["state"] is "promoted" or "refused", ended.ToJsonString());
        Assert.Equal("told", (string)ended["name"]!);
        Assert.Empty(learner.FeedbackKept());
    }

    [Fact]
    public async Task A_visitor_shows_a_key_once_and_sees_what_it_may_until_it_is_revoked()
    {
        string secret = learner.AddKey("anna", AccessRole.Read).Secret;
        await using TestServer server = await TestServer.Of(months.Engram);
        using HttpClientHandler cookies = new() { AllowAutoRedirect = false };
        using HttpClient visitor = new(cookies) { BaseAddress = new(server.Address) };

        using HttpResponseMessage led = await visitor.GetAsync("/line", Stop);
        Assert.Equal((HttpStatusCode.Redirect, "/login?back=%2Fline"), (led.StatusCode, led.Headers.Location!.OriginalString));
        string form = await visitor.GetStringAsync("/login?back=%2Fline", Stop);
        string token = TokenIn(form);
        Assert.Equal("/login?wrong=true&back=%2Fline", await Show("engram_no_key", "/line", token));
        Assert.Null(await Show(secret, "/line", "no-token"));
        Assert.Equal("/", await Show(secret, "//evil.example", token));
        token = TokenIn(await visitor.GetStringAsync("/login", Stop)); // a token is a visitor's own
        Assert.Equal("/line", await Show(secret, "/line", token));

        using HttpResponseMessage page = await visitor.GetAsync("/line", Stop);
        string html = await page.Content.ReadAsStringAsync(Stop);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("anna", html, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/line/rollback\"", html, StringComparison.Ordinal);
        using HttpResponseMessage refused = await visitor.PostAsync("/line/rollback", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("version", "1")]), Stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/v1/line/history", Stop)).StatusCode);

        learner.AddKey("other", AccessRole.Admin);
        learner.RevokeKey("anna");
        HttpStatusCode status = HttpStatusCode.OK;
        for (long end = Environment.TickCount64 + 20_000; status == HttpStatusCode.OK && Environment.TickCount64 < end; await Task.Delay(20, Stop)) status = (await visitor.GetAsync("/line", Stop)).StatusCode;
        Assert.Equal(HttpStatusCode.Redirect, status);

        static string TokenIn(string html) => System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;

        async Task<string?> Show(string key, string back, string shown)
        {
            using HttpResponseMessage answer = await visitor.PostAsync("/login", new FormUrlEncodedContent([new("__RequestVerificationToken", shown), new("key", key), new("back", back)]), Stop);
            return answer.Headers.Location?.OriginalString;
        }
    }
}
