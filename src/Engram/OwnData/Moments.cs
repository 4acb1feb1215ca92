namespace Engram.OwnData;

/// <summary>Mean and deviation of the numbers of one column, number by number (Welford 1962), so that no sum of squares cancels.</summary>
internal struct Moments
{
    private long count;
    private double mean, squares;

    /// <summary>Counts a number in.</summary>
    public void Add(double number)
    {
        double before = number - mean;
        mean += before / ++count;
        squares += before * (number - mean);
    }

    /// <summary>How many numbers there were.</summary>
    public readonly long Count => count;

    /// <summary>Their mean; 0 where there were none.</summary>
    public readonly double Mean => mean;

    /// <summary>Square root of their mean squared distance to the mean.</summary>
    public readonly double Deviation => count == 0 ? 0 : Math.Sqrt(squares / count);
}
