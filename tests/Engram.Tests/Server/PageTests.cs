using System.Net;
using System.Text.RegularExpressions;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Server;
using Engram.Tests.Durable;

namespace Engram.Tests.Server;

/// <summary>The page as it is rendered, and its forms as a browser without a script sends them.</summary>
public sealed partial class PageTests : IDisposable
{
    private readonly Months months = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => months.Dispose();

    [Fact]
    public async Task Before_the_first_lesson_the_page_says_what_to_do()
    {
        await using TestServer server = await TestServer.Of(months.Engram);

        string all = await Html(server, "/"), one = await Html(server, "/line");

        Assert.Contains("waits for a lesson", all, StringComparison.Ordinal);
        Assert.Contains("It has learned nothing yet", one, StringComparison.Ordinal);
        Assert.Contains("/v1/line/lessons</code>", one, StringComparison.Ordinal);
        Assert.Contains("name=\"file\" type=\"file\"", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_story_from_first_lesson_to_rollback_needs_no_script()
    {
        await using TestServer server = await TestServer.Of(months.Engram);

        string taken = await Teach(server, months.Table("january", 400, "ab", 1), [("title", "first"), ("label", "label")]);
        Assert.Contains("The lesson was taken in", taken, StringComparison.Ordinal);
        await Ended(server);
        await Teach(server, months.Table("february", 400, "bc", 2), []);
        await Ended(server);
        string learned = await Html(server, "/line");
        Assert.Contains("Version 2 has answered since", learned, StringComparison.Ordinal);
        Assert.Contains("<svg", learned, StringComparison.Ordinal);
        Assert.Contains("class=\"heat-", learned, StringComparison.Ordinal);

        string asked = await Post(server, "/line/ask", ("column.p", "3"), ("column.q", "0"), ("column.r", "0"), ("column.s", "0"));
        Assert.Contains("<p class=\"said-label\">a ", asked, StringComparison.Ordinal);
        Assert.Contains("value=\"3\"", asked, StringComparison.Ordinal);
        string drift = await Post(server, "/line/check");
        Assert.Contains("1 input of today against", drift, StringComparison.Ordinal);

        string refused = await Post(server, "/line/rollback", ("version", "1"));
        Assert.Contains("Version 1 answers again", refused, StringComparison.Ordinal);
        string promoted = await Post(server, "/line/promote", ("version", "2"), ("reason", "it was <right>"));
        Assert.Contains("promoted by hand", promoted, StringComparison.Ordinal);
        Assert.Contains("it was &lt;right&gt;", promoted, StringComparison.Ordinal);
        Assert.Equal(2, server.Learners.Find("line").Version);
        Assert.DoesNotContain(months.Folder, promoted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_from_data_stands_as_text()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        string table = months.Table("january", 300, "ab", 1), file = Path.Combine(months.Folder, "x.csv");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(table, Stop)).Replace(",a\n", ",<script>alert(1)</script>\n", StringComparison.Ordinal).Replace(",b\n", ",\"\"\"><img src=x>\"\n", StringComparison.Ordinal).Replace("p,q", "\"\"\"><i>\",q", StringComparison.Ordinal), Stop);
        await Teach(server, file, [("title", "<b>\"'first")]);
        await Ended(server);

        string html = await Post(server, "/line/ask", ("column.q", "3\"><u>"), ("column.r", "0"));

        string page = await Html(server, "/line");
        foreach (string text in new[] { html, page })
        {
            Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<i>", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<u>", text, StringComparison.Ordinal);
        }
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/line/promote")]
    [InlineData("/line/rollback")]
    [InlineData("/line/cancel")]
    [InlineData("/line/check")]
    [InlineData("/line/ask")]
    public async Task A_form_without_its_token_is_refused(string path)
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await server.Teach("line", months.Table("january", 200, "ab", 1));

        using HttpResponseMessage none = await server.Client.PostAsync(path, new FormUrlEncodedContent([new("version", "1"), new("column.p", "1")]), Stop);
        using HttpResponseMessage wrong = await server.Client.PostAsync(path, new FormUrlEncodedContent([new("version", "1"), new(Field, "CfDJ8")]), Stop);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (none.StatusCode, wrong.StatusCode));
        Assert.Contains("does not come from a page", await none.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lesson_without_the_token_of_the_page_is_refused_and_leaves_nothing()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        using MultipartFormDataContent form = new() { { new StringContent("nonsense"), Field }, { new ByteArrayContent("p,label\n1,a\n"u8.ToArray()), "file", "january.csv" } };

        using HttpResponseMessage response = await server.Client.PostAsync("/line/lessons", form, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(server.Learners.Find("line").Lessons.All);
    }

    [Fact]
    public async Task What_goes_wrong_is_said_on_the_page_and_changes_nothing()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await Teach(server, months.Table("january", 400, "ab", 1), []);
        await Ended(server);

        Assert.Contains("without a reason", await Post(server, "/line/promote", ("version", "1"), ("reason", " ")), StringComparison.Ordinal);
        Assert.Contains("is no number of a version", await Post(server, "/line/rollback", ("version", "one")), StringComparison.Ordinal);
        Assert.Contains("Nothing was given to ask about", await Post(server, "/line/ask", ("column.p", " ")), StringComparison.Ordinal);
        Assert.Contains("Nothing was asked since", await Post(server, "/line/check"), StringComparison.Ordinal);
        Assert.Contains("is no lesson that can be uploaded", await Teach(server, Written("notes.txt", "none"), []), StringComparison.Ordinal);
        using HttpResponseMessage nobody = await server.Client.GetAsync("/nobody", Stop);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (nobody.StatusCode, nobody.Content.Headers.ContentType?.MediaType));
        Assert.Equal(1, server.Learners.Find("line").Version);
    }

    [Fact]
    public async Task A_folder_begins_another_learner_from_the_page()
    {
        await using TestServer server = await TestServer.Of([LearnerSource.Of(months.Folder, Months.Assemblies)]);
        Assert.Contains("No learner yet", await Html(server, "/"), StringComparison.Ordinal);

        string page = await Teach(server, months.Table("january", 300, "ab", 1), [("learner", "line4")], "/");

        Assert.Contains("<h1>line4</h1>", page, StringComparison.Ordinal);
        await Ended(server, "line4");
        Assert.Contains("href=\"/line4\"", await Html(server, "/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Style_and_script_are_told_apart_by_their_tags_and_the_page_allows_no_others()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        using HttpResponseMessage page = await server.Client.GetAsync("/line", Stop), style = await server.Client.GetAsync("/_engram/page.css", Stop);
        using HttpRequestMessage again = new(HttpMethod.Get, "/_engram/page.css");
        again.Headers.IfNoneMatch.Add(style.Headers.ETag!);

        using HttpResponseMessage same = await server.Client.SendAsync(again, Stop);

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        string html = await page.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script(?![^>]*src=)|\son\w+=|https?://(?!127\.0\.0\.1|www\.w3\.org)", html);
    }

    [Fact]
    public async Task A_visitor_tells_the_right_answer_and_it_is_learned_as_a_lesson()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await Teach(server, months.Table("january", 400, "ab", 1), []);
        await Ended(server);
        for (int i = 0; i < 12; i++)
        {
            string asked = await Post(server, "/line/ask", ("column.p", $"{20 + i}"), ("column.q", "20"), ("column.r", "20"), ("column.s", "20"));
            string told = await Post(server, "/line/tell", ("answer", Asked().Match(asked).Groups[1].Value), ("right", "leak"));
            Assert.Contains("<span class=\"list\">leak</span>", told, StringComparison.Ordinal);
        }
        Assert.Contains("12 right answers are kept", await Html(server, "/line"), StringComparison.Ordinal);

        await Post(server, "/line/feedback");
        await Ended(server);

        Assert.Equal(12, server.Learners.Find("line").Learner.History().Lessons[^1] is var lesson ? lesson.Samples + lesson.Tested : 0);
        Assert.Contains("lacks its id or its label", await Post(server, "/line/tell", ("answer", "x"), ("right", " ")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learner_with_keys_shows_its_page_to_visitors_who_log_in_and_only_what_they_may_do()
    {
        string read, admin;
        using (DurableLearner learner = months.Open())
        {
            learner.Teach(months.Table("january", 200, "ab", 1));
            learner.Teach(months.Table("february", 200, "ab", 2));
            (read, admin) = (learner.AddKey("press", AccessRole.Read).Secret, learner.AddKey("boss", AccessRole.Admin).Secret);
        }
        await using TestServer server = await TestServer.Of(months.Engram);

        string login = await Html(server, "/line");
        Assert.Contains("<h1>Show your key</h1>", login, StringComparison.Ordinal);
        Assert.Contains("name=\"back\" value=\"/line\"", login, StringComparison.Ordinal);
        Assert.Contains("<h1>Show your key</h1>", await Html(server, "/"), StringComparison.Ordinal);
        Assert.Contains("none of this server", await LogIn("engram_x_y"), StringComparison.Ordinal);
        string reader = await LogIn(read);
        Assert.Contains("id=\"ask-row\"", reader, StringComparison.Ordinal);
        Assert.DoesNotContain("data-upload", reader, StringComparison.Ordinal);
        Assert.DoesNotContain("/rollback", reader, StringComparison.Ordinal);
        using (HttpResponseMessage refused = await server.Client.PostAsync("/line/rollback", new FormUrlEncodedContent([new(Field, Token().Match(reader).Groups[1].Value), new("version", "1")]), Stop))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(2, server.Learners.Find("line").Version);
        string boss = await LogIn(admin);
        Assert.Contains("data-upload", boss, StringComparison.Ordinal);
        Assert.Contains("/line/rollback", boss, StringComparison.Ordinal);
        Assert.Contains("Log out", boss, StringComparison.Ordinal);

        async Task<string> LogIn(string secret)
        {
            string token = Token().Match(await Html(server, "/login")).Groups[1].Value;
            using HttpResponseMessage response = await server.Client.PostAsync("/login", new FormUrlEncodedContent([new(Field, token), new("key", secret), new("back", "/line")]), Stop);
            return await response.Content.ReadAsStringAsync(Stop);
        }
    }

    [Fact]
    public async Task The_form_that_begins_a_learner_does_not_teach_one_that_asks_for_a_key()
    {
        using (DurableLearner learner = months.Open())
        {
            learner.Teach(months.Table("january", 200, "ab", 1));
            learner.AddKey("boss", AccessRole.Admin);
        }
        await using TestServer server = await TestServer.Of([LearnerSource.Of(months.Folder, Months.Assemblies)]);
        string token = Token().Match(await Html(server, "/login")).Groups[1].Value;
        using MultipartFormDataContent form = new() { { new StringContent(token), Field }, { new StringContent("line"), "learner" }, { new ByteArrayContent(await File.ReadAllBytesAsync(months.Table("february", 200, "ab", 2), Stop)), "file", "february.csv" } };

        using HttpResponseMessage response = await server.Client.PostAsync("/", form, Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(server.Learners.Find("line").Lessons.All);
    }

    private const string Field = "__RequestVerificationToken";

    private string Written(string name, string text)
    {
        string path = Path.Combine(months.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string> Html(TestServer server, string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(path, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<string> Post(TestServer server, string path, params (string Name, string Value)[] fields)
    {
        string token = await TokenOf(server);
        using HttpResponseMessage response = await server.Client.PostAsync(path, new FormUrlEncodedContent([new(Field, token), .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]), Stop);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<string> Teach(TestServer server, string file, (string Name, string Value)[] fields, string path = "/line/lessons")
    {
        using MultipartFormDataContent form = new() { { new StringContent(await TokenOf(server)), Field } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(file, Stop)), "file", Path.GetFileName(file));
        using HttpResponseMessage response = await server.Client.PostAsync(path, form, Stop);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<string> TokenOf(TestServer server) => Token().Match(await Html(server, server.Learners.Names.Count == 0 ? "/" : $"/{server.Learners.Names[0]}")).Groups[1].Value;

    private static async Task Ended(TestServer server, string name = "line")
    {
        while (server.Learners.Find(name).Lessons.All.Any(job => !job.IsOver)) await Task.Delay(20, Stop);
    }

    [GeneratedRegex("name=\"answer\" value=\"([^\"]+)\"")]
    private static partial Regex Asked();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
