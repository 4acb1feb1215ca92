using System.Security.Cryptography;

namespace Engram.Durable.Storage;

/// <summary>
/// A table: its columns in the order in which they lie, and the SQL over them that both databases read. The learner's id is the first part
/// of every key. What is heavy stands last and has a checksum of its own before it (<c>sha256</c> of one column of bytes, else <c>body</c>), so that
/// the rest of a row is checked without reading it.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Keys">Columns of the key after the learner's id.</param>
/// <param name="Light">Columns that are always read.</param>
/// <param name="Heavy">Columns that are read where they are wanted; often none.</param>
internal sealed record SqlTable(string Name, SqlColumn[] Keys, SqlColumn[] Light, params SqlColumn[] Heavy)
{
    /// <summary>Version of the tables that it came with (<see cref="EngramStore.Schema"/>).</summary>
    public int Since { get; init; } = 1;

    // The kinds of value in the order of values: keys, light, heavy.
    public SqlColumn[] Columns { get; } = [.. Keys, .. Light, .. Heavy];

    public int LightCount => Keys.Length + Light.Length;

    private bool HasBody => Heavy.Length > 0;

    private bool IsPlain => Heavy is [{ Kind: SqlKind.Bytes }];

    private string[] BodyName => HasBody ? [IsPlain ? "sha256" : "body"] : [];

    // As they lie: learner, keys, light, body, sum, heavy.
    private IEnumerable<string> Names(bool whole) => [.. Names(Keys), .. Names(Light), .. BodyName, "sum", .. (whole ? Names(Heavy) : [])];

    private string KeyNames => string.Join(", ", Names(Keys).Prepend("learner"));

    /// <summary>Statement that makes the table.</summary>
    /// <param name="type">Name of a kind's type.</param>
    /// <param name="ending">What stands at the end.</param>
    public string Create(Func<SqlKind, string> type, string ending)
    {
        string bytes = type(SqlKind.Bytes);
        string[] lines =
        [
            $"learner {type(SqlKind.Number)} NOT NULL", .. Keys.Select(key => $"{key.Name} {type(key.Kind)} NOT NULL"), .. Lines(Light),
            .. BodyName.Select(name => $"{name} {bytes} NOT NULL"), $"sum {bytes} NOT NULL", .. Lines(Heavy), $"PRIMARY KEY ({KeyNames})",
        ];
        return $"CREATE TABLE {Name} (\n  {string.Join(",\n  ", lines)}\n){ending}";

        IEnumerable<string> Lines(SqlColumn[] columns) => columns.Select(column => $"{column.Name} {type(column.Kind)}");
    }

    /// <summary>Adds a row; one of that key must not be there.</summary>
    public string Insert()
    {
        string[] names = ["learner", .. Names(whole: true)];
        return $"INSERT INTO {Name} ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select((_, i) => $"@p{i}"))})";
    }

    /// <summary>Adds a row or replaces the one of that key.</summary>
    public string Put() => $"{Insert()} ON CONFLICT ({KeyNames}) DO UPDATE SET {string.Join(", ", Names(whole: true).Skip(Keys.Length).Select(name => $"{name} = excluded.{name}"))}";

    /// <summary>Reads rows in the order of their keys.</summary>
    /// <param name="whole">With what is heavy.</param>
    /// <param name="where">A condition besides the learner (<c>@p0</c>), or null.</param>
    /// <param name="most">Most rows; 0 for all.</param>
    public string Select(bool whole, string? where, int most = 0) =>
        $"SELECT {string.Join(", ", Names(whole))} FROM {Name} WHERE learner = @p0{(where is null ? "" : $" AND {where}")} ORDER BY {KeyNames}{(most > 0 ? $" LIMIT {most}" : "")}";

    /// <summary>Deletes rows.</summary>
    public string Delete(string where) => $"DELETE FROM {Name} WHERE learner = @p0 AND {where}";

    /// <summary>Condition for one key, from <c>@p1</c> on.</summary>
    public string KeyIs => Keys.Length == 0 ? "1 = 1" : string.Join(" AND ", Keys.Select((key, i) => $"{key.Name} = @p{i + 1}"));

    /// <summary>A row's values as they are stored, checksums included.</summary>
    public object?[] Stored(long learner, object?[] values)
    {
        RowSum.RefuseWrongText(values);
        byte[]? body = BodySum(values);
        return [learner, .. values[..LightCount], .. Body(body), Sum(learner, values, body), .. values[LightCount..]];
    }

    /// <summary>The values of a row that was read by <see cref="Select"/>; null where a checksum differs.</summary>
    public object?[]? Values(long learner, object?[] read)
    {
        byte[]? body = HasBody ? read[LightCount] as byte[] : null;
        int sum = LightCount + (HasBody ? 1 : 0);
        if (HasBody && body is null || read[sum] is not byte[] stored) return null;
        object?[] values = [.. read[..LightCount], .. read[(sum + 1)..]];
        bool isWhole = values.Length == Columns.Length;
        return stored.AsSpan().SequenceEqual(Sum(learner, values, body)) && (!HasBody || !isWhole || body.AsSpan().SequenceEqual(BodySum(values))) ? values : null;
    }

    private static IEnumerable<string> Names(SqlColumn[] columns) => columns.Select(column => column.Name);

    private static object?[] Body(byte[]? body) => body is null ? [] : [body];

    private byte[]? BodySum(object?[] values) => !HasBody ? null : IsPlain && values[^1] is byte[] bytes ? SHA256.HashData(bytes) : RowSum.Of(Name, values.AsSpan(LightCount));

    private byte[] Sum(long learner, object?[] values, byte[]? body) => RowSum.Of(Name, [learner, .. values[..LightCount], .. Body(body)]);
}
