namespace Engram.Methods.Growth;

/// <summary>How a column sees the columns before it.</summary>
public enum LateralKind
{
    /// <summary>U relu(sum over earlier columns of alpha_j V_j h_j): one projection with a learned scalar per column, then one more layer.</summary>
    Adapter,

    /// <summary>The sum over earlier columns of U_j h_j.</summary>
    Linear,
}
