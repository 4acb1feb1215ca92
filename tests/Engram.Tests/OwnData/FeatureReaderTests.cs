using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Engram.OwnData;
using Engram.OwnData.Features;
using TorchSharp;
using static TorchSharp.torch;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

public sealed class FeatureReaderTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Npy_features_come_with_the_labels_beside_them()
    {
        files.Write("photos.npy", Npy("'<f4'", "(3, 2)", 1f, 2, 3, 4, 5, 6));
        files.Write("photos-labels.npy", Npy("'<i8'", "(3,)", 7L, -1, 7));

        Records records = files.Open("photos.npy");
        float[][] inputs = Inputs(records);

        Assert.Equal(("7 -1 7", 3, 0, RecordPart.Unsaid), (ClassesOf(records), records.Count, records.Tasks.Count, records.PartOf(2)));
        Assert.Equal($"record 2 of '{files["photos.npy"]}'", records.Where(1));
        float far = MathF.Sqrt(1.5f); // 1, 3 and 5 have the mean 3 and the deviation sqrt(8/3)
        Assert.Equal([[-far, -far], [0, 0], [far, far]], inputs);
    }

    [Theory]
    [InlineData("X_train.npy", "y_train.npy")]
    [InlineData("features.npy", "labels.npy")]
    [InlineData("a-features.npy", "a-labels.npy")]
    [InlineData("only.npy", "labels.npy")]
    [InlineData("a_b.npy", "a_b_labels.npy")]
    public void Labels_are_found_by_their_name(string features, string labels)
    {
        files.Write(features, Npy("'<f4'", "(2,)", 1f, 2));
        files.Write(labels, Npy("'|S2'", "(2,)", "abc\0"u8.ToArray()));

        Assert.Equal("ab c", ClassesOf(files.Open(features)));
    }

    [Theory]
    [InlineData("'<f8'", 8), InlineData("'<f2'", 2), InlineData("'>f4'", 4), InlineData("'<i2'", 2), InlineData("'>i8'", 8), InlineData("'|i1'", 1), InlineData("'<u4'", 4), InlineData("'|b1'", 1)]
    public void Every_type_of_number_gives_the_same_records(string descr, int size)
    {
        byte[] bytes = [.. new[] { 1, 0, 0, 1 }.SelectMany(number => Bytes(descr, size, number))];
        files.Write("a/x.npy", Npy(descr, "(2, 2)", bytes));
        files.Write("a/y.npy", Npy("'<U2'", "(2,)", [.. Encoding.UTF32.GetBytes("ä\0bc")]));
        files.Write("b/x.npy", Npy("'<f4'", "(2, 2)", 1f, 0, -0f, 1));
        files.Write("b/y.npy", Npy("'<f4'", "(2,)", 3f, 4));

        Records odd = files.Open("a"), plain = files.Open("b");

        Assert.Equal(("ä bc", "3 4"), (ClassesOf(odd), ClassesOf(plain)));
        Assert.Equal(Inputs(plain), Inputs(odd));
        Assert.Equal([plain.ContentHash(0), plain.ContentHash(1)], [odd.ContentHash(0), odd.ContentHash(1)]);
        Assert.NotEqual(plain.ContentHash(0), plain.ContentHash(1));
    }

    private static byte[] Bytes(string descr, int size, int number)
    {
        byte[] bytes = descr.Contains('f') ? size switch { 2 => BitConverter.GetBytes((Half)number), 4 => BitConverter.GetBytes((float)number), _ => BitConverter.GetBytes((double)number) } : BitConverter.GetBytes((long)number)[..size];
        return descr.Contains('>') ? [.. bytes.Reverse()] : bytes;
    }

    [Fact]
    public void A_folder_holds_a_task_for_each_pair_and_parts_by_name()
    {
        foreach (string name in new[] { "month 10", "month 2-test", "month 2" })
        {
            files.Write($"{name}.npy", Npy("'<f4'", "(1, 1)", (float)name.Length));
            files.Write($"{name}-labels.npy", Npy("'<i4'", "(1,)", 1));
        }

        Records records = files.Open();

        Assert.Equal(["month 2", "month 10"], records.Tasks);
        Assert.Equal([(0, RecordPart.Unsaid), (0, RecordPart.Test), (1, RecordPart.Unsaid)], Enumerable.Range(0, 3).Select(record => (records.TaskOf(record), records.PartOf(record))));
        Assert.EndsWith("'", records.Where(2));
        Assert.Contains("month 10.npy", records.Where(2));
    }

    [Fact]
    public void Bytes_are_pixels_whether_packed_or_not()
    {
        files.Write("train-images-idx3-ubyte", Idx(8, [2, 1, 2], [0, 255, 51, 0]));
        files.Write("train-labels-idx1-ubyte", Idx(8, [2], [3, 9]));
        files.Write("t10k-images-idx3-ubyte.gz", Gzip(Idx(8, [1, 1, 2], [255, 255])));
        files.Write("t10k-labels-idx1-ubyte.gz", Gzip(Idx(8, [1], [9])));

        Records records = files.Open();
        InputForm form = records.Fit([0]);

        Assert.Equal([1L, 1, 2], form.Shape);
        Assert.Equal([[0, 1], [0.2f, 0], [1, 1]], Inputs(records, form));
        Assert.Equal([RecordPart.Train, RecordPart.Train, RecordPart.Test], Enumerable.Range(0, 3).Select(records.PartOf));
        Assert.Equal("3 9 9", ClassesOf(records));
    }

    [Fact]
    public void Idx_of_any_type_and_shape_is_read()
    {
        byte[] doubles = new byte[24];
        for (int i = 0; i < 3; i++) BinaryPrimitives.WriteDoubleBigEndian(doubles.AsSpan(8 * i), i - 0.5);
        files.Write("a.idx", Idx(0x0e, [3, 1], doubles));
        files.Write("a-labels.idx", Idx(0x0b, [3], [0, 1, 1, 0, 255, 255]));

        Records records = files.Open("a.idx");

        Assert.Equal("1 256 -1", ClassesOf(records));
        Assert.Equal(0, Inputs(records)[1][0]);
    }

    [Fact]
    public void Safetensors_hold_features_and_labels()
    {
        files.Write("a.safetensors", SafeTensors("""{"labels":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"features":{"dtype":"BF16","shape":[2,1],"data_offsets":[16,20]}}""",
            [5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0x40]));
        files.Write("b.npy", Npy("'<f4'", "(2, 1)", 1f, 2));
        files.Write("b-labels.npy", Npy("'<i4'", "(2,)", 0, 0));

        Records records = files.Open("a.safetensors");

        Assert.Equal("5 6", ClassesOf(records));
        Assert.Equal(files.Open("b.npy").ContentHash(1), records.ContentHash(1));
    }

    [Fact]
    public void What_this_library_writes_is_read()
    {
        using var scope = NewDisposeScope();
        using (FileStream file = File.Create(files["own.safetensors"])) Engram.SafeTensors.Write(file, new Dictionary<string, Tensor> { ["features"] = arange(6).to(float32).reshape(3, 2), ["labels"] = tensor(new[] { 2L, 1, 2 }) }, new Dictionary<string, string> { ["note"] = "mine" });

        Assert.Equal("2 1 2", ClassesOf(files.Open("own.safetensors")));
    }

    [Fact]
    public void A_form_comes_back_from_its_json()
    {
        files.Write("a.npy", Npy("'<f4'", "(3, 2)", 1f, 2, 3, 2, 7, 2));
        files.Write("a-labels.npy", Npy("'<i4'", "(3,)", 0, 1, 0));
        Records records = files.Open("a.npy");
        InputForm form = records.Fit([0, 1]);

        InputForm again = FeatureForm.FromJson((JsonObject)JsonNode.Parse(form.ToJson().ToJsonString())!);

        Assert.Equal(Inputs(records, form), Inputs(records, again));
        Assert.Equal([[-1, 0], [1, 0], [5, 0]], Inputs(records, form)); // the mean of 1 and 3 is 2, the second number never differs
    }

    [Fact]
    public void A_form_refuses_records_of_another_shape()
    {
        foreach (var (name, numbers) in new[] { ("a", new[] { 1f, 2 }), ("b", [1f, 2, 3, 4]) })
        {
            files.Write($"{name}.npy", Npy("'<f4'", $"(2, {numbers.Length / 2})", numbers));
            files.Write($"{name}-labels.npy", Npy("'<i4'", "(2,)", 0, 1));
        }
        InputForm form = files.Open("a.npy").Fit([0, 1]);

        Assert.Contains("records of shape [2], and [1] was learned", Assert.Throws<EngramException>(() => form.Read(files.Open("b.npy"), 0, new float[1])).Message);
    }

    [Fact]
    public void A_file_that_shrinks_meanwhile_is_an_error()
    {
        files.Write("a.npy", Npy("'<f4'", "(2, 1)", 1f, 2));
        files.Write("a-labels.npy", Npy("'<i4'", "(2,)", 0, 1));
        Records records = files.Open("a.npy");
        InputForm form = records.Fit([0, 1]);
        using (FileStream file = new(files["a.npy"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(file.Length - 2);

        Assert.Contains("was longer when it was opened", Assert.Throws<EngramException>(() => form.Read(records, 1, new float[1])).Message);
    }

    [Fact]
    public void Many_threads_read_the_same()
    {
        float[] numbers = [.. Enumerable.Range(0, 4000).Select(i => (float)i)];
        files.Write("a.npy", Npy("'<f4'", "(1000, 4)", numbers));
        files.Write("a-labels.npy", Npy("'<i4'", "(1000,)", new int[1000]));
        Records records = files.Open("a.npy");
        InputForm form = records.Fit([.. Enumerable.Range(0, 1000)]);
        float[][] alone = Inputs(records, form);
        float[][] together = new float[1000][];

        Parallel.For(0, 1000, record => form.Read(records, record, together[record] = new float[4]));

        Assert.Equal(alone, together);
    }
}
