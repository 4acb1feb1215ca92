using System.Diagnostics;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Engram.Fleet;

/// <summary>
/// Asks the learners of a fleet, and asks again where a process dies or a learner moves: a prediction changes nothing, and a lesson that was given twice is learned once.
/// Thread-safe.
/// </summary>
/// <param name="grains">The cluster's.</param>
public sealed class FleetClient(IGrainFactory grains)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long it asks again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long it asks again for a lesson, which may take its time, and wait for others.</summary>
    public TimeSpan LessonPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The grain of a learner, which is asked once.</summary>
    /// <param name="learner">Its name.</param>
    public ILearnerGrain Of(string learner) => grains.GetGrain<ILearnerGrain>(learner);

    /// <summary>Answers inputs, all by one version.</summary>
    /// <param name="learner">Name of the learner.</param>
    /// <param name="inputs">One at least, as the learner sees them.</param>
    /// <param name="cancellation">The caller's going away.</param>
    /// <exception cref="EngramException">As <see cref="ILearnerGrain.Predict"/>; <c>no-answer</c> where nobody answered in time.</exception>
    public Task<FleetAnswer[]> Predict(string learner, float[][] inputs, CancellationToken cancellation = default) => Ask(learner, grain => grain.Predict(inputs), Patience, cancellation);

    /// <summary>Learns a lesson of vectors as the learner sees them; what this returns is in the database.</summary>
    /// <param name="learner">Name of the learner.</param>
    /// <param name="lesson">Name of the lesson.</param>
    /// <param name="inputs">One at least.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="cancellation">The caller's going away; the lesson may be learned all the same.</param>
    /// <exception cref="EngramException">As <see cref="ILearnerGrain.Learn"/>; <c>no-answer</c> where nobody answered in time.</exception>
    public Task<FleetLesson> Learn(string learner, string lesson, float[][] inputs, string[] labels, CancellationToken cancellation = default) => Ask(learner, grain => grain.Learn(lesson, inputs, labels), LessonPatience, cancellation);

    /// <summary>Asks what may be asked twice.</summary>
    /// <param name="learner">Name of the learner.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="cancellation">The caller's going away.</param>
    public Task<T> Ask<T>(string learner, Func<ILearnerGrain, Task<T>> ask, CancellationToken cancellation = default) => Ask(learner, ask, Patience, cancellation);

    private async Task<T> Ask<T>(string learner, Func<ILearnerGrain, Task<T>> ask, TimeSpan patience, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                return await ask(Of(learner)).WaitAsync(cancellation);
            }
            catch (Exception error) when (IsPassing(error) && !cancellation.IsCancellationRequested)
            {
                if (Stopwatch.GetElapsedTime(begun) > patience)
                    throw EngramException.Failure("no-answer", $"Nobody answered for '{Quote.Of(learner)}' within {patience.TotalSeconds:0} s: {error.Message} See whether the fleet's processes and their database run, and ask again.", error);
            }
            await Task.Delay(pause, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Whether an error says that a process has died or a learner has moved, and asking again helps.</summary>
    internal static bool IsPassing(Exception error) => error is SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException or TimeoutException or ClientNotAvailableException or ObjectDisposedException or OperationCanceledException
        or EngramException { Code: "being-written" or "cannot-connect" or "elsewhere" or "too-busy" };
}
