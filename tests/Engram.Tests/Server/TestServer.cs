using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engram.Server;
using Engram.Tests.Durable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Engram.Tests.Server;

/// <summary>A server on loopback over the learners of a test, and a client that asks it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestServer(WebApplication app)
    {
        this.app = app;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new() { BaseAddress = new(Address) };
    }

    public string Address { get; }

    public HttpClient Client { get; }

    public ServedLearners Learners => app.Services.GetRequiredService<ServedLearners>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<TestServer> Of(string address, params (string Name, string Value)[] settings) => Of([LearnerSource.Of(address, Months.Assemblies)], settings);

    public static async Task<TestServer> Of(IReadOnlyList<LearnerSource> sources, params (string Name, string Value)[] settings)
    {
        WebApplication app = EngramServer.Build(sources, "http://127.0.0.1:0", settings.ToDictionary(one => $"Engram:{one.Name}", one => (string?)one.Value));
        await app.StartAsync(Stop);
        return new(app);
    }

    public async Task<(int Status, JsonNode Body)> Post(string path, string json) => await Send(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<(int Status, JsonNode Body)> Post(string path, string kind, byte[] body)
    {
        ByteArrayContent content = new(body);
        if (kind.Length > 0) content.Headers.ContentType = MediaTypeHeaderValue.Parse(kind);
        return await Send(HttpMethod.Post, path, content);
    }

    public async Task<(int Status, JsonNode Body)> Get(string path) => await Send(HttpMethod.Get, path, null);

    public async Task<(int Status, JsonNode Body)> Send(HttpMethod method, string path, HttpContent? content, string? key = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        using HttpResponseMessage response = await Client.SendAsync(request, Stop);
        string text = await response.Content.ReadAsStringAsync(Stop);
        return ((int)response.StatusCode, text.Length == 0 ? new JsonObject() : response.Content.Headers.ContentType?.MediaType is { } kind && kind.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(text)! : text);
    }

    /// <summary>Uploads a lesson and waits until it has ended.</summary>
    public async Task<JsonNode> Teach(string name, string file, string query = "")
    {
        var (status, job) = await Post($"/v1/{name}/lessons?file={Path.GetFileName(file)}{query}", "application/octet-stream", await File.ReadAllBytesAsync(file, Stop));
        Assert.True(status == 202, $"{status} {job}");
        return await Ended(name, job["id"]!.ToString());
    }

    public async Task<JsonNode> Ended(string name, string id)
    {
        while (true)
        {
            var (_, job) = await Get($"/v1/{name}/jobs/{id}");
            if (job["ended"] is not null) return job;
            await Task.Delay(20, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
