using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Engram.Experiments;
using Engram.Networks;
using Engram.Tests.Datasets;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly ScalarType[] Types = [ScalarType.Float64, ScalarType.Float32, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool];
    private readonly DisposeScope scope = NewDisposeScope();

    public SafeTensorsTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Every_type_and_shape_comes_back_bit_for_bit()
    {
        Dictionary<string, Tensor> tensors = [];
        foreach (ScalarType type in Types)
            foreach (long[] shape in new long[][] { [], [1], [5], [2, 3], [0], [3, 0, 2] })
                tensors[$"{type} {string.Join("x", shape)}"] = (Batches.Random(new(1), shape) * 100).to(type);

        var (read, metadata) = SafeTensors.Read(Write(tensors, new() { ["a"] = "b", ["quote"] = "\"ü\n" }), "file");

        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal((tensor.dtype, string.Join(",", tensor.shape)), (read[name].dtype, string.Join(",", read[name].shape)));
            Assert.Equal(tensor.bytes.ToArray(), read[name].bytes.ToArray());
            read[name].Dispose();
        }
        Assert.Equal(new Dictionary<string, string> { ["a"] = "b", ["quote"] = "\"ü\n" }, metadata);
    }

    [Fact]
    public void Tensors_that_share_bytes_are_refused()
    {
        byte[] header = Encoding.UTF8.GetBytes("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""");

        Assert.Contains("'b' shares bytes with other tensors", Assert.Throws<EngramException>(() => SafeTensors.Read([.. BitConverter.GetBytes((long)header.Length), .. header, 1, 2, 3, 4, 5], "file")).Message);
    }

    [Fact]
    public void A_view_is_written_as_the_numbers_it_shows()
    {
        Tensor matrix = arange(6).to(float32).reshape(2, 3);

        Tensor read = SafeTensors.Read(Write(new() { ["t"] = matrix.t() }), "file").Tensors["t"];

        Assert.Equal([0f, 3, 1, 4, 2, 5], read.data<float>().ToArray());
        read.Dispose();
    }

    [Fact]
    public void The_layout_is_that_of_the_format()
    {
        byte[] file = Write(new() { ["x"] = tensor(new[] { 1f, 2f }) });

        long header = BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, header % 8);
        Assert.Equal("""{"__metadata__":{},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(file, 8, (int)header).TrimEnd(' '));
        Assert.Equal([1f, 2f], new[] { BitConverter.ToSingle(file, 8 + (int)header), BitConverter.ToSingle(file, 12 + (int)header) });
    }

    [Fact]
    public void Any_damage_is_read_or_refused_and_nothing_else()
    {
        byte[] whole = Write(new() { ["first"] = Batches.Random(new(1), 3, 2), ["second"] = arange(4) }, new() { ["state"] = "{}" });
        Gen<byte[]> damage = Gen.OneOf(
            Gen.Int[0, whole.Length].Select(length => whole[..length]),
            Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Select(changes => { byte[] file = [.. whole]; foreach (var (at, value) in changes) file[at] = value; return file; }),
            Gen.Select(Gen.Int[8, whole.Length - 1], Gen.Char["0123456789[]{},:\"-.e"]).Array[1, 4].Select(changes => { byte[] file = [.. whole]; foreach (var (at, letter) in changes) file[at] = (byte)letter; return file; }),
            Gen.Byte.Array[0, 200]);

        damage.Sample(file => ReadOrRefuse(file), iter: 20_000, threads: 1, print: bytes => Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483648,2147483648,4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0,1099511627776,1099511627776],"data_offsets":[0,0]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""")]
    [InlineData("""{"x":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0.5],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{"state":null}}""")]
    [InlineData("""{"__metadata__":7}""")]
    [InlineData("""[]""")]
    [InlineData("""{"x":7}""")]
    [InlineData("""{"x":""")]
    public void A_header_that_lies_is_refused_before_memory_is_taken(string header)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), file = new byte[8 + text.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();

        EngramException error = Assert.Throws<EngramException>(() => SafeTensors.Read(file, "run/state.safetensors"));

        Assert.Equal("corrupt-checkpoint", error.Code);
        Assert.StartsWith("'run/state.safetensors' is damaged near byte ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(99_000_000)]
    public void A_header_of_an_impossible_length_is_refused(long length)
    {
        byte[] file = new byte[100];
        BinaryPrimitives.WriteInt64LittleEndian(file, length);

        Assert.Contains($"a header of {length} bytes was announced in a file of 100", Assert.Throws<EngramException>(() => SafeTensors.Read(file, "file")).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        using TemporaryFolder folder = new();

        Assert.Contains(folder["none"], Assert.Throws<EngramException>(() => SafeTensors.Read(folder["none"])).Message);
    }

    private static byte[] Write(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, tensors, metadata ?? []);
        return stream.ToArray();
    }

    private static void ReadOrRefuse(byte[] file)
    {
        try
        {
            foreach (Tensor tensor in SafeTensors.Read(file, "file").Tensors.Values) tensor.Dispose();
        }
        catch (EngramException error)
        {
            Assert.Equal("corrupt-checkpoint", error.Code);
        }
    }
}
