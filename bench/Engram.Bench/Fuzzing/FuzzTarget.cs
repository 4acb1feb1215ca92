using System.Diagnostics;

namespace Engram.Bench.Fuzzing;

/// <summary>A parser with a source of inputs for it.</summary>
/// <param name="Name">What is parsed.</param>
/// <param name="Try">Makes one input out of chance and parses it; false where the parser refused it in another documented way than an <see cref="EngramException"/>.</param>
internal sealed record FuzzTarget(string Name, Func<RandomSource, bool> Try)
{
    /// <summary>Gives the parser many inputs. The same number is always the same input.</summary>
    /// <param name="first">Number of the first input.</param>
    /// <param name="count">How many at most.</param>
    public FuzzOutcome Run(long first, long count)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Dictionary<string, string> findings = [];
        long accepted = 0, done = 0;
        long slowestInput = 0;
        double slowest = 0;
        for (; done < count; done++)
        {
            long number = first + done, start = Stopwatch.GetTimestamp();
            try
            {
                if (Try(new Seed(1).For(Name, step: number))) accepted++;
            }
            catch (EngramException refusal)
            {
                if (refusal.Message.Any(char.IsControl) || refusal.Message.Length > 2 * EngramException.MostLetters) findings.TryAdd("message", $"{Name} {number}: the message is no short line: {Quote.Of(refusal.Message)}");
            }
            catch (Exception wrong)
            {
                string place = wrong.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Engram.", StringComparison.Ordinal))?.Trim() ?? "";
                findings.TryAdd($"{wrong.GetType()} {place}", $"{Name} {number}: {wrong.GetType().Name}: {Quote.Of(wrong.Message, 300)} {(count == 1 ? wrong.StackTrace : place)}");
            }
            if (Stopwatch.GetElapsedTime(start).TotalSeconds is var seconds && seconds > slowest) (slowest, slowestInput) = (seconds, number);
        }
        return new(Name, done, accepted, slowest, slowestInput, clock.Elapsed, [.. findings.Values]);
    }
}

/// <summary>What came of the inputs of one target.</summary>
/// <param name="Name">The target.</param>
/// <param name="Inputs">How many were tried.</param>
/// <param name="Accepted">How many were read.</param>
/// <param name="Slowest">Seconds of the slowest.</param>
/// <param name="SlowestInput">Its number.</param>
/// <param name="Time">Time of all.</param>
/// <param name="Findings">One line for each place where something else than a refusal came out.</param>
internal sealed record FuzzOutcome(string Name, long Inputs, long Accepted, double Slowest, long SlowestInput, TimeSpan Time, IReadOnlyList<string> Findings);
