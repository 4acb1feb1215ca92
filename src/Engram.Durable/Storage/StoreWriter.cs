namespace Engram.Durable.Storage;

/// <summary>Changes a store within one transaction; reads see what was changed so far.</summary>
public abstract class StoreWriter : StoreReader
{
    /// <summary>Puts the learner's row, which replaces the one before.</summary>
    public abstract void Put(LearnerRow learner);

    /// <summary>Adds a class, or replaces it.</summary>
    public abstract void Put(ClassRow one);

    /// <summary>Adds a lesson, or replaces it.</summary>
    public abstract void Put(LessonRow lesson);

    /// <summary>Adds a version, or replaces it.</summary>
    public abstract void Put(VersionRow version);

    /// <summary>Adds a row of the matrix, or replaces it.</summary>
    public abstract void Put(MatrixRow row);

    /// <summary>Adds samples that are kept.</summary>
    public abstract void Add(IEnumerable<HeldRow> samples);

    /// <summary>Adds an event, which gets the next number; the learner's count follows.</summary>
    public abstract void Add(DateTimeOffset when, string who, string from, string what, string detail);

    /// <summary>Puts the lesson that is being learned in the place of the one before, or removes it.</summary>
    public abstract void Put(UnfinishedRow? unfinished);

    /// <summary>Adds an access key, or replaces it.</summary>
    public abstract void Put(KeyRow key);

    /// <summary>Adds a right answer, or replaces the one to the same prediction.</summary>
    public abstract void Put(FeedbackRow feedback);

    /// <summary>Removes a right answer; one that has replaced it stays.</summary>
    /// <returns>Whether it was there.</returns>
    public abstract bool Remove(FeedbackRow feedback);

    /// <summary>Puts state in the place of the owner's former one. Content that any owner has already is stored once.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="number">Number of the version or lesson.</param>
    /// <param name="state">By name: the bytes of a safetensors file with one tensor; empty removes it.</param>
    public abstract void PutState(StateOwner owner, int number, IReadOnlyDictionary<string, byte[]> state);

    /// <summary>Gives up kept samples of a lesson.</summary>
    /// <param name="lesson">Number of the lesson.</param>
    /// <param name="test">Whether of those held out, or of those it was learned from.</param>
    /// <param name="numbers">Which; null for all.</param>
    public abstract void RemoveHeld(int lesson, bool test, IReadOnlyCollection<int>? numbers = null);

    /// <summary>Removes a class's rows; its number is not used again.</summary>
    public abstract void RemoveClass(int number);

    /// <summary>Removes rows of the matrix.</summary>
    /// <param name="lesson">Of this lesson; null for any.</param>
    /// <param name="version">Of this version; null for any.</param>
    public abstract void RemoveMatrix(int? lesson, int? version);
}
