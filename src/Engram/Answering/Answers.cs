using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>
/// What an answer is: one of some classes, any of some labels, or numbers. It owns how targets look, the loss and its gradient, the factor of
/// the Fisher information, distillation, the score and what guessing scores; nothing else asks which of them it is. An answer is read from
/// the outputs of a network, its logits.
/// </summary>
/// <remarks>A mask is added to logits: 0 for outputs that count, minus infinity for others, [1, outputs] or [batch, outputs]; null where all count.</remarks>
public abstract class Answers
{
    /// <summary>Name of the form in files.</summary>
    public abstract string Id { get; }

    /// <summary>What is answered, in words that follow <c>answers that are</c>.</summary>
    public abstract string Words { get; }

    /// <summary>Whether exactly one output is right: what a method needs that speaks of classes.</summary>
    public virtual bool AreClasses => false;

    /// <summary>Numbers of a target, [batch, numbers], float32; 0 where it is the index of the right output, [batch], int64.</summary>
    public abstract int TargetNumbers { get; }

    /// <summary>Outputs that a network needs for them; 0 where there is one for each class, however many.</summary>
    public abstract int Outputs { get; }

    /// <summary>What an output stands for, in the order of the outputs; empty where they have no names.</summary>
    public IReadOnlyList<string> Names { get; protected init; } = [];

    /// <summary>How far the logits are from the targets, and the gradient.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">As <see cref="TargetNumbers"/> says.</param>
    /// <param name="mask">Which outputs count.</param>
    /// <param name="weights">What each sample's loss is multiplied with before all are added up, [batch, 1]; null takes the mean.</param>
    public abstract Objective Loss(Tensor logits, Tensor targets, Tensor? mask = null, Tensor? weights = null);

    /// <summary>How far the logits are from those of another network.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="teacher">Logits to be kept, [batch, outputs]; minus infinity for outputs that the other network does not know.</param>
    /// <param name="temperature">T, positive, for answers with probabilities: above 1 it shows more of the small ones.</param>
    /// <param name="mask">Which outputs count.</param>
    public abstract Objective Distillation(Tensor logits, Tensor teacher, double temperature, Tensor? mask = null);

    /// <summary>Output gradients whose squared sample gradients add up to the exact Fisher information of each sample.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="mask">Which outputs count.</param>
    /// <returns>[terms, batch, outputs].</returns>
    public abstract Tensor FisherFactors(Tensor logits, Tensor? mask);

    /// <summary>Gradient of minus the log-probability of targets with respect to the logits, sample by sample.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">As <see cref="TargetNumbers"/> says.</param>
    /// <param name="mask">Which outputs count.</param>
    /// <returns>[batch, outputs].</returns>
    public abstract Tensor Slope(Tensor logits, Tensor targets, Tensor? mask);

    /// <summary>Targets drawn from the model's own distribution.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="mask">Which outputs count.</param>
    /// <param name="random">Source of chance.</param>
    public abstract Tensor Draw(Tensor logits, Tensor? mask, RandomSource random);

    /// <summary>The targets that the model holds for the most probable.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="mask">Which outputs count.</param>
    public abstract Tensor MostProbable(Tensor logits, Tensor? mask);

    /// <summary>What scores say, sample by sample: probabilities or numbers, 0 for outputs that do not count.</summary>
    /// <param name="scores">[batch, outputs]; minus infinity for outputs that do not count.</param>
    public abstract Tensor Read(Tensor scores);

    /// <summary>Writes down as operations what <see cref="Read"/> does, and what comes out by that.</summary>
    /// <param name="graph">Gets the operations and outputs.</param>
    /// <param name="scores">[n, outputs]; minus infinity for outputs that do not count.</param>
    /// <param name="outputs">How many outputs there are.</param>
    public abstract void Describe(Graph graph, GraphValue scores, int outputs);

    /// <summary>What <see cref="Score"/> needs to know of some samples; the tallies of parts of a set add up to that of the set.</summary>
    /// <param name="scores">[batch, outputs]; minus infinity for outputs that do not count.</param>
    /// <param name="targets">As <see cref="TargetNumbers"/> says.</param>
    public abstract double[] Tally(Tensor scores, Tensor targets);

    /// <summary>How good the answers to a set of samples are, 0 to 1.</summary>
    /// <param name="tally">That of the set.</param>
    public abstract double Score(double[] tally);

    /// <summary>
    /// Cohen's kappa, the accuracy with each answer's base rate taken off: (p_o - p_e) / (1 - p_e) with the share p_o that is right and p_e = sum_k (share of k
    /// among the targets) (share of k among the answers), which answers drawn blindly would reach. 1 is all right, 0 as by drawing blindly, -1 the least. Null
    /// where the answers are no classes, or all targets are the same one. Cohen 1960, Educational and Psychological Measurement 20.
    /// </summary>
    /// <param name="tally">That of the set.</param>
    public virtual double? Kappa(double[] tally) => null;

    /// <summary>What guessing scores.</summary>
    /// <param name="outputs">How many outputs count.</param>
    public abstract double Chance(int outputs);

    /// <summary>The scores that suit a set of targets best where all samples get the same, [1, outputs].</summary>
    /// <param name="targets">As <see cref="TargetNumbers"/> says, on the CPU.</param>
    /// <param name="outputs">Outputs of the network.</param>
    public abstract Tensor Constant(Tensor targets, int outputs);

    /// <summary>What is wrong with one number of a target; null where nothing is.</summary>
    /// <param name="number">A finite number.</param>
    public virtual string? Problem(float number) => null;
}
