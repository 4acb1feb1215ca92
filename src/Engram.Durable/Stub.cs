#pragma warning disable CA1822
using System.Text.Json.Nodes;
using Engram.OwnData;
namespace Engram.Durable
{
    internal static class Stubs
    {
        extension(Records records) { public bool HasLabels => true; }
        extension(RecordCatalog catalog)
        {
            public InputForm FormOf(JsonObject json) => json.ContainsKey("columns") ? Engram.OwnData.Rows.TableForm.FromJson(json) : json.ContainsKey("side") ? (InputForm)System.Activator.CreateInstance(Type.GetType("Engram.Pictures.PictureForm, Engram.Pictures")!, (int)json["side"]!, (int)json["channels"]!)! : Engram.OwnData.Features.FeatureForm.FromJson(json);
            public Records Open(IReadOnlyList<string> paths, RecordOptions options, IProgress<ReadProgress>? progress, CancellationToken cancellation) => catalog.Open(paths[0], options, progress, cancellation);
        }
    }
}
namespace Engram.Durable
{
    internal static class StubNames { extension(Records records) {
#pragma warning disable CA1822
 public string Name(int record) => $"{record}"; } }
}
