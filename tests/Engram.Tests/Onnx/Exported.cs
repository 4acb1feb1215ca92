using System.Text.Json;
using Engram.Graphs;
using Engram.Onnx;
using Engram.Tests.Datasets;
using Engram.Training;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Engram.Tests.Onnx;

/// <summary>A learner's export as ONNX Runtime runs it.</summary>
internal sealed class Exported : IDisposable
{
    private readonly InferenceSession session;

    private Exported(byte[] file) => session = new(file);

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => session.InputMetadata;

    public IReadOnlyList<string> Outputs => [.. session.OutputMetadata.Keys];

    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    public string[] Classes => JsonSerializer.Deserialize<string[]>(Metadata["classes"])!;

    public static Exported Of(Predictor predictor, OnnxOptions? options = null)
    {
        using TemporaryFolder folder = new();
        OnnxExport.Write(predictor, folder["learner.onnx"], options);
        return new(File.ReadAllBytes(folder["learner.onnx"]));
    }

    public static Exported Of(Graph graph) => new(OnnxModelFile.Of(graph, "A test's graph.", new Dictionary<string, string>()).ToByteArray());

    public void Dispose() => session.Dispose();

    /// <summary>Rows of numbers of an output.</summary>
    public float[][] Numbers(string output, params IReadOnlyList<(string Name, OrtValue Value)> inputs)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = Run(output, inputs);
        long[] shape = results[0].GetTensorTypeAndShape().Shape;
        return [.. results[0].GetTensorDataAsSpan<float>().ToArray().Chunk((int)shape[1..].Aggregate(1L, (product, size) => product * size))];
    }

    /// <summary>Texts of an output.</summary>
    public string[] Texts(string output, params IReadOnlyList<(string Name, OrtValue Value)> inputs)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = Run(output, inputs);
        return results[0].GetStringTensorAsArray();
    }

    /// <summary>Truths of an output.</summary>
    public bool[] Truths(string output, params IReadOnlyList<(string Name, OrtValue Value)> inputs)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = Run(output, inputs);
        return results[0].GetTensorDataAsSpan<bool>().ToArray();
    }

    /// <summary>Rows as one input.</summary>
    public static OrtValue Rows(float[][] rows, params long[] shape) => OrtValue.CreateTensorValueFromMemory(rows.SelectMany(row => row).ToArray(), [rows.Length, .. shape]);

    public static OrtValue Rows(byte[][] rows, params long[] shape) => OrtValue.CreateTensorValueFromMemory(rows.SelectMany(row => row).ToArray(), [rows.Length, .. shape]);

    /// <summary>One number of each row.</summary>
    public static OrtValue Column(params float[] numbers) => OrtValue.CreateTensorValueFromMemory(numbers, [numbers.Length, 1]);

    public static OrtValue Column(params double[] numbers) => OrtValue.CreateTensorValueFromMemory(numbers, [numbers.Length, 1]);

    /// <summary>One text of each row.</summary>
    public static OrtValue Column(params string[] texts)
    {
        OrtValue value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [texts.Length, 1]);
        for (int row = 0; row < texts.Length; row++) value.StringTensorSetElementAt(texts[row], row);
        return value;
    }

    /// <summary>Asserts that a learner and its export give the same probabilities and, where no two classes are nearly as probable, the same labels.</summary>
    public void AssertAnswersAs(Predictor predictor, float[][] samples, string? task = null, string input = "input")
    {
        long[] shape = [.. predictor.Header.InputShape];
        IReadOnlyList<Prediction> expected = predictor.Predict(samples, task);
        using OrtValue rows = Rows(samples, shape);
        float[][] probabilities = Numbers("probabilities", (input, rows));
        string[] labels = Texts("label", (input, rows));

        AssertSame(expected, probabilities, labels);
    }

    public static void AssertSame(IReadOnlyList<Prediction> expected, float[][] probabilities, string[] labels)
    {
        Assert.Equal(expected.Count, probabilities.Length);
        Assert.Equal(0, expected.Zip(probabilities).Max(pair => pair.First.Values.Zip(pair.Second).Max(one => Math.Abs(one.First - one.Second))), 1e-5);
        for (int i = 0; i < labels.Length; i++)
        {
            float[] best = [.. expected[i].Values.OrderDescending().Take(2)];
            if (best.Length == 1 || best[0] - best[1] > 1e-4) Assert.Equal(expected[i].Label, labels[i]);
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(string output, IReadOnlyList<(string Name, OrtValue Value)> inputs)
    {
        using RunOptions options = new();
        return session.Run(options, [.. inputs.Select(input => input.Name)], [.. inputs.Select(input => input.Value)], [output]);
    }
}
