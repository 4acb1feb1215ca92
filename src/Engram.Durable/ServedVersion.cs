using Engram.Training;

namespace Engram.Durable;

/// <summary>A version that answers: immutable, from any number of threads.</summary>
/// <param name="number">Its number.</param>
/// <param name="predictor">What answers; disposed with this.</param>
/// <param name="known">When an input is none of its classes.</param>
internal sealed class ServedVersion(int number, Predictor predictor, KnownInputs known) : IDisposable
{
    private const int Most = 512; // inputs of one call to the engine

    public int Number => number;

    public Predictor Predictor => predictor;

    public KnownInputs Known => known;

    /// <summary>Answers inputs, in their order.</summary>
    public IReadOnlyList<Answer> Answer(IReadOnlyList<float[]> inputs) => inputs.Count <= Most ? AnswerTogether(inputs) : [.. inputs.Chunk(Most).SelectMany(AnswerTogether)];

    public void Dispose() => predictor.Dispose();

    private Answer[] AnswerTogether(IReadOnlyList<float[]> inputs) => [.. predictor.Predict(inputs).Select(one => new Answer(one, known.Holds(one), number))];
}
