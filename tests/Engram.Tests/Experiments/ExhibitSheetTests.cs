using Engram.Experiments;
using Engram.Methods;
using SkiaSharp;

namespace Engram.Tests.Experiments;

public sealed class ExhibitSheetTests
{
    [Fact]
    public void Every_pixel_of_every_image_is_in_the_file_as_four()
    {
        byte[] pixels = [.. Enumerable.Range(0, 12 * 2 * 3).Select(i => (byte)(i * 3))]; // 12 images of 2 rows and 3 columns

        using SKBitmap sheet = SKBitmap.Decode(ExhibitSheet.ToPng(new("images", 2, 3, pixels)));

        Assert.Equal((10 * (6 + 2) + 2, 2 * (4 + 2) + 2), (sheet.Width, sheet.Height));
        for (int image = 0; image < 12; image++)
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 6; x++)
                    Assert.Equal(pixels[image * 6 + y / 2 * 3 + x / 2], sheet.GetPixel(2 + image % 10 * 8 + x, 2 + image / 10 * 6 + y).Red);
        Assert.Equal(96, sheet.GetPixel(1, 1).Red);
        Assert.Equal(96, sheet.GetPixel(40, 12).Red); // no image there
    }

    [Fact]
    public void One_image_makes_a_small_sheet()
    {
        using SKBitmap sheet = SKBitmap.Decode(ExhibitSheet.ToPng(new("image", 1, 1, [200])));

        Assert.Equal((6, 6), (sheet.Width, sheet.Height));
        Assert.Equal(200, sheet.GetPixel(3, 3).Red);
    }
}
