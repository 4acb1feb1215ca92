using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Engram.Graphs;
using Engram.OwnData;

namespace Engram.Pictures;

/// <summary>Pictures as squares of one size, [channels, side, side], 0 to 1: turned as they say, the short side brought to the square's, the middle of the long one cut out.</summary>
/// <param name="side">Pixels of a side.</param>
/// <param name="channels">1 for grey, 3 for red, green and blue.</param>
public sealed class PictureForm(int side, int channels) : InputForm
{
    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; } = [channels, side, side];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks { get; } =
        [$"Pictures are brought to {side} x {side} pixels, the short side scaled and the centre cut out, and are {(channels == 1 ? "grey, for all are stored as shades of grey" : "in colour")}."];

    /// <summary>The form that <see cref="ToJson"/> described.</summary>
    /// <exception cref="EngramException">It is damaged.</exception>
    public static PictureForm FromJson(JsonObject json)
    {
        FormJson form = new(json);
        int channels = form.Whole("channels", 1, 3);
        return channels == 2 ? throw FormJson.Damaged("has 2 channels, where 1 or 3 were expected") : new(form.Whole("side", 1, PictureReader.MostPixelsOfSide), channels);
    }

    /// <inheritdoc/>
    public override void Read(Records records, int record, Span<float> input)
    {
        if (records is not PictureRecords pictures) throw EngramException.Input("wrong-data", $"'{Quote.Of(records.Source)}' holds no pictures, and pictures were learned; give data of that kind.");
        byte[] pixels = pictures.Pixels(record, side, channels);
        for (int i = 0; i < pixels.Length; i++) input[i] = pixels[i] / 255f;
    }

    /// <inheritdoc/>
    public override UInt128 ContentHash(Records records, int record)
    {
        Span<byte> content = stackalloc byte[16 + 2 * sizeof(int)];
        BinaryPrimitives.WriteUInt128BigEndian(content, records.ContentHash(record));
        BinaryPrimitives.WriteInt32BigEndian(content[16..], side);
        BinaryPrimitives.WriteInt32BigEndian(content[20..], channels);
        return Engram.ContentHash.Of(content);
    }

    /// <inheritdoc/>
    public override GraphValue Describe(Graph graph)
    {
        string order = channels == 1 ? "one plane of shades" : "planes of red, green and blue";
        GraphValue pixels = graph.Input("input", GraphType.Byte, Shape, $"Pixels as bytes, 0 to 255, {order}, row by row from the top: the picture turned upright, its short side scaled to {side} pixels and the middle of the long one cut out.");
        return graph.Apply("Div", [graph.Cast(pixels, GraphType.Single), graph.Number(255)]);
    }

    /// <inheritdoc/>
    public override JsonObject ToJson() => new() { ["kind"] = "pictures", ["side"] = side, ["channels"] = channels };
}
