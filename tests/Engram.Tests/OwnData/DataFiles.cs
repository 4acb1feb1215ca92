using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Engram.OwnData;
using Engram.Tests.Datasets;

namespace Engram.Tests.OwnData;

/// <summary>Files of own data that a test makes, and the records in them.</summary>
internal sealed class DataFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<Records> opened = [];

    public string Path => folder.Path;

    public string this[string name] => folder[name.Split('/')];

    public void Dispose()
    {
        foreach (Records records in opened) records.Dispose();
        folder.Dispose();
    }

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, params byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Opens a path with the reader that takes it.</summary>
    public Records Open(string path = "", RecordOptions? options = null)
    {
        Records records = new RecordCatalog(Assemblies).Open(path.Length == 0 ? Path : System.IO.Path.IsPathRooted(path) ? path : this[path], options ?? new());
        opened.Add(records);
        return records;
    }

    /// <summary>What is said of a wrong file: one line that names it and ends with what to do.</summary>
    public string Refusal(string path = "", RecordOptions? options = null)
    {
        EngramException refused = Assert.Throws<EngramException>(() => Open(path, options));
        Assert.Equal(ErrorKind.Input, refused.Kind);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Contains(System.IO.Path.GetFileName(path.Length == 0 ? Path : path), refused.Message);
        Assert.Matches(@"[;.] ?\w.*\.$", refused.Message);
        return refused.Message;
    }

    private static System.Reflection.Assembly[] Assemblies => [typeof(Engram.Tables.CsvReader).Assembly];

    /// <summary>An array as NumPy saves it.</summary>
    public static byte[] Npy<T>(string descr, string shape, params T[] numbers) where T : unmanaged => NpyOf(descr, shape, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());

    public static byte[] NpyOf(string descr, string shape, byte[] content, string order = "False")
    {
        string header = $"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. content];
    }

    public static byte[] Idx(byte type, int[] shape, byte[] content)
    {
        byte[] header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (type, (byte)shape.Length);
        for (int d = 0; d < shape.Length; d++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * d), shape[d]);
        return [.. header, .. content];
    }

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] SafeTensors(string header, params byte[] content) => [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. content];

    /// <summary>The inputs of all records by a form.</summary>
    public static float[][] Inputs(Records records, InputForm? form = null)
    {
        form ??= records.Fit([.. Enumerable.Range(0, records.Count)]);
        return [.. Enumerable.Range(0, records.Count).Select(record =>
        {
            float[] input = new float[form.Shape.Aggregate(1L, (product, size) => product * size)];
            form.Read(records, record, input);
            return input;
        })];
    }

    public static string ClassesOf(Records records) => string.Join(' ', Enumerable.Range(0, records.Count).Select(record => records.Classes[records.ClassOf(record)]));
}
