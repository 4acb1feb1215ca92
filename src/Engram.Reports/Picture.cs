using Engram.Experiments;

namespace Engram.Reports;

/// <summary>One picture in two forms. The SVG is a complete file that carries its font; it needs nothing else to be seen.</summary>
/// <param name="Svg">Text of an SVG file.</param>
/// <param name="Png">Bytes of a PNG file, two pixels per SVG unit.</param>
public sealed record Picture(string Svg, byte[] Png)
{
    /// <summary>Writes <c>name.svg</c> and <c>name.png</c> into the folder, each complete or not at all.</summary>
    internal void Write(string folder, string name)
    {
        AtomicFile.Write(Path.Combine(folder, name + ".svg"), Svg);
        AtomicFile.Write(Path.Combine(folder, name + ".png"), stream => stream.Write(Png));
    }
}
