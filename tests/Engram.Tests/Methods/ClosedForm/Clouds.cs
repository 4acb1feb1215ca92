using Engram.Methods;
using Engram.Streams;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.ClosedForm;

/// <summary>Samples of correlated Gaussian clouds, one for each class, lessons made of them, and the arithmetic of small matrices by plain loops.</summary>
internal static class Clouds
{
    public const int Length = 5;

    /// <summary>One sample and its class.</summary>
    public sealed record Sample(float[] Input, int Label);

    /// <summary>Samples of some classes, in an order that mixes them.</summary>
    public static Sample[] Draw(int perClass, string part = "train", int length = Length, params int[] classes)
    {
        Sample[] samples = [.. classes.SelectMany(label => Enumerable.Range(0, perClass).Select(number => One(label, number, part, length)))];
        new Seed(8).For(part).Shuffle<Sample>(samples);
        return samples;
    }

    /// <summary>A method that has learned lessons, each in one pass of small batches.</summary>
    public static ToyLesson Learn(LearningMethod method, Scenario scenario, params Sample[][] lessons)
    {
        ToyLesson learned = Prepare(method, scenario, lessons);
        for (int number = 1; number <= lessons.Length; number++) learned.Learn(number);
        return learned;
    }

    /// <summary>A method that has lessons before it.</summary>
    public static ToyLesson Prepare(LearningMethod method, Scenario scenario, params Sample[][] lessons)
    {
        TaskStream stream = new("clouds", scenario, [.. lessons.Select((lesson, index) => TaskOf(index, lesson))]);
        return new(method, scenario, Toy.Config(settings: [("training.batch", "7"), ("training.iterations", "null"), ("training.epochs", "1")]).Training, stream: stream);
    }

    /// <summary>A task of such samples.</summary>
    public static LearningTask TaskOf(int index, Sample[] lesson)
    {
        ArraySamples samples = new([.. lesson.Select(sample => sample.Input)], [.. lesson.Select(sample => sample.Label)], index);
        return new(index, $"lesson {index + 1}", samples, null, samples, [.. lesson.Select(sample => sample.Label).Distinct().Order()]);
    }

    /// <summary>What a method says of each sample, [samples][outputs].</summary>
    public static double[][] Scores(ToyLesson lesson, Sample[] samples, int task = 0) => Rows(lesson.Method.Predict(InputsOf(samples, task)));

    /// <summary>How far a method says that each sample is.</summary>
    public static double[] Distances(ToyLesson lesson, Sample[] samples) => [.. Rows(((Engram.Methods.ClosedForm.IMeasuresDistance)lesson.Method).Distance(InputsOf(samples)).unsqueeze(1)).Select(row => row[0])];

    /// <summary>Rows of a matrix.</summary>
    public static double[][] Rows(Tensor matrix)
    {
        double[] numbers = matrix.to(float64).cpu().contiguous().data<double>().ToArray();
        return [.. numbers.Chunk((int)matrix.size(1))];
    }

    /// <summary>Index of the largest number of each row.</summary>
    public static int[] Largest(double[][] rows) => [.. rows.Select(row => Array.IndexOf(row, row.Max()))];

    /// <summary>Mean of each class, by class.</summary>
    public static double[][] Means(IEnumerable<(double[] Input, int Label)> samples, int classes) =>
        [.. Enumerable.Range(0, classes).Select(label => samples.Where(sample => sample.Label == label).Select(sample => sample.Input).ToList()).Select(own => own.Count == 0 ? [] : Sum(own).Select(number => number / own.Count).ToArray())];

    /// <summary>Sum of the outer products of vectors.</summary>
    public static double[][] Products(IEnumerable<double[]> vectors)
    {
        double[][]? sum = null;
        foreach (double[] vector in vectors)
        {
            sum ??= [.. vector.Select(_ => new double[vector.Length])];
            for (int i = 0; i < vector.Length; i++) for (int j = 0; j < vector.Length; j++) sum[i][j] += vector[i] * vector[j];
        }
        return sum!;
    }

    /// <summary>The inverse of a matrix, by Gauss and Jordan with pivots.</summary>
    public static double[][] Inverse(double[][] matrix)
    {
        int size = matrix.Length;
        double[][] rows = [.. matrix.Select((row, index) => row.Concat(Enumerable.Range(0, size).Select(column => column == index ? 1.0 : 0)).ToArray())];
        for (int column = 0; column < size; column++)
        {
            int pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(rows[row][column]));
            (rows[column], rows[pivot]) = (rows[pivot], rows[column]);
            rows[column] = [.. rows[column].Select(number => number / rows[column][column])];
            for (int row = 0; row < size; row++)
                if (row != column) rows[row] = [.. rows[row].Zip(rows[column], (own, other) => own - rows[row][column] * other)];
        }
        return [.. rows.Select(row => row[size..])];
    }

    /// <summary>Matrix times vector.</summary>
    public static double[] Times(double[][] matrix, double[] vector) => [.. matrix.Select(row => Dot(row, vector))];

    /// <summary>Sum of products.</summary>
    public static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();

    /// <summary>Difference.</summary>
    public static double[] Less(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a - b)];

    /// <summary>(x - mean)' matrix (x - mean).</summary>
    public static double Quadratic(double[][] matrix, double[] x, double[] mean) => Dot(Less(x, mean), Times(matrix, Less(x, mean)));

    /// <summary>A matrix from a rule for its numbers.</summary>
    public static double[][] Matrix(int size, Func<int, int, double> number) => [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Select(j => number(i, j)).ToArray())];

    /// <summary>The same numbers in double precision.</summary>
    public static double[] Wide(float[] numbers) => [.. numbers.Select(number => (double)number)];

    private static Inputs InputsOf(Sample[] samples, int task = 0) => new(tensor([.. samples.SelectMany(sample => sample.Input)], samples.Length, samples[0].Input.Length), [task]);

    private static double[] Sum(List<double[]> vectors) => [.. Enumerable.Range(0, vectors[0].Length).Select(place => vectors.Sum(vector => vector[place]))];

    // Means of unlike lengths and correlated dimensions of unlike spread, so that neither a bias nor a covariance can be left out.
    private static Sample One(int label, int number, string part, int length)
    {
        RandomSource place = new Seed(5).For("place", label), noise = new Seed(6).For(part, label, number);
        float[] input = new float[length];
        double common = noise.NextGaussian();
        for (int i = 0; i < length; i++) input[i] = (float)(2 + (1 + label % 4) * place.NextGaussian() + (i + 1) * 0.5 * noise.NextGaussian() + 1.5 * common);
        return new(input, label);
    }
}
