namespace Engram.Datasets;

/// <summary>
/// Draws one digit at a time on a 28x28 grey sheet. Only additions, multiplications, divisions and square roots are used, which IEEE 754
/// rounds exactly, so every machine draws the same bytes. One pen per thread: it owns the sheet it draws on.
/// </summary>
internal sealed class DigitPen
{
    /// <summary>Rows and columns of the sheet.</summary>
    public const int Side = 28;

    private const double Far = 1e9;
    private const int PiecesPerSpan = 5;
    private readonly double[] squaredDistances = new double[Side * Side];

    /// <summary>Draws one way of writing a digit, chosen and distorted by the generator, into <paramref name="pixels"/> (784 bytes, 0 = paper).</summary>
    public void Draw(int digit, RandomSource random, Span<byte> pixels)
    {
        DigitShape[] variants = DigitShape.Of(digit);
        DigitShape shape = variants[random.NextInt(variants.Length)];
        (double X, double Y)[] points = Distort(shape.Points, random);
        Array.Fill(squaredDistances, Far);
        foreach (int[] stroke in shape.Strokes) Trace(points, stroke);
        Ink(random, pixels);
    }

    private static (double X, double Y)[] Distort((double X, double Y)[] points, RandomSource random)
    {
        double width = 0.20 * random.NextDouble(0.70, 1.20), height = 0.20 * random.NextDouble(0.72, 1.10);
        double slant = random.NextDouble(-0.15, 0.45);
        // With t = tan(angle / 2), cosine and sine need no library function: +-0.16 is +-18 degrees.
        double t = random.NextDouble(-0.16, 0.16), cosine = (1 - t * t) / (1 + t * t), sine = 2 * t / (1 + t * t);
        double shiftX = random.NextDouble(-2.5, 2.5), shiftY = random.NextDouble(-2.5, 2.5);
        double jitter = random.NextDouble(1, 7);
        Bend bendX = new(random), bendY = new(random);
        var moved = new (double X, double Y)[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            double u = (points[i].X - 30) / 50, v = (points[i].Y - 50) / 50;
            double y = (50 * v + bendY.At(u, v) + jitter * Bell(random)) * height;
            double x = (50 * u + bendX.At(u, v) + jitter * Bell(random)) * width - slant * y;
            moved[i] = (14 + shiftX + cosine * x - sine * y, 14 + shiftY + sine * x + cosine * y);
        }
        return moved;
    }

    /// <summary>Follows a Catmull-Rom curve through the stroke's points in short straight pieces.</summary>
    private void Trace((double X, double Y)[] points, int[] stroke)
    {
        int last = stroke.Length - 1;
        bool closed = stroke[0] == stroke[last];
        (double X, double Y) At(int i) => points[stroke[closed ? (i + last) % last : Math.Clamp(i, 0, last)]];
        for (int i = 0; i < last; i++)
        {
            var (a, b, c, d) = (At(i - 1), At(i), At(i + 1), At(i + 2));
            (double X, double Y) from = b;
            for (int piece = 1; piece <= PiecesPerSpan; piece++)
            {
                double t = (double)piece / PiecesPerSpan;
                (double X, double Y) to = (Spline(a.X, b.X, c.X, d.X, t), Spline(a.Y, b.Y, c.Y, d.Y, t));
                Touch(from, to);
                from = to;
            }
        }
    }

    private static double Spline(double a, double b, double c, double d, double t) =>
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));

    /// <summary>Lowers the distance of every pixel near a straight piece; no ink reaches further than 3 pixels.</summary>
    private void Touch((double X, double Y) from, (double X, double Y) to)
    {
        const double reach = 3;
        int left = (int)Math.Max(0, Math.Min(from.X, to.X) - reach + 0.5), right = (int)Math.Min(Side - 1, Math.Max(from.X, to.X) + reach - 0.5);
        int top = (int)Math.Max(0, Math.Min(from.Y, to.Y) - reach + 0.5), bottom = (int)Math.Min(Side - 1, Math.Max(from.Y, to.Y) + reach - 0.5);
        double alongX = to.X - from.X, alongY = to.Y - from.Y, inverse = 1 / (alongX * alongX + alongY * alongY + 1e-12);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                double x = column + 0.5 - from.X, y = row + 0.5 - from.Y;
                double at = Math.Clamp((x * alongX + y * alongY) * inverse, 0, 1);
                x -= at * alongX;
                y -= at * alongY;
                ref double nearest = ref squaredDistances[row * Side + column];
                nearest = Math.Min(nearest, x * x + y * y);
            }
        }
    }

    /// <summary>Turns distances into grey: full ink inside the pen's radius, a soft edge one pixel wide, and a noisy scan over all.</summary>
    private void Ink(RandomSource random, Span<byte> pixels)
    {
        double radius = random.NextDouble(0.75, 1.75), darkness = random.NextDouble(0.8, 1), noise = random.NextDouble(0, 0.10);
        for (int i = 0; i < pixels.Length; i++)
        {
            double ink = squaredDistances[i] == Far ? 0 : Math.Clamp(radius + 0.5 - Math.Sqrt(squaredDistances[i]), 0, 1);
            pixels[i] = (byte)(255 * Math.Clamp(darkness * ink + noise * Bell(random), 0, 1) + 0.5);
        }
    }

    /// <summary>Bell-shaped, mean 0, deviation 0.5, within [-1.5, 1.5]: three uniforms, since a true Gaussian needs library functions that differ by machine.</summary>
    private static double Bell(RandomSource random) => random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;

    /// <summary>A smooth displacement of the whole sheet along one axis: neighbouring points move together, as in a real hand.</summary>
    private readonly struct Bend(RandomSource random)
    {
        private readonly double uu = Strength(random), uv = Strength(random), vv = Strength(random), vvv = Strength(random), uvv = Strength(random);

        public double At(double u, double v) => u * (uu * u + uv * v + uvv * v * v) + v * v * (vv + vvv * v);

        private static double Strength(RandomSource random) => random.NextDouble(-9, 9);
    }
}
