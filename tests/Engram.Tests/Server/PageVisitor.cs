using Microsoft.Playwright;

namespace Engram.Tests.Server;

/// <summary>Somebody who looks at the page; what a browser complains about, and whom it asks, is written down.</summary>
internal sealed class PageVisitor : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly string axe, host;
    private readonly List<string> complaints = [];

    private PageVisitor(IBrowserContext context, IPage page, string axe, string host)
    {
        (this.context, Page, this.axe, this.host) = (context, page, axe, host);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complain($"console: {message.Text}");
        };
        page.PageError += (_, error) => Complain($"script: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(host, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) Complain($"another host: {request.Url}");
        };
        page.RequestFailed += (_, request) =>
        {
            if (!request.Url.EndsWith("/events", StringComparison.Ordinal)) Complain($"failed: {request.Url} {request.Failure}");
        };
    }

    public IPage Page { get; }

    public static async Task<PageVisitor> Of(IBrowser browser, TestServer server, string axe, int width, ColorScheme scheme)
    {
        IBrowserContext context = await browser.NewContextAsync(new() { BaseURL = server.Address, ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(20_000);
        return new(context, await context.NewPageAsync(), axe, server.Address);
    }

    /// <summary>Presses Tab until an element has the focus, as somebody without a mouse does.</summary>
    public async Task TabTo(string id)
    {
        for (int i = 0; i < 150; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await Page.EvaluateAsync<string>("() => document.activeElement.id") == id) return;
        }
        Assert.Fail($"'{id}' is not reached with the Tab key.");
    }

    /// <summary>What axe-core finds: rules of WCAG 2.2 A and AA, and its best practices.</summary>
    public async Task<string[]> Violations()
    {
        await Page.EvaluateAsync(axe);
        return await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
                .map(one => `${one.id}: ${one.help}; ${one.nodes.map(node => `${node.html.slice(0, 160)} ${node.any.map(why => why.message).join(" ")}`).join(" | ")}`)
            """);
    }

    /// <summary>Whether something reaches beyond the right edge, so that the whole page scrolls sideways.</summary>
    public Task<bool> IsTooWide() => Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <summary>A picture of the whole page, where <c>ENGRAM_SHOTS</c> names a folder for them.</summary>
    public async Task Shoot(string name)
    {
        if (Environment.GetEnvironmentVariable("ENGRAM_SHOTS") is { Length: > 0 } folder) await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    /// <summary>Everything the browser complained about.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (complaints) return [.. complaints];
        }
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private void Complain(string what)
    {
        lock (complaints) complaints.Add(what);
    }
}
