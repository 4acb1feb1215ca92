using System.Text;

namespace Engram;

/// <summary>
/// The one number a run's randomness comes from. Each use asks for its own generator by name, so that a use added or skipped
/// (another method, a resumed run, trials side by side) never shifts the numbers of the others.
/// </summary>
public readonly record struct Seed(ulong Value)
{
    /// <summary>The generator of one use of randomness.</summary>
    /// <param name="purpose">What it is for, such as <c>init</c>, <c>order</c>, <c>permutation</c>.</param>
    /// <param name="task">Task number, 0 where it has no meaning.</param>
    /// <param name="step">Epoch, step or sample number, 0 where it has no meaning.</param>
    public RandomSource For(string purpose, int task = 0, long step = 0) => new(Derive(purpose, task, step).Value);

    /// <summary>The seed of one use of randomness; arguments as in <see cref="For"/>.</summary>
    public Seed Derive(string purpose, int task = 0, long step = 0)
    {
        ulong hash = RandomSource.Mix(Value);
        foreach (byte letter in Encoding.UTF8.GetBytes(purpose)) hash = RandomSource.Mix(hash ^ letter);
        hash = RandomSource.Mix(hash ^ (uint)task);
        return new(RandomSource.Mix(hash ^ (ulong)step));
    }
}
