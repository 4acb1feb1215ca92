using System.Net;
using Engram.Evaluation;

namespace Engram.Reports;

/// <summary>Pieces of HTML. Everything that comes from a run passes through <see cref="Text"/>.</summary>
internal static class Html
{
    /// <summary>Text that is safe between tags and inside quoted attributes.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Words.Clean(text));

    /// <summary>A sentence of metadata under a heading.</summary>
    public static string Note(string text) => $"<p class=\"note\">{Text(text)}</p>\n";

    /// <summary>A paragraph that everybody should read.</summary>
    public static string Paragraph(string text) => $"<p>{Text(text).Replace(" %", "&nbsp;%")}</p>\n";

    /// <summary>A part of the page under a heading.</summary>
    public static string Section(string heading, params string[] content) => $"<section>\n<h2>{Text(heading)}</h2>\n{string.Concat(content)}</section>\n";

    /// <summary>A table that scrolls sideways where it does not fit, with its first column in place.</summary>
    /// <param name="caption">What it shows; read aloud by screen readers.</param>
    /// <param name="head">Texts of the header.</param>
    /// <param name="rows">HTML of the rows' cells; the first of a row is its header.</param>
    public static string Table(string caption, IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows) => $"""
        <div class="scroll" tabindex="0" role="group" aria-label="{Text(caption)}"><table class="data">
        <thead><tr>{string.Concat(head.Select(text => $"<th scope=\"col\">{Text(text)}</th>"))}</tr></thead>
        <tbody>
        {string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select((cell, i) => i == 0 ? $"<th scope=\"row\">{cell}</th>" : $"<td>{cell}</td>"))}</tr>\n"))}</tbody></table></div>

        """;

    /// <summary>Numbers that are read first, each with its name and what it means.</summary>
    /// <param name="tiles">Name, number, its unit, and a line below.</param>
    public static string Tiles(IEnumerable<(string Name, string Number, string Unit, string Meaning)> tiles) => $"<dl class=\"tiles\">\n{string.Concat(tiles.Select((tile, i) =>
        $"<div{(i == 0 ? " class=\"first\"" : "")}><dt>{Text(tile.Name)}</dt><dd class=\"number\">{Text(tile.Number)} <small>{Text(tile.Unit)}</small></dd><dd class=\"meaning\">{Text(tile.Meaning)}</dd></div>\n"))}</dl>\n";

    /// <summary>A mean in per cent with its standard error.</summary>
    public static string PlusMinus(SampleStatistics? statistics) => statistics switch
    {
        null => "<span class=\"none\">n/a</span>",
        { StandardError: { } error } => $"{Signed(statistics.Mean)}&nbsp;<small>±&nbsp;{100 * error:0.0}</small>",
        _ => Signed(statistics.Mean),
    };

    /// <summary>Something long that is folded until it is asked for; on paper it is open.</summary>
    public static string Folded(string summary, string content) => $"<details><summary>{Text(summary)}</summary>\n{content}</details>\n";

    /// <summary>Program text, kept as it is.</summary>
    public static string Code(string text) => $"<pre tabindex=\"0\"><code>{Text(text)}</code></pre>\n";

    /// <summary>Images with their captions, inside the page.</summary>
    /// <param name="images">Caption and bytes of a PNG file.</param>
    public static string Gallery(IEnumerable<(string Caption, byte[] Png)> images) =>
        $"<div class=\"gallery\">{string.Concat(images.Select(image => $"<figure><figcaption>{Text(image.Caption)}</figcaption><img alt=\"{Text(image.Caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(image.Png)}\"></figure>\n"))}</div>\n";

    /// <summary>A chart drawn twice, for wide and for narrow screens; the page shows the one that fits.</summary>
    public static string Chart(IChart chart) => Chart(chart.Title, width => chart.Draw(width, hasTitle: false));

    private static string Signed(double value) => $"{100 * value:0.0;−0.0;0.0}";

    /// <summary>A chart drawn twice, for wide and for narrow screens; the page shows the one that fits.</summary>
    /// <param name="title">For people who do not see it.</param>
    /// <param name="draw">Draws it in a width.</param>
    public static string Chart(string title, Func<double, Canvas> draw)
    {
        using Canvas wide = draw(860);
        using Canvas narrow = draw(360);
        return $"<figure>{wide.ToSvg(title).ToHtml("wide")}{narrow.ToSvg(title).ToHtml("narrow")}</figure>\n";
    }
}
