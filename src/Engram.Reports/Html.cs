using System.Net;
using System.Text.RegularExpressions;
using Engram.Evaluation;

namespace Engram.Reports;

/// <summary>Pieces of HTML. Everything that comes from a run passes through <see cref="Text"/>.</summary>
internal static partial class Html
{
    /// <summary>Stands where there is no number.</summary>
    public const string None = "<span class=\"none\">n/a</span>";

    private const string ListTag = "<span class=\"list\">";

    /// <summary>Text that is safe between tags and inside quoted attributes.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Words.Clean(text));

    /// <summary>Safe text in which no line breaks within a figure: a number keeps its unit, a range or an error both its ends.</summary>
    public static string Sentence(string text) => Text(InFigures().Replace(text, "\u00A0")).Replace("&#160;", "&nbsp;");

    /// <summary>A sentence of metadata under a heading.</summary>
    public static string Note(string text) => $"<p class=\"note\">{Sentence(text)}</p>\n";

    /// <summary>A paragraph that everybody should read.</summary>
    public static string Paragraph(string text) => $"<p>{Sentence(text)}</p>\n";

    /// <summary>A part of the page under a heading.</summary>
    public static string Section(string heading, params string[] content) => $"<section>\n<h2>{Text(heading)}</h2>\n{string.Concat(content)}</section>\n";

    /// <summary>A table that scrolls sideways where it does not fit, with its first column in place. A column in which no row has anything is left out.</summary>
    /// <param name="caption">What it shows; read aloud by screen readers.</param>
    /// <param name="head">Texts of the header.</param>
    /// <param name="rows">HTML of the rows' cells; the first of a row is its header.</param>
    public static string Table(string caption, IEnumerable<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [.. rows];
        bool[] shown = [.. head.Select((_, column) => column == 0 || all.Any(row => row[column] is not ("" or None)))];
        string Head(string text, int column) => !shown[column] ? "" : $"<th scope=\"col\"{(all.Any(row => row[column].StartsWith(ListTag, StringComparison.Ordinal)) ? " class=\"text\"" : "")}>{Text(text)}</th>";
        return $"""
            <div class="scroll" tabindex="0" role="group" aria-label="{Text(caption)}"><table class="data">
            <thead><tr>{string.Concat(head.Select(Head))}</tr></thead>
            <tbody>
            {string.Concat(all.Select(row => $"<tr><th scope=\"row\">{row[0]}</th>{string.Concat(row.Skip(1).Where((_, i) => shown[i + 1]).Select(cell => $"<td>{cell}</td>"))}</tr>\n"))}</tbody></table></div>

            """;
    }

    /// <summary>A table's cell of words and not of numbers: it wraps, and it and its header stand at the left.</summary>
    public static string List(string text) => $"{ListTag}{Text(text)}</span>";

    /// <summary>Numbers that are read first, each with its name and what it means.</summary>
    /// <param name="tiles">Name, number, its unit, and a line below.</param>
    public static string Tiles(IEnumerable<(string Name, string Number, string Unit, string Meaning)> tiles) => $"<dl class=\"tiles\">\n{string.Concat(tiles.Select((tile, i) =>
        $"<div{(i == 0 ? " class=\"first\"" : "")}><dt>{Text(tile.Name)}</dt><dd class=\"number{(tile.Number.Contains(" to ") ? " range" : "")}\">{Sentence(tile.Number)} <small>{Text(tile.Unit)}</small></dd><dd class=\"meaning\">{Sentence(tile.Meaning)}</dd></div>\n"))}</dl>\n";

    /// <summary>A mean in per cent with its standard error.</summary>
    public static string PlusMinus(SampleStatistics? statistics) => statistics switch
    {
        null => None,
        { StandardError: { } error } => $"{Wording.Points(statistics.Mean)}&nbsp;<small>±&nbsp;{Wording.Points(error)}</small>",
        _ => Wording.Points(statistics.Mean),
    };

    /// <summary>Something long that is folded until it is asked for; on paper it is open.</summary>
    public static string Folded(string summary, string content) => $"<details><summary>{Text(summary)}</summary>\n{content}</details>\n";

    /// <summary>Program text, kept as it is.</summary>
    public static string Code(string text) => $"<pre><code>{Text(text)}</code></pre>\n";

    /// <summary>Images with their captions, inside the page.</summary>
    /// <param name="images">Caption and bytes of a PNG file.</param>
    public static string Gallery(IEnumerable<(string Caption, byte[] Png)> images) =>
        $"<div class=\"gallery\">{string.Concat(images.Select(image => $"<figure><figcaption>{Text(image.Caption)}</figcaption><img alt=\"{Text(image.Caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(image.Png)}\"></figure>\n"))}</div>\n";

    /// <summary>A chart drawn twice, for wide and for narrow screens; the page shows the one that fits.</summary>
    public static string Chart(IChart chart) => Chart(chart.Title, width => chart.Draw(width, hasTitle: false));

    /// <summary>A chart drawn twice, for wide and for narrow screens; the page shows the one that fits.</summary>
    /// <param name="title">For people who do not see it.</param>
    /// <param name="draw">Draws it in a width.</param>
    public static string Chart(string title, Func<double, Canvas> draw)
    {
        using Canvas wide = draw(860);
        using Canvas narrow = draw(360);
        return $"<figure>{wide.ToSvg(title).ToHtml("wide")}{narrow.ToSvg(title).ToHtml("narrow")}</figure>\n";
    }

    // Between a number and its unit, around the "to" of a range, the sign of an error, and the sign after a p.
    [GeneratedRegex(@"(?<=\d) (?=%|(to|±) [−+-]?\d)|(?<=\d (to|±)) (?=[−+-]?\d)|(?<=\bp) (?=[=<] \d)|(?<=\bp [=<]) (?=\d)")]
    private static partial Regex InFigures();
}
