namespace Engram.Pictures;

/// <summary>What the beginning of a picture says of it.</summary>
/// <param name="Width">Pixels as they are seen, turned as the picture says.</param>
/// <param name="Height">Likewise.</param>
/// <param name="IsGrey">Whether it is stored as shades of grey; one that only shows greys in colour is not.</param>
internal readonly record struct PictureHeader(int Width, int Height, bool IsGrey)
{
    /// <summary>The shorter side.</summary>
    public int Side => Math.Min(Width, Height);
}
