namespace Engram.Pictures;

/// <summary>How pixels from 0 to 1 are scaled for a network.</summary>
public enum PixelScale
{
    /// <summary>As most networks of so many planes expect: <see cref="ImageNet"/> for three, <see cref="Unit"/> for one.</summary>
    Usual,

    /// <summary>Less the means of red, green and blue in ImageNet, 0.485, 0.456 and 0.406, divided by their deviations, 0.229, 0.224 and 0.225.</summary>
    ImageNet,

    /// <summary>From 0 to 1.</summary>
    Unit,

    /// <summary>From 0 to 255.</summary>
    Bytes,
}
