namespace Engram.Experiments;

/// <summary>
/// Writes a run's checkpoints beside its training, from a copy: a run that is killed meanwhile goes on from the one before, as if it had been
/// killed a moment earlier. One is written at a time.
/// </summary>
internal sealed class RunCheckpoints(Checkpoint checkpoint)
{
    // Bytes of a state that is not copied but written at once.
    private const long MostCopied = 1L << 30;

    private Task? writing;

    /// <summary>Takes the state as it is and returns while it is being written.</summary>
    /// <exception cref="EngramException">The one before could not be written.</exception>
    public void Save(StateBag state, RunConfig config)
    {
        Finish();
        long bytes = state.Tensors.Values.Sum(tensor => tensor.numel() * tensor.element_size());
        if (bytes > MostCopied)
        {
            checkpoint.Save(state, config);
            return;
        }
        MemoryStream copy = new((int)bytes + 65_536);
        StateFile.Write(copy, state, config.ToJson());
        writing = Task.Run(() => AtomicFile.Write(checkpoint.Path, copy.WriteTo));
    }

    /// <summary>Waits until the last one is on disk.</summary>
    /// <exception cref="EngramException">It could not be written; the one before is kept.</exception>
    public void Finish()
    {
        Task? last = writing;
        writing = null;
        last?.GetAwaiter().GetResult();
    }
}
