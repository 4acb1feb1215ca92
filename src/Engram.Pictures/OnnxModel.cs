using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace Engram.Pictures;

/// <summary>A frozen network in the form ONNX: known by its bytes, loaded when it is first run.</summary>
/// <remarks>
/// Thread-safe. A run uses one core, and the cores run samples side by side: that is faster than many cores for one sample, and the numbers do not
/// depend on how many there are.
/// </remarks>
internal sealed class OnnxModel : IDisposable
{
    private const int DigitsOfChecksum = 32;
    private readonly Lazy<InferenceSession> session;
    private byte[]? bytes;

    /// <summary>Takes a network.</summary>
    /// <param name="bytes">All of its file.</param>
    /// <param name="name">Names it in messages, such as <c>'net.onnx'</c>.</param>
    public OnnxModel(byte[] bytes, string name)
    {
        (this.bytes, Name) = (bytes, name);
        Checksum = Convert.ToHexStringLower(SHA256.HashData(bytes))[..DigitsOfChecksum];
        session = new(Load);
    }

    /// <summary>Names it in messages.</summary>
    public string Name { get; }

    /// <summary>Beginning of the SHA-256 of its file, in hexadecimal digits.</summary>
    public string Checksum { get; }

    /// <summary>Shapes and types of inputs by name.</summary>
    /// <exception cref="EngramException">It cannot be loaded.</exception>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs => session.Value.InputMetadata;

    /// <summary>Shapes and types of outputs by name.</summary>
    /// <exception cref="EngramException">It cannot be loaded.</exception>
    public IReadOnlyDictionary<string, NodeMetadata> Outputs => session.Value.OutputMetadata;

    /// <summary>Runs the network.</summary>
    /// <param name="inputs">Names and values.</param>
    /// <param name="output">Name of the output.</param>
    /// <returns>All numbers of the output.</returns>
    /// <exception cref="EngramException">It cannot be loaded, or does not take such inputs.</exception>
    public float[] Run(IReadOnlyList<(string Name, OrtValue Value)> inputs, string output)
    {
        try
        {
            using RunOptions options = new();
            using IDisposableReadOnlyCollection<OrtValue> results = session.Value.Run(options, [.. inputs.Select(input => input.Name)], [.. inputs.Select(input => input.Value)], [output]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (OnnxRuntimeException error)
        {
            throw EngramException.Failure("network-failed", $"The network {Name} cannot be run: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (session.IsValueCreated) session.Value.Dispose();
    }

    private InferenceSession Load()
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            return new(bytes, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw EngramException.Input("wrong-network", $"The network {Name} cannot be loaded: {error.Message.TrimEnd('.')}. Export it again as ONNX.", error);
        }
        finally
        {
            bytes = null;
        }
    }
}
