using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>
/// Numbers, one for each output: half the squared error, as of a Gaussian with variance 1, so that targets should be scaled to about that. The score
/// is the explained share of the targets' variance, R^2 over all outputs together, and 0 where the mean would have done better.
/// </summary>
public sealed class Numbers : Answers
{
    internal const string FormId = "numbers";

    /// <summary>So many numbers without names.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public Numbers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        TargetNumbers = count;
    }

    /// <summary>Numbers with names.</summary>
    /// <param name="names">In the order of the outputs, each once and one at least.</param>
    public Numbers(params IReadOnlyList<string> names)
        : this(names.Count) => Names = [.. names];

    /// <inheritdoc/>
    public override string Id => FormId;

    /// <inheritdoc/>
    public override string Words => "numbers";

    /// <inheritdoc/>
    public override int TargetNumbers { get; }

    /// <inheritdoc/>
    public override int Outputs => TargetNumbers;

    /// <inheritdoc/>
    public override Objective Loss(Tensor logits, Tensor targets, Tensor? mask = null, Tensor? weights = null) => Objective.HalfSquares(logits, targets, mask, weights);

    /// <inheritdoc/>
    /// <remarks>Half the squared difference to the other network's numbers; a temperature has no meaning for numbers.</remarks>
    public override Objective Distillation(Tensor logits, Tensor teacher, double temperature, Tensor? mask = null) => Objective.HalfSquares(logits, teacher.Replaced(teacher.isneginf(), 0), mask);

    /// <inheritdoc/>
    /// <remarks>The information of each output of a Gaussian with variance 1 is 1, a term for each.</remarks>
    public override Tensor FisherFactors(Tensor logits, Tensor? mask) => OneTermEach(mask is null ? ones_like(logits) : mask.exp().expand_as(logits));

    /// <inheritdoc/>
    public override Tensor Slope(Tensor logits, Tensor targets, Tensor? mask) => mask is null ? logits - targets : (logits - targets).mul_(mask.exp());

    /// <inheritdoc/>
    public override Tensor Draw(Tensor logits, Tensor? mask, RandomSource random)
    {
        float[] noise = new float[logits.numel()];
        random.FillGaussian(noise);
        return logits.Plus(tensor(noise, logits.shape, device: logits.device));
    }

    /// <inheritdoc/>
    public override Tensor MostProbable(Tensor logits, Tensor? mask) => logits.clone();

    /// <inheritdoc/>
    public override Tensor Read(Tensor scores) => scores.Replaced(scores.isneginf(), 0);

    /// <inheritdoc/>
    /// <remarks><c>numbers</c> [n, numbers].</remarks>
    public override void Describe(Graph graph, GraphValue scores, int outputs) =>
        graph.Output("numbers", ZeroWhereNotCounted(graph, scores, scores), GraphType.Single, [outputs], "The numbers, in the order of the metadata 'classes'.");

    /// <inheritdoc/>
    /// <remarks>Samples, then for each output: squared errors, targets, their squares.</remarks>
    public override double[] Tally(Tensor scores, Tensor targets)
    {
        Tensor counts = scores.isneginf().logical_not_().to(float64), right = targets.to(float64).mul_(counts);
        Tensor off = scores.Replaced(scores.isneginf(), 0).to(float64).sub_(right);
        double[] sums = cat([off.Squared().sum(0L), right.sum(0L), right.Squared().sum(0L)]).cpu().data<double>().ToArray();
        return [targets.shape[0], .. sums];
    }

    /// <inheritdoc/>
    public override double Score(double[] tally)
    {
        int outputs = (tally.Length - 1) / 3;
        double samples = tally[0], errors = 0, variance = 0;
        for (int k = 1; k <= outputs; k++)
        {
            errors += tally[k];
            variance += tally[k + 2 * outputs] - tally[k + outputs] * tally[k + outputs] / samples;
        }
        return variance > 0 ? Math.Max(0, 1 - errors / variance) : errors > 0 ? 0 : 1;
    }

    /// <inheritdoc/>
    public override double Chance(int outputs) => 0;

    /// <inheritdoc/>
    public override Tensor Constant(Tensor targets, int outputs) => targets.mean([0], keepdim: true);

    /// <summary>An operation that puts 0 for outputs that do not count.</summary>
    /// <param name="graph">Gets it.</param>
    /// <param name="scores">Minus infinity for outputs that do not count.</param>
    /// <param name="answers">What is answered for the others, of the same shape.</param>
    internal static GraphValue ZeroWhereNotCounted(Graph graph, GraphValue scores, GraphValue answers) =>
        graph.Apply("Where", [graph.Apply("IsInf", [scores], ("detect_positive", 0L)), graph.Number(0), answers]);

    /// <summary>A term for each output, in which it alone has its number.</summary>
    /// <param name="own">[batch, outputs].</param>
    /// <returns>[outputs, batch, outputs].</returns>
    internal static Tensor OneTermEach(Tensor own) => eye(own.shape[1], device: own.device).unsqueeze(1) * own.unsqueeze(0);
}
