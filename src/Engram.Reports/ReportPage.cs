namespace Engram.Reports;

/// <summary>
/// The frame of a page: one file that asks for nothing else, follows the reader's light or dark mode and prints well. Its policy
/// forbids scripts and requests, so that no name of a task can smuggle one in.
/// </summary>
internal static class ReportPage
{
    /// <summary>A whole page.</summary>
    /// <param name="kind">What kind of report it is.</param>
    /// <param name="title">Heading.</param>
    /// <param name="lead">What happened, a paragraph each.</param>
    /// <param name="facts">Short facts below the lead.</param>
    /// <param name="version">Version of Engram that did the work.</param>
    /// <param name="sections">HTML of the sections.</param>
    public static string Of(string kind, string title, IEnumerable<string> lead, IEnumerable<string> facts, string version, params string[] sections) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:">
        <title>{Html.Text(title)}</title>
        <style>
        {PictureFont.CssRule}
        {Resource.Text("report.css")}{SvgElement.DarkRule}
        </style>
        </head>
        <body>
        <main>
        <header>
        <p class="kind">{Html.Text(kind)}</p>
        <h1>{Html.Text(title)}</h1>
        {string.Concat(lead.Select(sentence => $"<p class=\"lead\">{Html.Sentence(sentence)}</p>\n"))}        <ul class="facts">{string.Concat(facts.Select(fact => $"<li>{Html.Text(fact)}</li>"))}</ul>
        </header>
        {string.Concat(sections)}<footer>Made by Engram {Html.Text(version)}. This page is one file and asks for nothing from the network.</footer>
        </main>
        </body>
        </html>

        """;
}
