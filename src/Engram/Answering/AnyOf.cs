using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>
/// Any of some labels, none and all of them too: a yes-or-no question for each, sigmoid and binary cross-entropy summed over the labels. The score
/// is the share of questions that are answered right.
/// </summary>
public sealed class AnyOf : Answers
{
    internal const string FormId = "any-of";

    /// <summary>Labels, each with an output of its own.</summary>
    /// <param name="names">In the order of the outputs, each once and one at least.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public AnyOf(params IEnumerable<string> names)
    {
        Names = [.. names];
        if (Names.Count == 0) throw new ArgumentException("There must be one label at least.", nameof(names));
    }

    /// <inheritdoc/>
    public override string Id => FormId;

    /// <inheritdoc/>
    public override string Words => "any of some labels";

    /// <inheritdoc/>
    public override int TargetNumbers => Names.Count;

    /// <inheritdoc/>
    public override int Outputs => TargetNumbers;

    /// <inheritdoc/>
    public override Objective Loss(Tensor logits, Tensor targets, Tensor? mask = null, Tensor? weights = null) => Objective.SigmoidCrossEntropy(logits, targets, mask, weights);

    /// <inheritdoc/>
    /// <remarks>Binary cross-entropy between sigmoid(teacher/T) and sigmoid(logits/T), without a factor T^2, as for classes.</remarks>
    public override Objective Distillation(Tensor logits, Tensor teacher, double temperature, Tensor? mask = null)
    {
        float sharpness = (float)(1 / temperature);
        Objective loss = Objective.SigmoidCrossEntropy(logits.Times(sharpness), teacher.Times(sharpness).sigmoid_(), mask);
        return loss with { Gradient = loss.Gradient.Scale(sharpness) };
    }

    /// <inheritdoc/>
    /// <remarks>The labels are independent given the logits: the information of label k is p (1 - p), a term for each.</remarks>
    public override Tensor FisherFactors(Tensor logits, Tensor? mask)
    {
        Tensor p = logits.sigmoid();
        return Numbers.OneTermEach(Counted((p * p.Times(-1).Plus(1)).sqrt(), mask));
    }

    /// <inheritdoc/>
    public override Tensor Slope(Tensor logits, Tensor targets, Tensor? mask) => Counted(logits.sigmoid().sub_(targets), mask);

    /// <inheritdoc/>
    public override Tensor Draw(Tensor logits, Tensor? mask, RandomSource random)
    {
        float[] p = logits.sigmoid().cpu().data<float>().ToArray();
        return tensor([.. p.Select(yes => random.NextDouble() < yes ? 1f : 0f)], logits.shape, device: logits.device);
    }

    /// <inheritdoc/>
    public override Tensor MostProbable(Tensor logits, Tensor? mask) => logits.IsPositive().to(float32);

    /// <inheritdoc/>
    public override Tensor Read(Tensor scores) => scores.sigmoid();

    /// <inheritdoc/>
    /// <remarks><c>probabilities</c> [n, labels].</remarks>
    public override void Describe(Graph graph, GraphValue scores, int outputs) =>
        graph.Output("probabilities", Numbers.ZeroWhereNotCounted(graph, scores, graph.Apply("Sigmoid", [scores])), GraphType.Single, [outputs], "Probability of each label, in the order of the metadata 'classes'.");

    /// <inheritdoc/>
    public override double[] Tally(Tensor scores, Tensor targets)
    {
        Tensor asked = scores.isneginf().logical_not_();
        Tensor right = scores.IsPositive().eq(targets.IsPositive()).logical_and_(asked);
        return [right.sum().item<long>(), asked.sum().item<long>()];
    }

    /// <inheritdoc/>
    public override double Score(double[] tally) => tally[0] / tally[1];

    /// <inheritdoc/>
    public override double Chance(int outputs) => 0.5;

    /// <inheritdoc/>
    public override Tensor Constant(Tensor targets, int outputs) => targets.mean([0], keepdim: true).Plus(-0.5);

    /// <inheritdoc/>
    public override string? Problem(float number) => number is 0 or 1 ? null : "0 (no) or 1 (yes)";

    private static Tensor Counted(Tensor gradient, Tensor? mask) => mask is null ? gradient : gradient.mul_(mask.exp());
}
