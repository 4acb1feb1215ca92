using Engram.Pictures;
using SkiaSharp;

namespace Engram.Tests.Pictures;

public sealed class PictureDecoderTests
{
    private static readonly SKColor Colour = new(224, 32, 16);

    public static TheoryData<string, byte[], int> Forms => new()
    {
        { "PNG", Drawn.Plain(5, 4, Colour), 0 },
        { "PNG of 16 bits", Drawn.Deep(5, 4, Colour), 0 },
        { "JPEG", Drawn.Plain(16, 12, Colour, SKEncodedImageFormat.Jpeg), 4 },
        { "JPEG in cyan, magenta, yellow and black", Drawn.CmykJpeg, 4 },
        { "WebP", Drawn.Plain(16, 12, Colour, SKEncodedImageFormat.Webp), 8 },
        { "BMP", Drawn.Bmp(5, 4, Colour), 0 },
        { "GIF of one pixel", Drawn.Gif(Colour), 0 },
        { "PNG of one pixel", Drawn.Plain(1, 1, Colour), 0 },
        { "PNG of one row", Drawn.Plain(1000, 1, Colour), 0 },
    };

    [Theory, MemberData(nameof(Forms))]
    public void Every_form_gives_the_colours_that_were_drawn(string form, byte[] file, int tolerance)
    {
        byte[] square = PictureDecoder.Decode(file, 3, 3, form);

        Assert.Equal(27, square.Length);
        for (int i = 0; i < 27; i++) Assert.InRange(square[i], new[] { Colour.Red, Colour.Green, Colour.Blue }[i / 9] - tolerance, new[] { Colour.Red, Colour.Green, Colour.Blue }[i / 9] + tolerance);
    }

    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 0, 1)]
    [InlineData(5, 0, 2, 1, 3)]
    [InlineData(6, 2, 0, 3, 1)]
    [InlineData(7, 3, 1, 2, 0)]
    [InlineData(8, 1, 3, 0, 2)]
    public void A_picture_is_turned_as_it_says(byte orientation, params int[] seen)
    {
        byte[] stored = Drawn.Of(32, 32, (column, row) => new SKColor((byte)(80 * (2 * (row / 16) + column / 16)), 0, 0), SKEncodedImageFormat.Jpeg);

        byte[] square = PictureDecoder.Decode(Drawn.Turned(stored, orientation), 2, 3, "it");

        Assert.Equal(seen, square.Take(4).Select(red => (int)Math.Round(red / 80.0)));
    }

    [Fact]
    public void A_turned_picture_has_the_size_that_is_seen() =>
        Assert.Equal(new PictureHeader(16, 24, false), PictureDecoder.Inspect(Drawn.Turned(Drawn.Plain(24, 16, Colour, SKEncodedImageFormat.Jpeg), 6), "it"));

    [Fact]
    public void Clear_pixels_lie_over_white()
    {
        byte[] square = PictureDecoder.Decode(Drawn.Of(2, 2, (column, _) => column == 0 ? new SKColor(255, 0, 0, 0) : new SKColor(0, 0, 0, 102)), 2, 3, "it");

        Assert.Equal([255, 153], square.Take(2).Select(value => (int)value));
        Assert.Equal([255, 153], square.Skip(4).Take(2).Select(value => (int)value));
    }

    [Fact]
    public void The_middle_of_the_long_side_is_taken_and_the_short_one_is_whole()
    {
        byte[] wide = Drawn.Of(12, 4, (column, _) => column is >= 4 and < 8 ? SKColors.Lime : SKColors.Red);

        byte[] square = PictureDecoder.Decode(wide, 4, 3, "it");

        Assert.All(square.Take(16), red => Assert.Equal(0, red));
        Assert.All(square.Skip(16).Take(16), green => Assert.Equal(255, green));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(15)]
    public void Where_pictures_shrink_every_pixel_counts_alike(int bright)
    {
        byte[] striped = Drawn.Of(64, 64, (column, row) => column % 16 == bright ? SKColors.White : SKColors.Black);

        Assert.All(PictureDecoder.Decode(striped, 4, 1, "it").Where((_, pixel) => pixel % 4 is 1 or 2), shade => Assert.Equal(16, shade)); // 255 / 16
    }

    [Fact]
    public void Colour_becomes_grey_by_how_bright_it_looks() => Assert.Equal([76], PictureDecoder.Decode(Drawn.Plain(3, 3, SKColors.Red), 1, 1, "it").Select(value => (int)value));

    [Fact]
    public void Grey_is_what_is_stored_so()
    {
        Assert.True(PictureDecoder.Inspect(Drawn.Grey(3, 3, 90), "it").IsGrey);
        Assert.True(PictureDecoder.Inspect(Drawn.Grey(3, 3, 90, SKEncodedImageFormat.Jpeg), "it").IsGrey);
        Assert.False(PictureDecoder.Inspect(Drawn.Plain(3, 3, SKColors.Gray), "it").IsGrey);
        Assert.Equal([90, 90, 90], PictureDecoder.Decode(Drawn.Grey(3, 3, 90), 1, 3, "it").Select(value => (int)value));
    }

    public static TheoryData<string, byte[], string> Wrong => new()
    {
        { "no byte", [], "is empty" },
        { "a text", "label,x\n1,2\n"u8.ToArray(), "begins with the bytes 6C6162656C2C780A" },
        { "half a PNG", Drawn.Of(40, 40, (column, row) => new((byte)(column * row), 3, 7))[..^40], "breaks off" },
        { "half a JPEG", Drawn.Plain(64, 64, Colour, SKEncodedImageFormat.Jpeg)[..^20], "breaks off" },
        { "half a WebP", Drawn.Of(64, 64, (column, row) => new((byte)(column * row), 3, 7), SKEncodedImageFormat.Webp)[..^20], "breaks off" },
        { "a PNG of 30,000 x 30,000", Drawn.EmptyPng(30_000, 30_000), "30000 x 30000 pixels" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_picture_is_named_before_it_is_decoded(string picture, byte[] file, string found)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        EngramException error = Assert.Throws<EngramException>(() => PictureDecoder.Inspect(file, $"The picture '{picture}'"));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith($"The picture '{picture}'", error.Message);
        Assert.Contains(found, error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("PNG", 40)]
    [InlineData("BMP", 54)]
    public void Damage_behind_the_header_is_found_in_decoding(string form, int keep)
    {
        byte[] whole = form == "PNG" ? Drawn.Of(40, 40, (column, row) => new((byte)(column * row), 3, 7)) : Drawn.Bmp(40, 40, Colour);
        if (form == "PNG") whole.AsSpan(keep + 20, 40).Fill(0xEE);
        else whole = whole[..(keep + 100)];

        Assert.Equal("damaged-picture", Assert.Throws<EngramException>(() => PictureDecoder.Decode(whole, 8, 3, "it")).Code);
    }

    [Fact]
    public void A_huge_JPEG_is_decoded_in_eighths()
    {
        byte[] huge = Drawn.EmptyJpeg(30_000, 30_000);

        Assert.Equal(30_000, PictureDecoder.Inspect(huge, "it").Side);
        Assert.Equal("picture-too-large", Assert.Throws<EngramException>(() => PictureDecoder.Decode(huge, 10_000, 1, "it")).Code);
        Assert.InRange(PictureDecoder.Decode(Drawn.Grey(1000, 500, 90, SKEncodedImageFormat.Jpeg), 2, 1, "it")[0], 89, 91);
    }
}
