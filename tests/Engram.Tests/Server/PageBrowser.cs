using Microsoft.Playwright;

namespace Engram.Tests.Server;

/// <summary>One Chromium for all tests of the page, and the rules of accessibility (axe-core); a test is skipped where either is missing.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Text of axe-core.</summary>
    public string Axe { get; private set; } = "";

    /// <summary>Why nothing can be looked at here; null where it can.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        string? chromium = Environment.GetEnvironmentVariable("ENGRAM_CHROMIUM") is { Length: > 0 } own ? own : Places.FirstOrDefault(File.Exists);
        string axe = Environment.GetEnvironmentVariable("ENGRAM_AXE") is { Length: > 0 } given ? given : Path.Combine(Repository.Root, "artifacts", "axe", "package", "axe.min.js");
        if (chromium is null) Missing = "There is no Chromium here: install Debian's package chromium, or name the program in ENGRAM_CHROMIUM.";
        else if (!File.Exists(axe)) Missing = "There is no axe-core here: .ci/run fetches it into artifacts/axe, or name axe.min.js in ENGRAM_AXE.";
        if (Missing is not null) return;
        Axe = await File.ReadAllTextAsync(axe);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] });
    }

    /// <summary>A visitor with a browser of their own.</summary>
    internal async Task<PageVisitor> Visit(TestServer server, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await PageVisitor.Of(browser!, server, Axe, width, scheme);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
