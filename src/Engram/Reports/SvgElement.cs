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
        + string.Concat(Palette.Twins.Select(twin => $"svg.chart [fill=\"{twin.Light}\"]{{fill:{twin.Dark}}}svg.chart [stroke=\"{twin.Light}\"]{{stroke:{twin.Dark}}}")) + "}";

    public static SvgElement Parse(string xml, string title)
    {
        XElement root = XDocument.Parse(xml).Root!;
        (string width, string height) = (root.Attribute("width")!.Value, root.Attribute("height")!.Value);
        root.Attributes().Where(attribute => attribute.IsNamespaceDeclaration && attribute.Name.LocalName == "xlink").Remove();
        root.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        root.SetAttributeValue("class", "chart");
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-label", title);
        root.Descendants(Svg + "clipPath").Remove();
        root.Descendants().Attributes("clip-path").Remove();
        foreach (XElement text in root.Descendants(Svg + "text")) Tidy(text);
        return new SvgElement(root);
    }

    /// <summary>A complete SVG file that carries its font and, if asked, turns dark where the reader prefers that.</summary>
    public string ToFile(bool followsDarkMode)
    {
        XElement file = new(root);
        file.AddFirst(new XElement(Svg + "title", file.Attribute("aria-label")!.Value), new XElement(Svg + "style", PictureFont.CssRule + (followsDarkMode ? DarkRule : "")));
        return file.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>The element as it stands inside an HTML page that has the font and the dark rule.</summary>
    public string ToHtml(string cssClass)
    {
        XElement inline = new(root);
        inline.SetAttributeValue("class", $"chart {cssClass}");
        return inline.ToString(SaveOptions.DisableFormatting).Replace($" xmlns=\"{Svg}\"", "");
    }

    private static void Tidy(XElement text)
    {
        text.Value = text.Value.Trim();
        foreach (string name in new[] { "x", "y" })
            if (text.Attribute(name) is { } places) places.Value = places.Value.Split(',')[0].Trim();
        text.SetAttributeValue("font-family", $"{text.Attribute("font-family")?.Value}, sans-serif");
    }
}
