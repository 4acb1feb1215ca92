namespace Engram.Datasets;

/// <summary>
/// The skeleton of one way of writing a digit: pen strokes through points. A stroke runs smoothly through its points; a corner is where
/// one stroke ends and another begins.
/// </summary>
internal sealed class DigitShape
{
    /// <summary>
    /// The ways of writing each digit, index 0 to 9. A point is <c>x,y</c> on a sheet 60 wide and 100 high, y downwards; <c>|</c> lifts the
    /// pen. Equal points move together when the writing is jittered, so corners stay closed.
    /// </summary>
    private static readonly string[][] Table =
    [
        ["30,0 8,18 2,50 8,82 30,100 52,82 58,50 52,18 30,0", "38,4 16,12 4,48 14,88 32,100 50,86 56,50 48,14 26,2", "34,0 16,22 10,54 14,86 28,100 44,78 50,46 46,14 34,0"],
        ["30,0 30,50 30,100", "16,20 32,0 | 32,0 32,50 32,100", "16,20 32,0 | 32,0 32,50 32,100 | 8,100 56,100"],
        ["6,24 16,6 34,0 52,12 52,34 36,60 6,98 | 6,98 58,98", "6,22 20,3 40,3 52,20 47,42 30,68 12,92 3,88 10,78 24,84 42,98 58,94", "4,14 30,2 54,14 50,38 30,64 4,96 | 4,96 30,94 58,100"],
        ["8,12 28,0 48,8 50,28 40,42 22,48 | 22,48 46,54 56,74 44,94 24,100 4,88", "8,2 52,2 | 52,2 26,42 | 26,42 48,50 56,72 44,94 24,100 4,90", "6,16 24,1 46,6 48,30 26,46 | 26,46 52,58 52,86 26,100 4,90"],
        ["14,2 8,30 4,58 | 4,58 32,58 60,56 | 46,18 44,58 42,100", "44,0 24,34 2,66 | 2,66 32,66 60,66 | 44,0 43,50 42,100", "10,6 6,34 14,52 34,54 50,44 | 52,4 50,44 44,100"],
        ["52,2 14,2 | 14,2 10,44 | 10,44 30,38 50,48 56,70 44,92 22,100 4,90", "16,6 12,44 | 12,44 34,40 52,54 52,78 38,96 18,100 4,92 | 16,6 58,0", "56,4 34,2 20,12 14,40 | 14,40 40,44 54,66 40,94 10,98"],
        ["48,4 26,16 10,44 5,74 16,96 38,99 54,84 52,64 36,54 18,60 6,76", "38,0 18,36 6,72 14,95 34,100 52,84 48,62 32,56 14,64 6,76", "34,0 14,30 4,66 12,92 32,100 48,88 46,70 30,64 12,74 8,84"],
        ["4,4 30,4 56,2 | 56,2 38,44 22,100", "4,4 30,4 56,2 | 56,2 38,44 22,100 | 14,54 34,52 54,50", "2,18 6,6 30,4 56,4 | 56,4 34,44 28,100"],
        ["46,12 28,0 12,10 14,30 32,48 50,66 52,86 30,100 8,88 10,66 30,48 46,32 46,12", "30,0 14,10 14,34 30,46 46,34 46,10 30,0 | 30,46 8,60 6,86 30,100 54,86 52,60 30,46", "52,8 32,0 12,12 18,36 44,62 48,86 26,100 8,86 18,62 44,36 52,8"],
        ["50,20 36,2 16,6 6,26 16,46 36,46 50,20 | 50,20 48,60 44,100", "50,22 36,2 16,6 6,26 16,46 36,46 50,22 | 50,22 54,58 42,92 22,100 8,92", "52,8 28,0 8,16 10,38 30,44 48,26 52,8 | 52,8 44,56 26,100"],
    ];

    private static readonly DigitShape[][] Shapes = [.. Table.Select(variants => variants.Select(text => new DigitShape(text)).ToArray())];

    private DigitShape(string text)
    {
        string[] names = [.. text.Split(' ').Where(word => word != "|").Distinct()];
        Points = [.. names.Select(name => name.Split(',')).Select(xy => (double.Parse(xy[0]), double.Parse(xy[1])))];
        Strokes = [.. text.Split(" | ").Select(stroke => stroke.Split(' ').Select(name => Array.IndexOf(names, name)).ToArray())];
    }

    /// <summary>The distinct points of the sheet.</summary>
    public (double X, double Y)[] Points { get; }

    /// <summary>Each stroke as indices into <see cref="Points"/>; a stroke that ends where it began is a closed curve.</summary>
    public int[][] Strokes { get; }

    /// <summary>Every way of writing one digit.</summary>
    public static DigitShape[] Of(int digit) => Shapes[digit];
}
