using System.Globalization;

namespace Engram.Tests;

/// <summary>How much of what only chance finds: little whenever all tests run, more where a variable asks for it.</summary>
internal static class Amount
{
    /// <summary>What a variable asks for.</summary>
    /// <param name="variable">Such as <c>ENGRAM_KILLS</c>.</param>
    /// <param name="standard">Where it is not set.</param>
    public static int Of(string variable, int standard) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
