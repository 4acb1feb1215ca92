using Engram.Durable;
using Engram.OwnData;

namespace Engram.Server;

/// <summary>Answers from the current version of a learner. Thread-safe; requests that come while it is busy are answered together, each by one version.</summary>
/// <example><code>
/// builder.Services.AddEngram("line3", "line3.engram");
/// app.MapPost("/judge", async ([FromKeyedServices("line3")] IPredictor line3, float[] numbers) => (await line3.PredictAsync(numbers)).Label);
/// </code></example>
public interface IPredictor
{
    /// <summary>Number of the version that answers; 0 before there is one.</summary>
    int Version { get; }

    /// <summary>Answers one input as the learner sees it: features, or the numbers of a form.</summary>
    /// <param name="input">As many numbers as the learner sees, finite.</param>
    /// <param name="cancellation">The caller's going away.</param>
    /// <exception cref="EngramException">It has another length or is not finite, nothing was learned yet, or too many wait (<c>too-busy</c>).</exception>
    Task<Answer> PredictAsync(float[] input, CancellationToken cancellation = default);

    /// <summary>Answers several, all by one version.</summary>
    /// <param name="inputs">One at least.</param>
    /// <param name="cancellation">The caller's going away.</param>
    Task<IReadOnlyList<Answer>> PredictAsync(IReadOnlyList<float[]> inputs, CancellationToken cancellation = default);

    /// <summary>Answers what is at a path: a picture, a folder of pictures, a table; labels are not looked at.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="cancellation">The caller's going away.</param>
    Task<IReadOnlyList<Answer>> PredictAsync(string path, CancellationToken cancellation = default);

    /// <summary>Answers records, in their order.</summary>
    /// <param name="records">With labels or without.</param>
    /// <param name="cancellation">The caller's going away.</param>
    Task<IReadOnlyList<Answer>> PredictAsync(Records records, CancellationToken cancellation = default);
}
