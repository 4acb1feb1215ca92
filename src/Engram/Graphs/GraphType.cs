namespace Engram.Graphs;

/// <summary>What a value of a graph is made of; the numbers are those of ONNX.</summary>
public enum GraphType
{
    /// <summary>Numbers of 32 bits.</summary>
    Single = 1,

    /// <summary>Bytes, 0 to 255.</summary>
    Byte = 2,

    /// <summary>Whole numbers of 64 bits.</summary>
    Whole = 7,

    /// <summary>Texts.</summary>
    Text = 8,

    /// <summary>True or false.</summary>
    Truth = 9,

    /// <summary>Numbers of 64 bits.</summary>
    Double = 11,
}
