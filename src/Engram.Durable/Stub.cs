#pragma warning disable CA1822
using System.Text.Json.Nodes;
using Engram.OwnData;
namespace Engram.Durable.Storage
{
    internal static class SampleBytes
    {
        public static byte[] Of(ReadOnlySpan<float> input) => [];
        public static float[] Read(byte[] bytes) => [];
        public static void Read(byte[] bytes, Span<float> input) { }
    }
}
namespace Engram.Durable
{
    internal static class Stubs
    {
        extension(Records records) { public bool HasLabels => true; }
        extension(RecordCatalog catalog)
        {
            public InputForm FormOf(JsonObject json) => null!;
            public Records Open(IReadOnlyList<string> paths, RecordOptions options, IProgress<ReadProgress>? progress, CancellationToken cancellation) => null!;
        }
    }
}
namespace Engram.Durable
{
    internal static class StubNames { extension(Records records) {
#pragma warning disable CA1822
 public string Name(int record) => $"{record}"; } }
}
