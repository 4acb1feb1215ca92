using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>Where to compute, by name.</summary>
public static class ComputeDevice
{
    /// <summary>The device of a name: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="EngramException">The name is unknown, or this machine or build has no such device.</exception>
    public static Device Named(string name)
    {
        if (name == "cpu") return CPU;
        bool isCuda = name == "cuda" || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out _));
        if (!isCuda) throw EngramException.Input("unknown-device", $"The device is '{name}' but must be cpu, cuda or cuda:N; set --device.");
        int count = cuda.is_available() ? cuda.device_count() : 0, index = name == "cuda" ? 0 : int.Parse(name.AsSpan(5));
        if (index < 0 || index >= count)
            throw EngramException.Input("missing-device", $"The device is '{name}' but this build sees {count} CUDA devices; use --device cpu, or build with -p:Torch=cuda on a machine that has one.");
        return new Device(DeviceType.CUDA, index);
    }
}
