namespace Engram.Products;

/// <summary>A number that the compiler knows: each kernel is compiled once for every number of rows and vectors.</summary>
internal interface ITileCount
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}

internal readonly struct OneVector : ITileCount
{
    public static int Value => 1;
}

internal readonly struct TwoVectors : ITileCount
{
    public static int Value => 2;
}

internal readonly struct Rows1 : ITileCount
{
    public static int Value => 1;
}

internal readonly struct Rows2 : ITileCount
{
    public static int Value => 2;
}

internal readonly struct Rows3 : ITileCount
{
    public static int Value => 3;
}

internal readonly struct Rows4 : ITileCount
{
    public static int Value => 4;
}

internal readonly struct Rows5 : ITileCount
{
    public static int Value => 5;
}

internal readonly struct Rows6 : ITileCount
{
    public static int Value => 6;
}

internal readonly struct Rows7 : ITileCount
{
    public static int Value => 7;
}

internal readonly struct Rows8 : ITileCount
{
    public static int Value => 8;
}

internal readonly struct Rows9 : ITileCount
{
    public static int Value => 9;
}

internal readonly struct Rows10 : ITileCount
{
    public static int Value => 10;
}

internal readonly struct Rows11 : ITileCount
{
    public static int Value => 11;
}

internal readonly struct Rows12 : ITileCount
{
    public static int Value => 12;
}
