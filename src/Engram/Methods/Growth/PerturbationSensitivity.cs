using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>
/// Which column a task uses: average perturbation sensitivity (Rusu et al. 2016, arXiv 1606.04671, section 3.1). Gaussian noise of variance
/// v is added to the values of one hidden layer of one column, and v is raised until the task's accuracy has fallen half way to chance:
/// from a to c + (a - c) / 2, where c = 1 / outputs of the task. A column that breaks the task at little noise is used much, so its
/// share is 1 / v over the sum of 1 / v of all columns at that layer.
/// </summary>
/// <remarks>
/// The noise has one fixed direction per column and layer, drawn from the seed; its size is found by 14 bisections of its logarithm
/// between 1/1000 and 1000 times the root mean square of the values. A column whose noise never breaks the task has the share 0.
/// Differs from the paper: accuracy between its value and chance, in place of a game's score between its value and 0.
/// </remarks>
/// <param name="seed">Where the noise comes from.</param>
/// <param name="samples">First test samples of the task that are measured, at least 1.</param>
internal sealed class PerturbationSensitivity(Seed seed, int samples)
{
    private const int Bisections = 14;
    private const double Widest = 1000;

    /// <summary>Shares of the columns at each hidden layer, [layer][column]; null at a layer where no noise breaks the task.</summary>
    /// <param name="task">The task of the last of the columns.</param>
    /// <param name="columns">All columns that its network has.</param>
    public double?[][] Of(LearningTask task, IReadOnlyList<NetworkColumn> columns)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        int count = Math.Min(samples, task.Test.Count);
        using BatchReader reader = new(task.Test.InputShape, count, columns[^1].Device);
        Batch batch = reader.Read(task.Test, [.. Enumerable.Range(0, count)]);
        double whole = Accuracy(), chance = 1.0 / task.Outputs.Count, broken = chance + (whole - chance) / 2;
        double?[][] shares = new double?[columns[0].HiddenLayers][];
        for (int layer = 0; layer < shares.Length; layer++)
        {
            double[] precisions = [.. columns.Select((column, index) => whole > chance ? Precision(column, index, layer) : 0)];
            double sum = precisions.Sum();
            shares[layer] = [.. precisions.Select(precision => sum > 0 ? precision / sum : (double?)null)];
        }
        return shares;

        double Accuracy()
        {
            using var inner = NewDisposeScope();
            return task.OutputsAt(columns[^1].Predict(batch.Inputs).argmax(1)).eq(batch.Targets).to(float64).mean().item<double>();
        }

        // 1 / variance of the noise that breaks the task; 0 where none does.
        double Precision(NetworkColumn column, int index, int layer)
        {
            using var inner = NewDisposeScope();
            Accuracy(); // the values without noise
            Tensor values = column.Hidden(layer);
            double size = Math.Max(values.Squared().mean().sqrt().item<float>(), 1e-6);
            float[] numbers = new float[values.numel()];
            seed.For("perturbation", task.Index, (long)index * shares.Length + layer).FillGaussian(numbers);
            Tensor direction = tensor(numbers).reshape(values.shape).to(column.Device);
            if (!Breaks(Widest * size)) return 0;
            double low = Math.Log(size / Widest), high = Math.Log(size * Widest);
            for (int step = 0; step < Bisections; step++)
            {
                double middle = (low + high) / 2;
                if (Breaks(Math.Exp(middle))) high = middle;
                else low = middle;
            }
            return Math.Exp(-2 * high);

            bool Breaks(double deviation)
            {
                using Tensor noise = direction.Times((float)deviation);
                column.Disturbance = (layer, noise);
                double accuracy = Accuracy();
                column.Disturbance = null;
                return accuracy <= broken;
            }
        }
    }
}
