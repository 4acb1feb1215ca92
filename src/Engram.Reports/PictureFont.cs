using ScottPlot;
using SkiaSharp;

namespace Engram.Reports;

/// <summary>
/// The font of all pictures, carried inside the library: on a machine without fonts the drawing engine leaves out all text and says
/// nothing. Another font is looked for only where a text has characters that this one lacks.
/// </summary>
internal sealed class PictureFont : IFontResolver
{
    /// <summary>Name of the font family.</summary>
    public const string Family = "Engram Sans";

    private static readonly Lazy<PictureFont> Registered = new(Register);
    private readonly byte[] file = Resource.Bytes("EngramSans.otf");
    private readonly SKTypeface typeface;

    private PictureFont() => typeface = SKTypeface.FromData(SKData.CreateCopy(file));

    /// <summary>A CSS rule that makes the font known to a browser without any request.</summary>
    public static string CssRule => $"@font-face{{font-family:\"{Family}\";src:url(data:font/otf;base64,{Convert.ToBase64String(Registered.Value.file)}) format(\"opentype\")}}";

    /// <summary>Name of a font that can draw the text, the own one where none can; makes the own font known to the drawing engine on first use.</summary>
    public static string For(string text)
    {
        if (Registered.Value.typeface.ContainsGlyphs(text)) return Family;
        string detected = Fonts.Detect(text);
        return Fonts.GetTypeface(detected, bold: false, italic: false).ContainsGlyphs(text) ? detected : Family;
    }

    /// <inheritdoc />
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Family ? typeface : null;

    /// <inheritdoc />
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? typeface : null;

    private static PictureFont Register()
    {
        PictureFont font = new();
        Fonts.FontResolvers.Insert(0, font);
        return font;
    }
}
