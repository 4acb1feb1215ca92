using TorchSharp;
using static TorchSharp.torch;

namespace Engram;

/// <summary>
/// Arithmetic of tensors with plain numbers. Verbs change the tensor and return it; the others make a new one.
/// </summary>
/// <remarks>
/// TorchSharp turns a number into an object of the engine, also where none is seen (<c>a + b</c> hands over the factor 1 of <c>b</c>),
/// and lets go of it before the engine has read it: a collection at that moment ends the call with an exception or the process with a
/// wrong number. Here such objects live until the call is over. A test finds every other call that makes one.
/// </remarks>
public static class TensorArithmetic
{
    /// <summary>left + factor * right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right, double factor = 1)
    {
        using Scalar kept = factor;
        return left.add(right, kept);
    }

    /// <summary>Adds a number to each element.</summary>
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar kept = number, one = 1L;
        return tensor.add(kept, one);
    }

    /// <summary>Takes a number off each element.</summary>
    public static Tensor Minus(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.sub(kept);
    }

    /// <summary>Takes a whole number off each element; whole numbers stay whole.</summary>
    public static Tensor Minus(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.sub(kept);
    }

    /// <summary>Multiplies each element.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using Scalar kept = factor;
        return tensor.mul(kept);
    }

    /// <summary>Divides each element.</summary>
    public static Tensor Over(this Tensor tensor, double divisor)
    {
        using Scalar kept = divisor;
        return tensor.div(kept);
    }

    /// <summary>The square of each element.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor.mul(tensor);

    /// <summary>Each element, or the number where it is less.</summary>
    public static Tensor AtLeast(this Tensor tensor, double least)
    {
        using Scalar kept = least;
        return tensor.clamp_min(kept);
    }

    /// <summary>Each element, or the number where it is more.</summary>
    public static Tensor AtMost(this Tensor tensor, double most)
    {
        using Scalar kept = most;
        return tensor.clamp_max(kept);
    }

    /// <summary>Whether each element equals the whole number.</summary>
    public static Tensor EqualTo(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.eq(kept);
    }

    /// <summary>Whether each element is more than 0.</summary>
    public static Tensor IsPositive(this Tensor tensor)
    {
        using Scalar kept = 0L;
        return tensor.gt(kept);
    }

    /// <summary>The tensor with the number where the mask is set.</summary>
    public static Tensor Replaced(this Tensor tensor, Tensor mask, double number)
    {
        using Scalar kept = number;
        return tensor.masked_fill(mask, kept);
    }

    /// <summary>log(1 + e^x) of each element, without overflow.</summary>
    public static Tensor Softplus(this Tensor tensor) => tensor.abs().neg_().exp_().log1p_().Add(tensor.relu());

    /// <summary>The exponential linear unit of each element: x above 0, e^x - 1 below (Clevert et al. 2016, arXiv 1511.07289, alpha 1).</summary>
    public static Tensor ExponentialLinear(this Tensor tensor) => tensor.AtMost(0).expm1_().Add(tensor.relu());

    /// <summary>A tensor of single precision with the same number everywhere.</summary>
    public static Tensor Filled(long[] shape, double number, Device device) => empty(shape, dtype: float32, device: device).Fill(number);

    /// <summary>target += factor * other.</summary>
    public static Tensor Add(this Tensor target, Tensor other, double factor = 1)
    {
        using Scalar kept = factor;
        return target.add_(other, kept);
    }

    /// <summary>Adds a number to each element.</summary>
    public static Tensor Add(this Tensor target, double number)
    {
        using Scalar kept = number, one = 1L;
        return target.add_(kept, one);
    }

    /// <summary>Adds a whole number to each element.</summary>
    public static Tensor Add(this Tensor target, long number)
    {
        using Scalar kept = number, one = 1L;
        return target.add_(kept, one);
    }

    /// <summary>Adds rows, one after another, to those of a matrix.</summary>
    /// <param name="target">[rows, numbers].</param>
    /// <param name="places">Which row of it each is added to, [added], int64; a place may occur several times.</param>
    /// <param name="rows">[added, numbers].</param>
    public static Tensor AddRows(this Tensor target, Tensor places, Tensor rows)
    {
        using Scalar kept = 1L;
        return target.index_add_(0, places, rows, kept);
    }

    /// <summary>target += factor * left * right.</summary>
    public static Tensor AddProduct(this Tensor target, Tensor left, Tensor right, double factor = 1)
    {
        using Scalar kept = factor;
        return target.addcmul_(left, right, kept);
    }

    /// <summary>target += factor * numerator / denominator.</summary>
    public static Tensor AddRatio(this Tensor target, Tensor numerator, Tensor denominator, double factor)
    {
        using Scalar kept = factor;
        return target.addcdiv_(numerator, denominator, kept);
    }

    /// <summary>target *= factor.</summary>
    public static Tensor Scale(this Tensor target, double factor)
    {
        using Scalar kept = factor;
        return target.mul_(kept);
    }

    /// <summary>target /= divisor.</summary>
    public static Tensor Divide(this Tensor target, double divisor)
    {
        using Scalar kept = divisor;
        return target.div_(kept);
    }

    /// <summary>Raises what is less than the number to it.</summary>
    public static Tensor Raise(this Tensor target, double least)
    {
        using Scalar kept = least;
        return target.clamp_min_(kept);
    }

    /// <summary>Lowers what is more than the number to it.</summary>
    public static Tensor Lower(this Tensor target, double most)
    {
        using Scalar kept = most;
        return target.clamp_max_(kept);
    }

    /// <summary>Sets each element to the number.</summary>
    public static Tensor Fill(this Tensor target, double number)
    {
        using Scalar kept = number;
        return target.fill_(kept);
    }
}
