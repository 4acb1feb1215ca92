namespace Engram.OwnData.Rows;

/// <summary>A value of the first rows, before the kind of its column is decided.</summary>
/// <param name="Text">As it is written, trimmed; null where it is missing.</param>
/// <param name="MayBeNumber">False for what the file itself says is a text.</param>
internal readonly record struct LookedAt(string? Text, bool MayBeNumber)
{
    private const double FinestDistance = 1e-4; // of the deviation, that 32 bits must still tell apart

    /// <summary>Whether 32 bits do not tell numbers apart.</summary>
    /// <param name="size">How far they are from 0.</param>
    /// <param name="deviation">Their deviation.</param>
    public static bool AreTooCoarse(double size, double deviation) => size * Math.Pow(2, -24) > FinestDistance * deviation;

    /// <summary>The kind of a column with some values.</summary>
    /// <param name="values">Those of the first rows.</param>
    public static ColumnKind KindOf(IEnumerable<LookedAt> values)
    {
        bool numbers = true, dates = true, any = false;
        double largest = 0;
        Moments moments = default;
        foreach (var (text, mayBeNumber) in values)
        {
            if (text is null) continue;
            any = true;
            if (numbers &= mayBeNumber && !Cell.IsCode(text) && Cell.IsNumber(text, out double number) && AddTo(number)) continue;
            if (!(dates &= Cell.IsDate(text, out _))) break;
        }
        if (!any) return ColumnKind.Undecided;
        if (numbers) return AreTooCoarse(largest, moments.Deviation) ? ColumnKind.WideNumber : ColumnKind.Number;
        return dates ? ColumnKind.Date : ColumnKind.Text;

        bool AddTo(double number)
        {
            largest = Math.Max(largest, Math.Abs(number));
            moments.Add(number);
            return true;
        }
    }
}
