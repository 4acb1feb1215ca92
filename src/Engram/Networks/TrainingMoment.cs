namespace Engram.Networks;

/// <summary>Where training stands, for a network that behaves differently while it learns.</summary>
/// <param name="Seed">The run's seed: noise comes from it, by name.</param>
/// <param name="Task">Index of the task being learned.</param>
/// <param name="Epoch">Epoch within the task, from 0.</param>
/// <param name="Step">Step within the task, from 0.</param>
public readonly record struct TrainingMoment(Seed Seed, int Task, int Epoch, long Step);
