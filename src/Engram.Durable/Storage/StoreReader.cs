namespace Engram.Durable.Storage;

/// <summary>Reads one snapshot of a store. Every row that is returned was checked against its checksum.</summary>
public abstract class StoreReader
{
    /// <summary>The learner; null in a store that nothing was learned into.</summary>
    public abstract LearnerRow? Learner();

    /// <summary>All classes by number.</summary>
    public abstract IReadOnlyList<ClassRow> Classes();

    /// <summary>Number of the next new class: how many there were so far, removed ones included.</summary>
    public abstract int NextClass();

    /// <summary>All lessons by number.</summary>
    public abstract IReadOnlyList<LessonRow> Lessons();

    /// <summary>All versions by number, with <c>Header</c> and <c>Values</c> empty.</summary>
    public abstract IReadOnlyList<VersionRow> Versions();

    /// <summary>One version, whole.</summary>
    /// <exception cref="EngramException">There is none of that number.</exception>
    public abstract VersionRow Version(int number);

    /// <summary>Rows of one version by lesson.</summary>
    public abstract IReadOnlyList<MatrixRow> Matrix(int version);

    /// <summary>One row; null where there is none.</summary>
    public abstract MatrixRow? Matrix(int version, int lesson);

    /// <summary>Rows of all versions by version and lesson, with <c>Answers</c> empty.</summary>
    public abstract IReadOnlyList<MatrixRow> Matrix();

    /// <summary>State by name: the bytes of a safetensors file with one tensor.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="number">Number of the version or lesson.</param>
    /// <exception cref="EngramException">Something of it is missing or damaged.</exception>
    public abstract IReadOnlyDictionary<string, byte[]> State(StateOwner owner, int number);

    /// <summary>Samples of a lesson that are kept, by number; some at a time are read while they are enumerated, which is within <c>Read</c> or <c>Write</c>.</summary>
    /// <param name="lesson">Number of the lesson.</param>
    /// <param name="test">Whether those held out are wanted, or those it was learned from.</param>
    public abstract IEnumerable<HeldRow> Held(int lesson, bool test);

    /// <summary>Content hashes of all held-out samples that are kept.</summary>
    public abstract IReadOnlySet<UInt128> HeldContents();

    /// <summary>All events by number.</summary>
    public abstract IReadOnlyList<EventRow> Events();

    /// <summary>The lesson that is being learned; null where none is.</summary>
    public abstract UnfinishedRow? Unfinished();

    /// <summary>All access keys by id, revoked ones too.</summary>
    public abstract IReadOnlyList<KeyRow> Keys();

    /// <summary>Right answers that are not learned yet, by prediction.</summary>
    public abstract IReadOnlyList<FeedbackRow> Feedback();

    /// <summary>How many these are.</summary>
    public abstract int FeedbackCount();
}
