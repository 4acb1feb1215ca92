using System.Text.Json;
using Engram.OwnData;
using Microsoft.AspNetCore.Http;

namespace Engram.Server.Api;

/// <summary>What a request asks about: vectors as they are, or rows, texts, a table or a picture, which are read as files are.</summary>
internal static class AskedRecords
{
    private const string Mark = "engram-asked-";
    private static readonly TimeSpan LongestRequest = TimeSpan.FromHours(1);

    private static readonly Dictionary<string, string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text/csv"] = ".csv", ["text/tab-separated-values"] = ".tsv", ["application/x-ndjson"] = ".jsonl", ["application/jsonl"] = ".jsonl",
        ["image/png"] = ".png", ["image/jpeg"] = ".jpg", ["image/webp"] = ".webp", ["image/bmp"] = ".bmp", ["image/gif"] = ".gif",
        ["application/vnd.apache.parquet"] = ".parquet",
    };

    /// <summary>Kinds of body, for the document of the interface.</summary>
    public static readonly string[] Kinds = ["application/json", .. Endings.Keys];

    /// <summary>The inputs that a request asks about, as the learner sees them.</summary>
    /// <exception cref="EngramException">The body is of another kind (<c>wrong-kind</c>), or cannot be read.</exception>
    public static async Task<IReadOnlyList<float[]>> InputsOf(HttpContext context, ServedLearner learner)
    {
        CancellationToken cancellation = context.RequestAborted;
        string kind = (context.Request.ContentType ?? "").Split(';')[0].Trim();
        if (kind.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            PredictRequest request = await JsonSerializer.DeserializeAsync(context.Request.BodyReader, ApiJson.Plain.PredictRequest, cancellation) ?? throw Nothing();
            switch (request)
            {
                case { Inputs.Length: > 0, Rows: null, Texts: null }:
                    return request.Inputs;
                case { Inputs: null, Rows.Length: > 0, Texts: null }:
                    return await OfRows(learner, request.Rows, cancellation);
                case { Inputs: null, Rows: null, Texts.Length: > 0 }:
                    return await OfTexts(learner, request.Texts, cancellation);
                default:
                    throw Nothing();
            }
        }
        if (!Endings.TryGetValue(kind, out string? ending))
            throw EngramException.Input("wrong-kind", $"The body's type is '{Quote.Of(kind)}'; {string.Join(", ", Kinds)} can be asked about.");
        return await InputsOf(learner, ending, stream => context.Request.Body.CopyToAsync(stream, cancellation), cancellation);
    }

    /// <summary>Rows of a table as the learner sees them.</summary>
    public static Task<IReadOnlyList<float[]>> OfRows(ServedLearner learner, IEnumerable<Dictionary<string, JsonElement>> rows, CancellationToken cancellation) =>
        InputsOf(learner, ".jsonl", stream => WriteLines(stream, rows), cancellation);

    /// <summary>Texts as the learner sees them.</summary>
    public static Task<IReadOnlyList<float[]>> OfTexts(ServedLearner learner, IEnumerable<string> texts, CancellationToken cancellation) =>
        OfRows(learner, texts.Select(text => new Dictionary<string, JsonElement> { ["text"] = JsonSerializer.SerializeToElement(text, ApiJson.Plain.String) }), cancellation);

    /// <summary>What a file holds as the learner sees it.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="name">Its name, whose ending says what it is.</param>
    /// <param name="cancellation">The caller's going away.</param>
    /// <exception cref="EngramException">It is of another kind (<c>wrong-kind</c>), or cannot be read.</exception>
    public static Task<IReadOnlyList<float[]>> OfFile(ServedLearner learner, Stream content, string name, CancellationToken cancellation)
    {
        string ending = Path.GetExtension(name).ToLowerInvariant();
        if (ending == ".jpeg") ending = ".jpg";
        if (!Endings.ContainsValue(ending)) throw EngramException.Input("wrong-kind", $"'{Quote.Of(name)}' is of another kind; a file that ends in {string.Join(", ", Endings.Values.Distinct())} can be asked about.");
        return InputsOf(learner, ending, stream => content.CopyToAsync(stream, cancellation), cancellation);
    }

    /// <summary>Removes what a server that was killed has left of its requests.</summary>
    public static void RemoveLeft()
    {
        foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(), $"{Mark}*"))
        {
            try
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > LongestRequest) File.Delete(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It is another user's, or gone by now.
            }
        }
    }

    private static async Task<IReadOnlyList<float[]>> InputsOf(ServedLearner learner, string ending, Func<Stream, Task> write, CancellationToken cancellation)
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Mark}{Guid.NewGuid():N}{ending}");
        try
        {
            await using (FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write)) await write(stream);
            using Records records = await Task.Run(() => learner.Learner.Open([file], null, cancellation), cancellation);
            return await learner.InputsOf(records, cancellation);
        }
        catch (EngramException error) when (error.Message.Contains(file, StringComparison.Ordinal))
        {
            // The caller knows no file.
            throw new EngramException(error.Kind, error.Code, error.Message.Replace(file, "the body", StringComparison.Ordinal).Replace(Path.GetFileName(file), "the body", StringComparison.Ordinal), error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task WriteLines(Stream stream, IEnumerable<Dictionary<string, JsonElement>> rows)
    {
        foreach (Dictionary<string, JsonElement> row in rows)
        {
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(row ?? [], ApiJson.Plain.DictionaryStringJsonElement));
            stream.WriteByte((byte)'\n');
        }
    }

    private static EngramException Nothing() =>
        EngramException.Input("nothing-asked", "The body asks about nothing, or about several kinds at once; give one of {\"inputs\": [[1, 2]]}, {\"rows\": [{\"column\": 1}]} and {\"texts\": [\"a text\"]}.");
}
