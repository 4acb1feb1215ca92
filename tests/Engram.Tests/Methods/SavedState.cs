using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>What an owner of state declares, copied as a checkpoint would hold it, so that a test may spoil it before it is read back.</summary>
internal sealed class SavedState
{
    public SavedState(Action<StateBag> visit)
    {
        StateBag bag = new();
        visit(bag);
        Owned = [.. bag.Tensors.Values];
        Tensors = bag.Tensors.ToDictionary(one => one.Key, one => one.Value.clone());
        Values = JsonNode.Parse(bag.Values.ToJsonString())!.AsObject();
    }

    /// <summary>The owner's own tensors.</summary>
    public IReadOnlyList<Tensor> Owned { get; }

    public Dictionary<string, Tensor> Tensors { get; }

    public JsonObject Values { get; }

    public SavedState With(string name, string json)
    {
        Values[name] = JsonNode.Parse(json);
        return this;
    }

    public SavedState With(string name, Tensor? tensor)
    {
        Tensors.Remove(name);
        if (tensor is not null) Tensors[name] = tensor;
        Values[name] = tensor is not null;
        return this;
    }

    public void Restore(Action<StateBag> visit) => visit(new StateBag(Tensors, Values));

    public void AssertRefused(string expected, Action<StateBag> visit)
    {
        EngramException error = Assert.Throws<EngramException>(() => Restore(visit));
        Assert.Equal("checkpoint-mismatch", error.Code);
        Assert.Contains(expected, error.Message);
    }
}
