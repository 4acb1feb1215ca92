namespace Engram.Durable.Storage;

/// <summary>What a column holds: a whole number, text, or bytes.</summary>
internal enum SqlKind
{
    Number,
    Text,
    Bytes,
}

/// <summary>A column.</summary>
/// <param name="Name">Not a reserved word of either database.</param>
/// <param name="Kind">What it holds.</param>
internal sealed record SqlColumn(string Name, SqlKind Kind)
{
    public static SqlColumn Number(string name) => new(name, SqlKind.Number);

    public static SqlColumn Text(string name) => new(name, SqlKind.Text);

    public static SqlColumn Bytes(string name) => new(name, SqlKind.Bytes);
}
