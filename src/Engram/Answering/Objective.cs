using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>
/// A loss together with its gradient with respect to the logits. The losses of the field have short closed-form gradients, so none
/// needs a graph; any other can be written as a tensor expression with <see cref="Of"/>. Sums and multiples of objectives are objectives.
/// </summary>
/// <param name="Value">The loss, a tensor with one number.</param>
/// <param name="Gradient">Its gradient with respect to the logits, [batch, outputs].</param>
public sealed record Objective(Tensor Value, Tensor Gradient)
{
    /// <summary>Mean over the batch of minus the log-probability of the right output.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">Right outputs, [batch], int64.</param>
    /// <param name="mask">Added to the logits before the softmax: 0 for outputs that compete, minus infinity for others; null where all compete.</param>
    public static Objective CrossEntropy(Tensor logits, Tensor targets, Tensor? mask = null)
    {
        if (SoftmaxLoss.Applies(logits, targets, mask))
        {
            var (loss, slope) = SoftmaxLoss.Of(logits, targets, mask);
            return new(loss, slope);
        }
        long count = logits.shape[0];
        Tensor logProbabilities = (mask is null ? logits : logits.Plus(mask)).log_softmax(1);
        Tensor index = targets.unsqueeze(1);
        Tensor value = logProbabilities.gather(1, index).mean().neg_();
        // d/dz of -log softmax(z)[y] is softmax(z) - onehot(y).
        Tensor gradient = logProbabilities.exp_();
        gradient.scatter_add_(1, index, TensorArithmetic.Filled([count, 1], -1, logits.device)).Divide(count);
        return new(value, gradient);
    }

    /// <summary>The same with a weight for each sample in place of the mean.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">Right outputs, [batch], int64.</param>
    /// <param name="mask">As in the other one.</param>
    /// <param name="weights">What each sample's loss is multiplied with before all are added up, [batch, 1].</param>
    public static Objective CrossEntropy(Tensor logits, Tensor targets, Tensor? mask, Tensor weights)
    {
        Tensor logProbabilities = (mask is null ? logits : logits.Plus(mask)).log_softmax(1);
        Tensor index = targets.unsqueeze(1);
        Tensor value = (logProbabilities.gather(1, index) * weights).sum().neg_();
        Tensor gradient = logProbabilities.exp_().mul_(weights);
        gradient.scatter_add_(1, index, -weights);
        return new(value, gradient);
    }

    /// <summary>
    /// A yes-or-no question per output: the cross-entropy between sigmoid(logits) and the targets, summed over the outputs, mean over the batch.
    /// </summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">Wanted probabilities, [batch, outputs], 0 to 1.</param>
    /// <param name="mask">Added to the logits: 0 for outputs that count, minus infinity for others; null where all count.</param>
    /// <param name="weights">What each sample's loss is multiplied with before all are added up, [batch, 1]; null takes the mean.</param>
    public static Objective SigmoidCrossEntropy(Tensor logits, Tensor targets, Tensor? mask = null, Tensor? weights = null)
    {
        // -t log sigmoid(z) - (1 - t) log(1 - sigmoid(z)) = softplus(z) - t z, whose derivative is sigmoid(z) - t.
        return OverSamples(logits.Softplus().sub_(targets * logits), logits.sigmoid().sub_(targets), mask, weights);
    }

    /// <summary>Half the squared error, summed over the outputs, mean over the batch: minus the log-probability of a Gaussian with variance 1, without its constant.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">Right numbers, [batch, outputs].</param>
    /// <param name="mask">Added to the logits: 0 for outputs that count, minus infinity for others; null where all count.</param>
    /// <param name="weights">What each sample's loss is multiplied with before all are added up, [batch, 1]; null takes the mean.</param>
    public static Objective HalfSquares(Tensor logits, Tensor targets, Tensor? mask = null, Tensor? weights = null)
    {
        Tensor difference = logits - targets;
        return OverSamples(difference.Squared().Scale(0.5), difference, mask, weights);
    }

    /// <summary>
    /// Knowledge distillation (Hinton et al. 2015, arXiv 1503.02531; as in Li and Hoiem 2016, arXiv 1606.09282): the mean over the batch of
    /// - sum_i y'_i log yhat'_i with y' = softmax(teacher/T) and yhat' = softmax(logits/T). Without Hinton's factor T^2.
    /// </summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="teacher">Logits to be kept, [batch, outputs]; minus infinity for outputs that get no probability.</param>
    /// <param name="temperature">T, positive; above 1 it shows more of the small probabilities.</param>
    /// <param name="mask">Added to both before the softmax, as for the cross-entropy; null where all outputs compete.</param>
    public static Objective Distillation(Tensor logits, Tensor teacher, double temperature, Tensor? mask = null)
    {
        float sharpness = (float)(1 / temperature);
        Tensor targets = (mask is null ? teacher : teacher.Plus(mask)).Times(sharpness).softmax(1);
        Tensor logProbabilities = (mask is null ? logits : logits.Plus(mask)).Times(sharpness).log_softmax(1);
        // The finite floor makes 0 x log 0 = 0 for the outputs that do not compete.
        Tensor value = (targets * logProbabilities.AtLeast(float.MinValue)).sum(1L).mean().neg_();
        // d/dz of -sum y' log softmax(z/T) is (softmax(z/T) - y') / T.
        Tensor gradient = logProbabilities.exp_().sub_(targets).Scale(sharpness / logits.shape[0]);
        return new(value, gradient);
    }

    /// <summary>Any loss: the engine differentiates the expression with respect to the logits.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="loss">Makes one number from the logits.</param>
    public static Objective Of(Tensor logits, Func<Tensor, Tensor> loss)
    {
        using var on = enable_grad();
        Tensor leaf = logits.detach().requires_grad_(true);
        Tensor value = loss(leaf);
        Tensor gradient = autograd.grad([value], [leaf])[0].contiguous(); // a mean's gradient is one number shown many times
        return new(value.detach(), gradient);
    }

    // Losses and slopes of each output of each sample, both [batch, outputs] and used up.
    private static Objective OverSamples(Tensor losses, Tensor slopes, Tensor? mask, Tensor? weights)
    {
        if (mask is not null)
        {
            Tensor counts = mask.exp(); // 1 or 0
            losses.mul_(counts);
            slopes.mul_(counts);
        }
        if (weights is not null) return new(losses.mul_(weights).sum(), slopes.mul_(weights));
        float share = 1f / slopes.shape[0];
        return new(losses.sum().Scale(share), slopes.Scale(share));
    }

    /// <summary>Sum of the losses of two parts of a batch: their gradients follow one another.</summary>
    public static Objective OfParts(Objective first, Objective second) => new(first.Value.Plus(second.Value), cat([first.Gradient, second.Gradient], 0));

    /// <summary>Sum of two losses.</summary>
    public static Objective operator +(Objective left, Objective right) => new(left.Value.Plus(right.Value), left.Gradient.Plus(right.Gradient));

    /// <summary>Multiple of a loss.</summary>
    public static Objective operator *(double factor, Objective objective) => new(objective.Value.Times(factor), objective.Gradient.Times(factor));
}
