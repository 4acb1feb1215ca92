using System.IO.Compression;
using Engram.Tests.Durable;
using Engram.Tests.Pictures;
using Microsoft.Playwright;
using SkiaSharp;

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

    [Fact]
    public async Task A_folder_of_class_folders_is_chosen_or_dropped_and_learned()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await using PageVisitor visitor = await browser.Visit(server);
        IPage page = visitor.Page;
        string folder = Path.Combine(months.Folder, "unpacked");
        await ZipFile.ExtractToDirectoryAsync(Photos("october", ("round", Disc), ("stri-pé", Stripes)), folder, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "october", "round", ".hidden"), "not a picture", Stop);
        await page.GotoAsync("/line");

        IFileChooser chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Choose a folder instead" }).ClickAsync());
        await chooser.SetFilesAsync(Path.Combine(folder, "october"));
        await page.Locator("#chosen", new() { HasText = "october.zip" }).WaitForAsync();
        await visitor.Shoot("folder");
        await page.ClickAsync("#lessons button.main");
        await page.GetByText("Version 1 has answered since").WaitForAsync();
        Assert.Equal(["round", "stri-pé"], server.Learners.Find("line").Learner.History().Classes.Select(one => one.Name));
        Assert.Equal(120, server.Learners.Find("line").Learner.History().Lessons[0] is var lesson ? lesson.Samples + lesson.Tested : 0);

        // A browser gives what lies in a dropped folder some entries at a time, then none.
        await page.EvaluateAsync("""
            () => {
              const entry = (name, inside) => ({
                name, isDirectory: true,
                createReader: () => { let at = 0; return { readEntries: give => give(inside.slice(at, at += 2)) }; },
              });
              const file = name => ({ name, isDirectory: false, file: give => give(new File([`text ${name}`], name)) });
              const dropped = name => entry(name, name === "empty" ? [] : [entry("a", ["1.txt", "2.txt", "3.txt", ".x"].map(file)), entry("b", ["1.txt"].map(file)), entry(".git", ["x.txt"].map(file))]);
              window.dropFolder = (name, target) => {
                const event = new Event("drop", { bubbles: true, cancelable: true });
                Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], items: [{ webkitGetAsEntry: () => dropped(name) }], files: [] } });
                document.querySelector(target).dispatchEvent(event);
              };
            }
            """);
        await page.EvaluateAsync("() => dropFolder('empty', 'h1')");
        await page.Locator("#chosen", new() { HasText = "The folder empty holds no files." }).WaitForAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getElementById('file').files.length"));
        await page.EvaluateAsync("() => dropFolder('texts', '#file')");
        await page.Locator("#chosen", new() { HasText = "texts.zip" }).WaitForAsync();
        byte[] zip = Convert.FromBase64String(await page.EvaluateAsync<string>("async () => btoa(String.fromCharCode(...new Uint8Array(await document.getElementById('file').files[0].arrayBuffer())))"));
        using ZipArchive archive = new(new MemoryStream(zip));
        Assert.Equal(["a/1.txt", "a/2.txt", "a/3.txt", "b/1.txt"], archive.Entries.Select(one => one.FullName));
        using StreamReader reader = new(await archive.Entries[2].OpenAsync(Stop));
        Assert.Equal("text 3.txt", await reader.ReadToEndAsync(Stop));
        Assert.Empty(await visitor.Violations());
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task Pictures_of_ones_own_are_learned_refused_promoted_and_taken_back()
    {
        await using TestServer server = await TestServer.Of(months.Engram);
        await using PageVisitor visitor = await browser.Visit(server);
        IPage page = visitor.Page;
        await page.GotoAsync("/line");

        await Give(visitor, Photos("october", ("round", Disc), ("striped", Stripes)), "october");
        await page.GetByText("Version 1 has answered since").WaitForAsync();
        await page.SetInputFilesAsync("#asked", new FilePayload { Name = "new.jpg", MimeType = "image/jpeg", Buffer = Drawn.Of(64, 64, (column, row) => Stripes(column, row, 7), SKEncodedImageFormat.Jpeg) });
        await page.ClickAsync("#ask-file");
        await page.Locator(".said-label", new() { HasText = "striped" }).WaitForAsync();

        await Give(visitor, Photos("november", ("striped", Disc), ("round", Stripes)), "november");
        await page.Locator(".jobs .state", new() { HasText = "refused" }).WaitForAsync();
        await page.FillAsync("#reason", "october had the two exchanged");
        await page.ClickAsync("#promote");
        await page.Locator("#notice", new() { HasText = "Version 2 answers now, promoted by hand" }).WaitForAsync();
        await page.ClickAsync("#back");
        await page.Locator("#notice", new() { HasText = "Version 1 answers again" }).WaitForAsync();

        await visitor.Shoot("pictures");
        Assert.Empty(await visitor.Violations());
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task A_text_is_asked_as_it_is_typed()
    {
        string texts = Path.Combine(months.Folder, "texts.csv");
        await File.WriteAllLinesAsync(texts, Enumerable.Range(0, 40).Select(i => $"\"the {(i % 2 == 0 ? "pump leaks water" : "invoice was paid late")} number {i}\",{(i % 2 == 0 ? "repair" : "office")}").Prepend("text,label"), Stop);
        await using TestServer server = await TestServer.Of([new("line", months.Engram, [.. Months.Assemblies, typeof(global::Engram.Texts.MiniLm).Assembly])]);
        await server.Teach("line", texts);
        await using PageVisitor visitor = await browser.Visit(server);
        IPage page = visitor.Page;
        await page.GotoAsync("/line");

        await page.FillAsync("#text", "water comes out of the pump");
        await page.ClickAsync("#ask-text");
        await page.Locator(".said-label", new() { HasText = "repair" }).WaitForAsync();

        Assert.Equal("water comes out of the pump", await page.InputValueAsync("#text"));
        Assert.Empty(await visitor.Violations());
        Assert.Empty(visitor.Complaints);
    }

    // A zip of 60 pictures in each of two folders.
    private string Photos(string name, params (string Folder, Func<int, int, int, SKColor> Look)[] classes)
    {
        string file = Path.Combine(months.Folder, $"{name}.zip");
        using ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var (folder, look) in classes)
        {
            for (int number = 0; number < 60; number++)
            {
                int seed = (name.Length * 1000) + number; // no picture comes twice
                using Stream entry = zip.CreateEntry($"{name}/{folder}/{number}.png").Open();
                entry.Write(Drawn.Of(64, 64, (column, row) => look(column, row, seed)));
            }
        }
        return file;
    }

    private static SKColor Disc(int column, int row, int seed) => Math.Pow(column - 22 - (seed % 20), 2) + Math.Pow(row - 22 - (seed / 7 % 20), 2) < 200 + (seed % 13 * 9) ? new(200, 40, (byte)(seed % 90)) : new(230, 230, (byte)(140 + (seed % 97)));

    private static SKColor Stripes(int column, int row, int seed) => ((column + (row * (seed % 5)) + seed) / (3 + (seed % 4))) % 2 == 0 ? new(20, (byte)(60 + (seed % 89)), 160) : new(240, 240, (byte)(150 + (seed % 83)));

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
