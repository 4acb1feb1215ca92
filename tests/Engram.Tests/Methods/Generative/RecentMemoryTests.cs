using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class RecentMemoryTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly RecentMemory memory = new();

    public RecentMemoryTests()
    {
        NativeEngine.PrepareThread(1);
        memory.Add(tensor(new float[,] { { 0, 0 }, { 10, 0 }, { 0, 1 } }), [2, 1, 2]);
    }

    public void Dispose()
    {
        memory.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Probabilities_are_inverse_to_the_distance_of_the_nearest_vector()
    {
        // From (0, 4): class 2 is 3 away (its vector (0, 1)), class 1 is sqrt(116) away: 1/3 against 1/10.7703.
        Tensor probabilities = memory.Probabilities(tensor(new float[,] { { 0, 4 }, { 10, 0 } }), 4);

        double near = 1 / 3.0, far = 1 / Math.Sqrt(116);
        Batches.AssertClose(tensor(new float[,] { { 0, (float)(far / (near + far)), (float)(near / (near + far)), 0 }, { 0, 1, 0, 0 } }), probabilities, 1e-4);
        Assert.Equal(.782144, probabilities[0][2].item<float>(), 1e-4);
    }

    [Fact]
    public void Its_vectors_are_a_set_to_learn_from()
    {
        memory.Add(tensor(new float[,] { { 7, 7 } }), [1]);
        Samples samples = memory.Samples(task: 3);

        Assert.Equal((4, 4), (samples.Count, memory.Count));
        Assert.Equal([1, 1, 2, 2], Enumerable.Range(0, 4).Select(samples.Target));
        float[][] vectors = [.. Enumerable.Range(0, 4).Select(sample => { float[] input = new float[2]; samples.Read(sample, input); return input; })];
        Assert.Equal([10f, 0f, 7f, 7f, 0f, 0f, 0f, 1f], vectors.SelectMany(vector => vector));
        Assert.Equal([3], samples.Lessons);
        Assert.Equal(3, samples.Task(0));
        Assert.Equal(32, memory.StoredBytes);
    }

    [Theory]
    [InlineData("classes", "[1,1]", "each class once")]
    [InlineData("classes", "[1,3]", "0 to 2 is expected")]
    [InlineData("class1", "false", "one vector at least")]
    public void A_checkpoint_whose_classes_do_not_fit_is_refused(string name, string json, string expected)
    {
        using RecentMemory other = new();

        Saved().With(name, json).AssertRefused(expected, state => other.Visit(state, length: 2, outputs: 3));
        Saved().With("class1", zeros(0, 2)).AssertRefused("one vector at least", state => other.Visit(state, length: 2, outputs: 3));
        Saved().AssertRefused("but [any, 3] is expected", state => other.Visit(state, length: 3, outputs: 3));
    }

    [Fact]
    public void Vectors_are_of_one_length_and_freed_at_the_end() => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        using RecentMemory other = new();
        other.Add(ones(2, 2), [0, 1]);
        other.Add(ones(2, 2), [1, 2]); // one class anew and one that is known
        Saved().Restore(state => other.Visit(state, length: 2, outputs: 3));
        Assert.Equal([2L], other.Samples(0).InputShape);
        other.Probabilities(ones(2, 2), 3);
    });

    private SavedState Saved() => new(state => memory.Visit(state, length: 2, outputs: 3));

    [Fact]
    public void What_is_kept_survives_a_stop_and_can_be_forgotten()
    {
        StateBag saved = new();
        memory.Visit(saved, length: 2, outputs: 3);
        using RecentMemory other = new();
        other.Add(ones(1, 2), [0]); // something to be forgotten
        other.Visit(new StateBag(new(saved.Tensors), saved.Values, CPU), length: 2, outputs: 3);

        Assert.Equal([1, 2], other.Classes);
        Batches.AssertClose(memory.Of(2), other.Of(2), 0);
        other.Clear();
        Assert.Empty(other.Classes);
        Assert.Equal(0, other.StoredBytes);
    }
}
