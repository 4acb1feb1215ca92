using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>One of some classes: softmax and cross-entropy; the score is the share of samples whose highest output is the right one.</summary>
public sealed class OneOf : Answers
{
    internal const string FormId = "one-of";

    /// <summary>Classes without names, any number of them: what most of the field's streams ask for.</summary>
    public static OneOf Classes { get; } = new();

    /// <summary>Classes, each with an output of its own.</summary>
    /// <param name="names">In the order of the outputs, each once; none where they have no names.</param>
    public OneOf(params IEnumerable<string> names) => Names = [.. names];

    /// <inheritdoc/>
    public override string Id => FormId;

    /// <inheritdoc/>
    public override string Words => "one of some classes";

    /// <inheritdoc/>
    public override bool AreClasses => true;

    /// <inheritdoc/>
    public override int TargetNumbers => 0;

    /// <inheritdoc/>
    public override int Outputs => 0;

    /// <inheritdoc/>
    public override Objective Loss(Tensor logits, Tensor targets, Tensor? mask = null, Tensor? weights = null) =>
        weights is null ? Objective.CrossEntropy(logits, targets, mask) : Objective.CrossEntropy(logits, targets, mask, weights);

    /// <inheritdoc/>
    public override Objective Distillation(Tensor logits, Tensor teacher, double temperature, Tensor? mask = null) => Objective.Distillation(logits, teacher, temperature, mask);

    /// <inheritdoc/>
    public override Tensor FisherFactors(Tensor logits, Tensor? mask) => SoftmaxFisher.OutputGradients(Probabilities(logits, mask));

    /// <inheritdoc/>
    public override Tensor Slope(Tensor logits, Tensor targets, Tensor? mask) => // of -log softmax(z)[y]: p - onehot(y)
        Probabilities(logits, mask).scatter_add_(1, targets.unsqueeze(1), TensorArithmetic.Filled([logits.shape[0], 1], -1, logits.device));

    /// <inheritdoc/>
    public override Tensor Draw(Tensor logits, Tensor? mask, RandomSource random)
    {
        float[] p = Probabilities(logits, mask).cpu().data<float>().ToArray();
        int rows = (int)logits.shape[0], columns = (int)logits.shape[1];
        long[] drawn = new long[rows];
        for (int row = 0; row < rows; row++)
        {
            double rest = random.NextDouble();
            int last = 0;
            for (int y = 0; y < columns && rest >= 0; y++)
            {
                if (p[row * columns + y] == 0) continue;
                last = y;
                rest -= p[row * columns + y];
            }
            drawn[row] = last;
        }
        return tensor(drawn, device: logits.device);
    }

    /// <inheritdoc/>
    public override Tensor MostProbable(Tensor logits, Tensor? mask) => Probabilities(logits, mask).argmax(1);

    /// <inheritdoc/>
    public override Tensor Read(Tensor scores) => scores.softmax(1);

    /// <inheritdoc/>
    /// <remarks><c>probabilities</c> [n, classes] and <c>label</c> [n], the name of the most probable class, or its number where it has none.</remarks>
    public override void Describe(Graph graph, GraphValue scores, int outputs)
    {
        GraphValue probabilities = graph.Apply("Softmax", [scores], ("axis", 1L));
        GraphValue best = graph.Apply("ArgMax", [probabilities], ("axis", 1L), ("keepdims", 0L));
        string[] names = [.. Enumerable.Range(0, outputs).Select(output => output < Names.Count ? Names[output] : $"{output}")];
        graph.Output("probabilities", probabilities, GraphType.Single, [outputs], "Probability of each class, in the order of the metadata 'classes'; 0 for those that do not compete.");
        graph.Output("label", graph.Apply("Gather", [graph.Texts(names), best]), GraphType.Text, [], "Name of the most probable class.");
    }

    /// <inheritdoc/>
    /// <remarks>Right answers and samples, then for each output the targets and after these the answers.</remarks>
    public override double[] Tally(Tensor scores, Tensor targets)
    {
        Tensor answers = scores.argmax(1);
        return [answers.eq(targets).sum().item<long>(), targets.shape[0], .. Counts(targets), .. Counts(answers)];

        double[] Counts(Tensor classes) => classes.bincount(null, scores.shape[1]).narrow(0, 0, scores.shape[1]).to(float64).cpu().data<double>().ToArray();
    }

    /// <inheritdoc/>
    public override double Score(double[] tally) => tally[0] / tally[1];

    /// <inheritdoc/>
    public override double? Kappa(double[] tally)
    {
        double right = tally[0], samples = tally[1];
        int outputs = (tally.Length - 2) / 2;
        ReadOnlySpan<double> targets = tally.AsSpan(2, outputs), answers = tally.AsSpan(2 + outputs);
        double blind = 0; // p_e times the squared number of samples
        for (int output = 0; output < outputs; output++)
        {
            if (targets[output] == samples) return null;
            blind += targets[output] * answers[output];
        }
        return (right * samples - blind) / (samples * samples - blind);
    }

    /// <inheritdoc/>
    public override double Chance(int outputs) => 1.0 / outputs;

    /// <inheritdoc/>
    public override Tensor Constant(Tensor targets, int outputs)
    {
        float[] scores = new float[outputs];
        scores[targets.bincount(null, outputs).argmax().item<long>()] = 1;
        return tensor(scores, 1, outputs);
    }

    private static Tensor Probabilities(Tensor logits, Tensor? mask) => (mask is null ? logits : logits.Plus(mask)).softmax(1);
}
