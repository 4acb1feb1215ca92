using System.Text;

namespace Engram.Tests.Pictures;

/// <summary>Files of networks of one operation (protocol buffers of ONNX, opset 13).</summary>
internal static class OnnxFile
{
    private const int Float = 1;

    /// <summary>A network from the input <c>x</c> to the outputs <c>y</c>, <c>y1</c> and so on.</summary>
    /// <param name="operation">Takes one input and gives one output.</param>
    /// <param name="shape">Of the input; 0 for an open size.</param>
    /// <param name="outputs">How many outputs there are, all the same.</param>
    /// <param name="type">Of the numbers; 1 for 32 bits.</param>
    public static byte[] Of(string operation, int[] shape, int outputs = 1, int type = Float)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? "y" : $"y{i}")];
        byte[] graph = [.. names.SelectMany(name => Part(1, [.. Text(1, "x"), .. Text(2, name), .. Text(4, operation)])), .. Text(2, "g"), .. Part(11, Value("x", shape, type)), .. names.SelectMany(name => Part(12, Value(name, null, type)))];
        return [.. Number(1, 8), .. Part(8, [.. Text(1, ""), .. Number(2, 13)]), .. Part(7, graph)];
    }

    private static byte[] Value(string name, int[]? shape, int type)
    {
        byte[] sizes = [.. (shape ?? []).SelectMany(size => Part(1, size == 0 ? Text(2, "N") : Number(1, size)))];
        return [.. Text(1, name), .. Part(2, Part(1, [.. Number(1, type), .. shape is null ? [] : Part(2, sizes)]))];
    }

    private static byte[] Text(int field, string text) => Part(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Part(int field, byte[] content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)(value & 127 | 128), .. Varint(value >> 7)];
}
