namespace Engram.Methods;

/// <summary>Gray images of one size, such as what a generator draws.</summary>
/// <param name="Name">What they are, in lower-case words.</param>
/// <param name="Height">Rows of one image.</param>
/// <param name="Width">Columns of one image.</param>
/// <param name="Pixels">The images one after the other, rows from the top, 0 black to 255 white.</param>
public sealed record ExhibitImages(string Name, int Height, int Width, byte[] Pixels) : Exhibit(Name)
{
    /// <summary>How many images there are.</summary>
    public int Count => Pixels.Length / (Height * Width);
}
