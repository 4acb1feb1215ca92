using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Engram.Bench.Fuzzing;

namespace Engram.Bench.Serving;

/// <summary>A request that may be wrong.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="IsFramed">Whether its head is right, so that an answer must come.</param>
internal readonly record struct FuzzedRequest(byte[] Bytes, bool IsFramed);

/// <summary>Makes wrong requests out of right ones, over every route of a server.</summary>
/// <param name="learners">Names of the learners.</param>
/// <param name="numbers">How many numbers the first learner sees.</param>
/// <param name="answers">Ids of answers that were given.</param>
internal sealed class FuzzedRequests(string[] learners, int numbers, string[] answers)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "X"];
    private static readonly string[] Kinds = ["application/json", "text/csv", "text/tab-separated-values", "application/x-ndjson", "image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp", "application/vnd.apache.parquet", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "text/plain", "", ";", "application/"];
    private static readonly string[] Paths = ["/", "/v1", "/v1/", "/v1/{0}", "/v1/{0}/lessons", "/v1/{0}/jobs/none", "/v1/{0}/jobs/none/events", "/v1/{0}/history", "/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/reference", "/login", "/nothing", "/v1/..%2f{0}/history", "/v1/%00/history", "/v1/{0}/history?x=%zz", "/v1/%ff%fe/history"];
    private static readonly string[] Headers = ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Authorization: Bearer engram_a_b", "Authorization: Basic eA==", "X-Api-Key: engram_a_b", "Cookie: engram=abc", "Accept: text/html", "Accept: application/json;q=x", "Expect: 100-continue", "Range: bytes=0-1", "If-None-Match: *", "Content-Encoding: gzip", "X-Forwarded-For: 10.0.0.1", "traceparent: 00-x", "Last-Event-ID: 7", "Accept-Encoding: br"];
    private static readonly string[] Queries = ["lesson=told", "label=label", "method=replay", "method=none", "training.epochs=1", "gate.minNew=0", "pictureSize=8", "skipDamaged=true", "features=none", "keep=nothing", "keep=tests", "network=mlp", "seed=-1", "a.b=c", "file=other.zip", "ignore=a,b", "text=t", "=", "%00=1"];
    private static readonly string[] Names = ["x.csv", "x.tsv", "x.jsonl", "x.npy", "x.npz", "x.parquet", "x.safetensors", "x.zip", "../x.csv", "/etc/x.csv", "x.exe", ".csv", "a%00b.csv", "con.csv", "%F0%9F%98%80.csv"];
    private static readonly string[] Promotes = ["""{"version":1,"reason":"a reason"}""", """{"version":-1,"reason":""}""", """{"version":99,"reason":"x"}"""];
    private static readonly string[] Rollbacks = ["{}", """{"version":1}""", """{"version":7}"""];
    private static readonly string[] Lessons = ["""{"path":"x.csv","name":"n","settings":{"label":"label","method":"replay"}}""", """{"path":"../x"}""", """{"feedback":true,"name":"told"}""", """{"feedback":true,"path":"x"}"""];

    private readonly JsonNode[] asked =
    [
        new JsonObject { ["inputs"] = new JsonArray([Vector(numbers, 1), Vector(numbers, 2)]) },
        new JsonObject { ["rows"] = new JsonArray(JsonNode.Parse("""{"v0":1,"v1":2,"v2":3,"v3":4}"""), JsonNode.Parse("""{"v0":1.5,"v1":null,"v2":"3","v3":-4}""")) },
        JsonNode.Parse("""{"texts":["a text","another"]}""")!,
    ];

    private readonly JsonNode[] feedback = [new JsonObject { ["answers"] = new JsonArray([.. answers.Select(id => new JsonObject { ["id"] = id, ["label"] = "c1" })]) }];

    private readonly (string Kind, byte[] Body)[] files =
    [
        ("text/csv", "v0,v1,v2,v3,label\n1,2,3,4,c0\n2,3,4,5,c1\n"u8.ToArray()), ("text/csv", "v0,v1,v2,v3\n1,2,3,4\n\"2\",,x,5\n"u8.ToArray()), ("text/tab-separated-values", "v0\tv1\tv2\tv3\n1\t2\t3\t4\n"u8.ToArray()),
        ("application/x-ndjson", "{\"v0\":1,\"v1\":2,\"v2\":3,\"v3\":4}\n{\"v0\":1,\"v1\":2,\"v2\":3,\"v3\":null}\n"u8.ToArray()), ("image/png", Png(8, 8)), ("image/png", Png(3, 20)),
        ("image/bmp", [.. "BM"u8, .. new byte[80]]), ("image/jpeg", [0xff, 0xd8, 0xff, 0xe0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9]), ("image/gif", [.. "GIF89a"u8, 8, 0, 8, 0, 0, 0, 0, 0x3b]), ("application/vnd.apache.parquet", [.. "PAR1"u8, 0, 0, 0, 0, .. "PAR1"u8]),
    ];

    private readonly byte[][] uploads =
    [
        "v0,v1,v2,v3,label\n1,2,3,4,c0\n2,3,4,5,c1\n1,2,3,5,c0\n2,3,4,6,c1\n"u8.ToArray(), "{\"v0\":1,\"v1\":2,\"v2\":3,\"v3\":4,\"label\":\"c0\"}\n"u8.ToArray(),
        Zip(("a/1.png", Png(8, 8)), ("b/2.png", Png(8, 8))), Zip(("inside/x.csv", "v0,v1,v2,v3,label\n1,2,3,4,c0\n"u8.ToArray())), Zip(("../x", [1])), Zip(("ham/1.txt", "a text"u8.ToArray()), ("spam/2.txt", "another"u8.ToArray())),
    ];

    /// <summary>The request that chance makes.</summary>
    public FuzzedRequest Of(RandomSource random)
    {
        string name = One(learners, random);
        var (method, path, kind, body) = random.NextInt(12) switch
        {
            0 or 1 => ("POST", Asking(name, random), "application/json", Encoding.UTF8.GetBytes(Mutation.OfJson(asked, random))),
            2 or 3 => One(files, random) is var file ? ("POST", Asking(name, random), file.Kind, Mutation.OfBytes([file.Body], random)) : default,
            4 => ("POST", $"/v1/{name}/feedback", "application/json", Encoding.UTF8.GetBytes(Mutation.OfJson(feedback, random))),
            5 => ("POST", $"/v1/{name}/promote", "application/json", Encoding.UTF8.GetBytes(Mutation.OfJson([JsonNode.Parse(One(Promotes, random))!], random))),
            6 => ("POST", $"/v1/{name}/rollback", "application/json", Encoding.UTF8.GetBytes(Mutation.OfJson([JsonNode.Parse(One(Rollbacks, random))!], random))),
            7 => ("POST", $"/v1/{name}/lessons", "application/json", Encoding.UTF8.GetBytes(Mutation.OfJson([JsonNode.Parse(One(Lessons, random))!], random))),
            8 => ("POST", $"/v1/{name}/lessons?file={One(Names, random)}{Settings(random)}", "application/octet-stream", Mutation.OfBytes(uploads, random)),
            9 => ("POST", $"/v1/{name}/lessons?x=1{Settings(random)}", "multipart/form-data; boundary=b", Mutation.OfBytes([Form(random)], random)),
            10 => ("POST", random.NextInt(2) == 0 ? "/login" : "/logout", "application/x-www-form-urlencoded", Mutation.OfBytes(["key=engram_a_b&back=/"u8.ToArray()], random)),
            _ => (One(Methods, random), string.Format(null, One(Paths, random), name), One(Kinds, random), Array.Empty<byte>()),
        };
        if (random.NextInt(10) == 0) kind = One(Kinds, random);
        if (random.NextInt(20) == 0) method = One(Methods, random);
        StringBuilder headers = new();
        for (int more = random.NextInt(8) == 0 ? 1 + random.NextInt(3) : 0; more > 0; more--) headers.Append(One(Headers, random)).Append("\r\n");
        byte[] request = RawConnection.Request(method, path, kind, body, headers.ToString());
        if (random.NextInt(8) > 0) return new(request, IsFramed: method != "HEAD");
        // The head is changed, too: what comes is anything.
        int head = request.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        return new([.. Mutation.OfBytes([request[..head]], random), .. request.AsSpan(head)], IsFramed: false);
    }

    private static T One<T>(T[] of, RandomSource random) => of[random.NextInt(of.Length)];

    private static string Asking(string name, RandomSource random) => $"/v1/{name}/{(random.NextInt(3) == 0 ? "check" : "predict")}{random.NextInt(6) switch { 0 => "?probabilities=true", 1 => "?probabilities=x", _ => "" }}";

    private static string Settings(RandomSource random)
    {
        StringBuilder query = new();
        for (int more = random.NextInt(3); more > 0; more--) query.Append('&').Append(One(Queries, random));
        return query.ToString();
    }

    private byte[] Form(RandomSource random) =>
        [.. Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{One(Names, random)}\"\r\nContent-Type: text/csv\r\n\r\n"), .. One(uploads, random), .. "\r\n--b--\r\n"u8];

    private static JsonArray Vector(int numbers, int first) => [.. Enumerable.Range(first, numbers).Select(number => (JsonNode)number)];

    /// <summary>A zip.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
                using (Stream entry = archive.CreateEntry(name).Open()) entry.Write(content);
        return stream.ToArray();
    }

    /// <summary>A grey picture.</summary>
    public static byte[] Png(int width, int height, int seed = 0)
    {
        using MemoryStream stream = new(), pixels = new();
        using (ZLibStream packed = new(pixels, CompressionLevel.Fastest, leaveOpen: true))
            for (int row = 0; row < height; row++) packed.Write([0, .. Enumerable.Range(0, width).Select(column => (byte)((row * 31) + (column * 17) + (seed * 7)))]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits, grey
        stream.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        foreach (var (kind, content) in new[] { ("IHDR", header), ("IDAT", pixels.ToArray()), ("IEND", []) })
        {
            byte[] chunk = [.. Encoding.ASCII.GetBytes(kind), .. content], number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            stream.Write(number);
            stream.Write(chunk);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(chunk));
            stream.Write(number);
        }
        return stream.ToArray();
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }
        return ~crc;
    }
}
