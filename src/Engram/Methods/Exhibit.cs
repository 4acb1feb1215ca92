namespace Engram.Methods;

/// <summary>Gray images of one size that a method shows to people after a task, such as what its generator draws.</summary>
/// <param name="Name">What they are, in lower-case words, such as <c>generated images</c>.</param>
/// <param name="Height">Rows of one image.</param>
/// <param name="Width">Columns of one image.</param>
/// <param name="Pixels">The images one after the other, rows from the top, 0 black to 255 white.</param>
public sealed record Exhibit(string Name, int Height, int Width, byte[] Pixels)
{
    /// <summary>How many images there are.</summary>
    public int Count => Pixels.Length / (Height * Width);
}
