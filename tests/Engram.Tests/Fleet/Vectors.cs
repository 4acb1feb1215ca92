namespace Engram.Tests.Fleet;

/// <summary>Lessons of vectors: clouds around a point for each class.</summary>
internal static class Vectors
{
    public const int Length = 8;

    public static (float[][] Inputs, string[] Labels) Lesson(int seed, string classes = "ab", int each = 20)
    {
        Random random = new(seed);
        (float[] Input, string Label)[] all = [.. Enumerable.Range(0, each * classes.Length).Select(i => classes[i % classes.Length]).Select(name => (Near(name, random), name.ToString()))];
        return ([.. all.Select(one => one.Input)], [.. all.Select(one => one.Label)]);
    }

    public static float[] Of(char name) => [.. Enumerable.Range(0, Length).Select(place => place == (name - 'a') % Length ? 4f : 0f)];

    private static float[] Near(char name, Random random) => [.. Of(name).Select(number => number + (float)(random.NextDouble() - 0.5))];
}
