using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.Bench.Fuzzing;

/// <summary>Makes wrong inputs out of right ones. What comes out depends on the source of chance alone.</summary>
internal static class Mutation
{
    private const string Half = "@half a character@";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "2", "3", "0.5", "1e-320", "1e308", "-1e308", "1e400", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "18446744073709551616", "\"\"", "\"a\"", "\"1\"", "\"ewc\"", "\"joint\"", "\"R[T,1]\"", "\"table[gate,a,b]\"", "\"*\"", "\"../x\"", "\"a\\nb\"", "\"\\u0000\"", $"\"{Half}\"",
        "[]", "{}", "[null]", "[[]]", "[1,2]", "[-1]", "{\"id\":\"ewc\"}", "{\"id\":null}", "[\"a\"]", "1.5", "\"NaN\"", "\"Infinity\"", "\"sgd,adam\"", "7",
    ];

    private static readonly byte[][] Tokens =
    [
        .. new[] { "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "null", "-", "1e9", "0", "1", " ", "\n", "\r", "\t", ".", "?", "*", "(", ")", ">=", "<", "+", "max(", "abs(", "@", "#", ";", "=", "é", "\0", "9999999999", "untrained" }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3], [0xed, 0xa0, 0x80], [0x1f, 0x8b, 8], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0x7f], [0x80, 0, 0, 0],
    ];

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One seed with one to four changes of its bytes.</summary>
    public static byte[] OfBytes(IReadOnlyList<byte[]> seeds, RandomSource random)
    {
        List<byte> bytes = [.. seeds[random.NextInt(seeds.Count)]];
        for (int change = 1 + random.NextInt(4); change > 0; change--)
        {
            int at = random.NextInt(bytes.Count + 1), length = Math.Min(bytes.Count - at, 1 + random.NextInt(16));
            byte[] token = Tokens[random.NextInt(Tokens.Length)];
            switch (random.NextInt(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.NextInt(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, token);
                    break;
                case 4 when length > 0:
                    bytes.InsertRange(random.NextInt(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 5 when random.NextInt(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    for (int i = 0; i < length && i < token.Length; i++) bytes[at + i] = token[i];
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>One text with one to four changes.</summary>
    public static string OfText(IReadOnlyList<string> seeds, RandomSource random) => Encoding.UTF8.GetString(OfBytes([Encoding.UTF8.GetBytes(seeds[random.NextInt(seeds.Count)])], random));

    /// <summary>The text of one seed with one to three changes of its structure; one time in eight with changed bytes besides.</summary>
    public static string OfJson(IReadOnlyList<JsonNode> seeds, RandomSource random)
    {
        JsonArray root = [seeds[random.NextInt(seeds.Count)].DeepClone()];
        for (int change = 1 + random.NextInt(3); change > 0; change--) Change(root, random);
        string text = (root.Count > 0 ? root[0]?.ToJsonString(Written) ?? "null" : "").Replace(Half, "\\ud800");
        return random.NextInt(8) == 0 ? OfText([text], random) : text;
    }

    private static void Change(JsonArray root, RandomSource random)
    {
        List<JsonNode> containers = [];
        Collect(root, containers);
        JsonNode parent = containers[random.NextInt(containers.Count)], other = containers[random.NextInt(containers.Count)];
        JsonNode? value = random.NextInt(6) == 0 && !ReferenceEquals(other, root) ? other.DeepClone() : JsonNode.Parse(Values[random.NextInt(Values.Length)]);
        int what = random.NextInt(4);
        if (parent is JsonObject members)
        {
            string[] names = [.. members.Select(member => member.Key)];
            string name = names.Length == 0 ? "a" : names[random.NextInt(names.Length)];
            if (what == 0) members.Remove(name);
            else if (what == 1 && members.Remove(name, out JsonNode? moved)) members[$"{name}{(random.NextInt(2) == 0 ? "" : "x")}"] = moved; // renamed, or moved to the end
            else members[name] = value;
        }
        else if (parent is JsonArray list)
        {
            int at = random.NextInt(list.Count + 1);
            if (what == 0 && at < list.Count && list.Parent is not null) list.RemoveAt(at);
            else if (what == 1 && list.Parent is not null) list.Insert(at, list.Count > 0 ? list[random.NextInt(list.Count)]?.DeepClone() : value);
            else if (at < list.Count) list[at] = value;
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> containers)
    {
        if (node is not (JsonObject or JsonArray)) return;
        containers.Add(node);
        foreach (JsonNode? child in node is JsonObject members ? members.Select(member => member.Value) : (JsonArray)node) Collect(child, containers);
    }
}
