using System.Xml.Linq;

namespace Engram.Reports;

/// <summary>
/// A drawing as SVG, put in order after the drawing engine: text as words instead of single letters, no identifiers that could clash
/// within a page, a title, a size that follows the page.
/// </summary>
internal sealed class SvgElement
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly XElement root;

    private SvgElement(XElement root) => this.root = root;

    /// <summary>CSS that turns a light drawing dark where the reader prefers that.</summary>
    public static string DarkRule => "@media screen and (prefers-color-scheme:dark){"
        + string.Concat(Palette.Twins.Select(twin => Twin("fill", twin.Light, twin.Dark) + Twin("stroke", twin.Light, twin.Dark))) + "}";

    /// <param name="xml">What the drawing engine wrote.</param>
    /// <param name="title">Title of the drawing.</param>
    /// <param name="texts">The texts in the order of drawing and the side by which each is held.</param>
    public static SvgElement Parse(string xml, string title, IReadOnlyList<(string Text, string Anchor)> texts)
    {
        XElement root = XElement.Parse(xml);
        root.Attributes().Where(attribute => attribute.IsNamespaceDeclaration && attribute.Name.LocalName == "xlink").Remove();
        root.SetAttributeValue("viewBox", $"0 0 {root.Attribute("width")?.Value} {root.Attribute("height")?.Value}");
        root.SetAttributeValue("class", "chart");
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-label", Words.Clean(title));
        root.Descendants(Svg + "clipPath").Remove();
        root.Descendants().Attributes("clip-path").Remove();
        XElement[] elements = [.. root.Descendants(Svg + "text")];
        for (int i = 0; i < elements.Length; i++) Tidy(elements[i]);
        // The engine leaves out texts that no font can draw; then its own version of the others stands.
        for (int i = 0; i < elements.Length && elements.Length == texts.Count; i++) Restore(elements[i], texts[i].Text, texts[i].Anchor);
        return new SvgElement(root);
    }

    /// <summary>A complete SVG file that carries its font and, if asked, turns dark where the reader prefers that.</summary>
    public string ToFile(bool followsDarkMode)
    {
        XElement file = new(root);
        file.AddFirst(
            new XElement(Svg + "title", file.Attribute("aria-label")?.Value),
            new XElement(Svg + "style", PictureFont.CssRule + (followsDarkMode ? DarkRule : "")));
        return file.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>The element as it stands inside an HTML page that has the font and the dark rule.</summary>
    public string ToHtml(string cssClass)
    {
        XElement inline = new(root);
        inline.SetAttributeValue("class", $"chart {cssClass}");
        return inline.ToString(SaveOptions.DisableFormatting).Replace($" xmlns=\"{Svg}\"", "");
    }

    private static string Twin(string attribute, string light, string dark) => $"svg.chart [{attribute}=\"{light}\"]{{{attribute}:{dark}}}";

    private static void Tidy(XElement text)
    {
        text.Value = text.Value.Trim();
        foreach (string name in new[] { "x", "y" })
            if (text.Attribute(name) is { } places) places.Value = places.Value.Split(',')[0].Trim();
        text.SetAttributeValue("font-family", $"{text.Attribute("font-family")?.Value}, sans-serif");
    }

    // The engine loses characters that its font lacks and places text by that font's widths; a browser may know more fonts.
    private static void Restore(XElement text, string content, string anchor)
    {
        text.Value = content;
        text.SetAttributeValue("x", "0");
        text.SetAttributeValue("text-anchor", anchor);
    }
}
