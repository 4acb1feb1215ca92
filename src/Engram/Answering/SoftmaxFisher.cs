using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>
/// The exact Fisher information of a softmax classifier, F = E[(d log p(y|x) / d theta)^2] with y drawn from the model, needs for every
/// sample only the matrix S = sum over y of p_y (p - onehot_y)(p - onehot_y)^T = diag(p) - p p^T. Any factor S = L L^T serves: the columns
/// of L as output gradients give the same sum of squares. The triangular one (Tanabe and Sagae, 1992) has one column fewer than there
/// are classes, and none for classes that cannot occur.
/// </summary>
public static class SoftmaxFisher
{
    /// <summary>Output gradients for the squared gradients of a network's samples; the sum over samples of F is added.</summary>
    /// <param name="probabilities">[batch, outputs]; each row adds up to 1, with 0 for classes that do not compete.</param>
    /// <returns>[terms, batch, outputs] on the same device; terms is the number of competing classes - 1, at least 1.</returns>
    public static Tensor OutputGradients(Tensor probabilities)
    {
        int batch = checked((int)probabilities.size(0)), outputs = checked((int)probabilities.size(1));
        using Tensor main = probabilities.cpu();
        float[] rows = main.data<float>().ToArray();
        int[] competing = [.. Enumerable.Range(0, outputs).Where(c => Enumerable.Range(0, batch).Any(n => rows[n * outputs + c] > 0))];
        int terms = Math.Max(1, competing.Length - 1);
        float[] factor = new float[terms * batch * outputs];
        for (int n = 0; n < batch; n++)
        {
            Span<float> p = rows.AsSpan(n * outputs, outputs);
            double after = 0; // sum of the probabilities of the classes after j; summed from the small end it loses nothing to cancellation
            for (int j = competing.Length - 1; j >= 0; j--)
            {
                double own = p[competing[j]], from = after + own;
                if (after > 0 && own > 0)
                {
                    Span<float> column = factor.AsSpan((j * batch + n) * outputs, outputs);
                    column[competing[j]] = (float)Math.Sqrt(own * after / from);
                    double below = Math.Sqrt(own / (after * from));
                    for (int i = j + 1; i < competing.Length; i++) column[competing[i]] = (float)(-p[competing[i]] * below);
                }
                after = from;
            }
        }
        using Tensor columns = tensor(factor);
        return columns.reshape(terms, batch, outputs).to(probabilities.device, copy: true);
    }
}
