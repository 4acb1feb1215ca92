namespace Engram.Methods.Growth;

/// <summary>The mean accuracy of the last few batches, and how long it has not been better than ever before.</summary>
/// <param name="window">Batches that the mean is taken over.</param>
/// <param name="patience">Batches without a better mean that make a plateau.</param>
public sealed class AccuracyPlateau(int window, int patience)
{
    private Queue<double> recent = [];
    private double best = -1;
    private int sinceBest;

    /// <summary>Mean of the last batches, a fraction; 0 before the first.</summary>
    public double Mean => recent.Count == 0 ? 0 : recent.Average();

    /// <summary>Whether there were as many batches as the mean needs.</summary>
    public bool IsKnown => recent.Count == window;

    /// <summary>Whether the mean has stopped rising.</summary>
    public bool IsReached => sinceBest >= patience;

    /// <summary>Takes in the accuracy of one batch; nothing is judged before there are as many as the mean needs.</summary>
    public void Add(double accuracy)
    {
        recent.Enqueue(accuracy);
        if (recent.Count > window) recent.Dequeue();
        if (recent.Count < window) return;
        double mean = Mean;
        if (mean > best) (best, sinceBest) = (mean, 0);
        else sinceBest++;
    }

    /// <summary>Begins anew, as for another task or a grown network.</summary>
    public void Restart()
    {
        recent.Clear();
        (best, sinceBest) = (-1, 0);
    }

    /// <summary>Declares all of it.</summary>
    public void Visit(StateBag state)
    {
        state.Value("recent", ref recent, most: 1);
        state.Value("best", ref best, least: -1, most: 1);
        state.Value("sinceBest", ref sinceBest);
    }
}
