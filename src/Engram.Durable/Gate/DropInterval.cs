using Engram.Durable.Statistics;

namespace Engram.Durable.Gate;

/// <summary>Which drops of accuracy agree with how two versions answered the same samples: Tango's score interval of a paired difference (1998, Statistics in Medicine 17:891-908).</summary>
/// <remarks>It needs no correction where nothing or all differs, and its coverage is close to the level from some tens of samples on.</remarks>
/// <param name="Low">Lower end, -1 to 1; below zero is a gain.</param>
/// <param name="High">Upper end, -1 to 1.</param>
public sealed record DropInterval(double Low, double High)
{
    /// <summary>The interval of a drop.</summary>
    /// <param name="outcome">How the samples were answered; without samples any drop agrees.</param>
    /// <param name="confidence">Level of the interval, two-sided, such as 0.95.</param>
    public static DropInterval Of(PairedOutcome outcome, double confidence = .95)
    {
        if (outcome.Samples == 0) return new(-1, 1);
        double z = Normal.Critical((1 - confidence) / 2);
        double Upper(int lost, int gained)
        {
            double low = (lost - gained) / (double)outcome.Samples, high = 1;
            for (int step = 0; step < 60 && high - low > 1e-12; step++)
            {
                double middle = (low + high) / 2;
                (low, high) = Score(outcome.Samples, lost, gained, middle) > -z ? (middle, high) : (low, middle);
            }
            return (low + high) / 2;
        }
        return new(-Upper(outcome.Gained, outcome.Lost), Upper(outcome.Lost, outcome.Gained));
    }

    /// <summary>Probability of so large a drop, or a larger one, if the true drop were just the limit: below the level the drop is shown to exceed it. 1 without samples.</summary>
    /// <param name="outcome">How the samples were answered.</param>
    /// <param name="limit">A drop, between -1 and 1.</param>
    public static double Probability(PairedOutcome outcome, double limit) =>
        outcome.Samples == 0 ? 1 : Normal.UpperTail(Score(outcome.Samples, outcome.Lost, outcome.Gained, limit));

    // Tango's equations 14 and 15: (b - c - n d) / sqrt(n (2 q + d (1 - d))), where q is the likeliest share of the gained if the drop is d,
    // the positive root of 2 n q^2 + (-b - c + (2 n - b + c) d) q - c d (1 - d).
    private static double Score(int n, int lost, int gained, double drop)
    {
        double b = lost, c = gained;
        double linear = -b - c + (2 * n - b + c) * drop, constant = -c * drop * (1 - drop);
        double root = Math.Sqrt(Math.Max(0, linear * linear - 8 * n * constant));
        double q = linear > 0 ? -2 * constant / (linear + root) : (root - linear) / (4 * n);
        double difference = b - c - n * drop, variance = n * (2 * q + drop * (1 - drop));
        return variance > 0 ? difference / Math.Sqrt(variance) : difference == 0 ? 0 : double.PositiveInfinity * Math.Sign(difference);
    }
}
