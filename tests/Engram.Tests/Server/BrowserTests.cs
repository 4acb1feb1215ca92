using Engram.Tests.Durable;
using Microsoft.Playwright;

namespace Engram.Tests.Server;

/// <summary>The page in a browser.</summary>
public sealed class BrowserTests(PageBrowser browser) : IClassFixture<PageBrowser>, IDisposable
{
    private readonly Months months = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => months.Dispose();

    [Fact]
    public async Task A_story_from_first_lesson_to_rollback_is_told_without_a_mouse()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await using PageVisitor visitor = await browser.Visit(server);
        IPage page = visitor.Page;
        await page.GotoAsync("/");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("To the content", await page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await page.GetByRole(AriaRole.Link, new() { Name = "line" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("It has learned nothing yet").WaitForAsync();

        await Give(visitor, months.Table("january", 400, "ab", 1), "first");
        await page.GetByText("Version 1 has answered since").WaitForAsync();
        await Give(visitor, months.Table("february", 400, "abc", 2), "second");
        await page.GetByText("Version 2 has answered since").WaitForAsync();
        Assert.Contains("second", await page.Locator("#said").TextContentAsync(), StringComparison.Ordinal);

        // Labels swapped: what was known is answered otherwise.
        string swapped = months.Table("march", 400, "ab", 3);
        await File.WriteAllTextAsync(swapped, (await File.ReadAllTextAsync(swapped, Stop)).Replace(",a\n", ",x\n", StringComparison.Ordinal).Replace(",b\n", ",a\n", StringComparison.Ordinal).Replace(",x\n", ",b\n", StringComparison.Ordinal), Stop);
        await Give(visitor, swapped, "swapped");
        await page.Locator(".jobs .state", new() { HasText = "refused" }).WaitForAsync();
        Assert.Equal(2, server.Learners.Find("line").Version);

        await visitor.TabTo("cell-0");
        foreach (string value in new[] { "3", "0", "0", "0" })
        {
            await page.Keyboard.TypeAsync(value);
            await page.Keyboard.PressAsync("Tab");
        }
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".said-label", new() { HasText = "a" }).WaitForAsync();
        Assert.Equal(("ask-row", "3"), (await Focused(page), await page.InputValueAsync("#cell-0")));

        await visitor.TabTo("reason");
        await page.Keyboard.TypeAsync("the labels of January were wrong");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("promote", await Focused(page));
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#notice", new() { HasText = "Version 3 answers now, promoted by hand" }).WaitForAsync();
        Assert.Equal(3, server.Learners.Find("line").Version);

        await visitor.TabTo("check");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#found").WaitForAsync();
        await visitor.TabTo("back-version");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#notice", new() { HasText = "Version 2 answers again" }).WaitForAsync();
        Assert.Equal(2, server.Learners.Find("line").Version);
        Assert.Equal(4, await page.Locator("#events tbody tr").CountAsync() - 1); // three lessons, promoted, gone back: nothing is forgotten

        Assert.Empty(visitor.Complaints);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task It_is_read_by_everybody_on_every_screen(int width, ColorScheme scheme)
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await using PageVisitor visitor = await browser.Visit(server, width, scheme);
        IPage page = visitor.Page;
        string look = $"{width}-{scheme}".ToLowerInvariant();

        await page.GotoAsync("/line");
        await visitor.Shoot($"empty-{look}");
        Assert.Empty(await visitor.Violations());
        Assert.False(await visitor.IsTooWide());

        await server.Teach("line", Pumps("january", 600, "ab", 1));
        await server.Teach("line", Pumps("february", 600, "abc", 2));
        await server.Teach("line", Pumps("march", 400, "ab", 3, shift: 2), "&gate.minNew=1");
        await page.GotoAsync("/line");
        await page.SetInputFilesAsync("#asked", Pumps("today", 300, "abc", 4, shift: 1));
        await page.ClickAsync("#ask-file");
        await page.Locator("#answer").WaitForAsync();
        foreach (string cell in new[] { "#cell-0", "#cell-1", "#cell-2", "#cell-3" }) await page.FillAsync(cell, "2.5");
        await page.ClickAsync("#ask-row");
        await page.Locator(".said-label").WaitForAsync();
        await page.FillAsync("#right", "worn");
        await page.ClickAsync("#tell");
        await page.Locator("#notice").WaitForAsync();
        await page.GotoAsync("/line");
        foreach (string cell in new[] { "#cell-0", "#cell-1", "#cell-2", "#cell-3" }) await page.FillAsync(cell, "2.5");
        await page.ClickAsync("#ask-row");
        await page.Locator(".said-label").WaitForAsync();
        await page.ClickAsync("#check");
        await page.Locator("#found").WaitForAsync();
        await visitor.Shoot($"line-{look}");
        Assert.Empty(await visitor.Violations());
        Assert.False(await visitor.IsTooWide());

        await page.GotoAsync("/");
        await visitor.Shoot($"all-{look}");
        Assert.Empty(await visitor.Violations());
        Assert.False(await visitor.IsTooWide());
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task A_lesson_is_dropped_anywhere_and_shows_how_far_it_has_come()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await using PageVisitor visitor = await browser.Visit(server);
        IPage page = visitor.Page;
        await page.GotoAsync("/line");
        string table = await File.ReadAllTextAsync(months.Table("january", 20_000, "abcd", 1), Stop);

        IJSHandle files = await page.EvaluateHandleAsync("text => { const files = new DataTransfer(); files.items.add(new File([text], 'january.csv', { type: 'text/csv' })); return files; }", table);
        await page.DispatchEventAsync("h1", "drop", new { dataTransfer = files });
        Assert.Contains("january.csv", await page.TextContentAsync("#chosen"), StringComparison.Ordinal);
        await page.ClickAsync("#lessons button.main");

        await page.Locator(".running progress").WaitForAsync();
        await visitor.Shoot("running");
        await page.GetByText("Version 1 has answered since").WaitForAsync();
        Assert.Empty(visitor.Complaints);
    }

    private string Pumps(string name, int rows, string classes, int seed, double shift = 0)
    {
        string file = months.Table(name, rows, classes, seed, shift);
        string text = File.ReadAllText(file).Replace("p,q,r,s", "temperature,flow,pressure,vibration", StringComparison.Ordinal);
        foreach (var (letter, word) in new[] { ('a', "ok"), ('b', "worn"), ('c', "leak") }) text = text.Replace($",{letter}\n", $",{word}\n", StringComparison.Ordinal);
        File.WriteAllText(file, text);
        return file;
    }

    private static async Task Give(PageVisitor visitor, string file, string title)
    {
        await visitor.TabTo("title");
        await visitor.Page.Keyboard.TypeAsync(title);
        await visitor.TabTo("file");
        await visitor.Page.SetInputFilesAsync("#file", file); // the system's own window, which Enter opens, is none of the page
        await visitor.Page.Keyboard.PressAsync("Tab");
        await visitor.Page.Keyboard.PressAsync("Enter");
    }

    private static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("() => document.activeElement.id");
}
