using System.Text.Json.Nodes;

namespace Engram.OwnData;

/// <summary>Reads one form of data, such as tables or pictures in folders of classes.</summary>
public abstract class RecordReader
{
    /// <summary>Whether a path is of this form, judged by names and, where these leave a doubt, by the first bytes. Throws nothing.</summary>
    public abstract bool Reads(string path);

    /// <summary>Opens data; holds a batch and what must stay in memory, and reads nothing twice.</summary>
    /// <param name="path">A file or folder that is there and that <see cref="Reads"/> accepted.</param>
    /// <param name="options">What the user said about columns and the like.</param>
    /// <param name="progress">Hears how much is read; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">The data are damaged or not what they should be: file, line or item, what was found, what to do.</exception>
    public abstract Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default);

    /// <summary>Whether a file is one record by itself, as a picture is and a table is not; judged by its name.</summary>
    public virtual bool IsRecord(string file) => false;

    /// <summary>Opens files each of which is a record (<see cref="IsRecord"/>), in their order and without labels.</summary>
    /// <param name="files">Files that are there, one at least.</param>
    /// <param name="source">What to call all of them.</param>
    /// <param name="options">As for <see cref="Open"/>.</param>
    /// <param name="progress">Hears how much is read; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">One is damaged.</exception>
    public virtual Records OpenRecords(IReadOnlyList<string> files, string source, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException($"{GetType().Name} reads no files that are records by themselves.");

    /// <summary>The form of inputs that <see cref="InputForm.ToJson"/> described; asked where <see cref="RecordReaderAttribute.Form"/> is its kind.</summary>
    /// <param name="json">The description.</param>
    /// <exception cref="EngramException">It is damaged.</exception>
    public virtual InputForm FormOf(JsonObject json) => throw new NotSupportedException($"{GetType().Name} makes no form of inputs.");
}

/// <summary>Puts a <see cref="RecordReader"/> into the catalog.</summary>
/// <param name="id">Name of the form, such as <c>csv</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RecordReaderAttribute(string id) : CatalogEntryAttribute(id)
{
    /// <summary>How such data look, such as <c>*.csv, *.tsv</c>, for the message that lists what can be read.</summary>
    public string Looks { get; init; } = "";

    /// <summary>Of several readers that accept a path, the one with the highest rank opens it: a table of paths of pictures is a table, too.</summary>
    public int Rank { get; init; }

    /// <summary>Kind of the forms that it brings back from JSON; empty for none. Of the readers of tables, one does it for all.</summary>
    public string Form { get; init; } = "";
}

/// <summary>What a user says about data of their own.</summary>
public sealed record RecordOptions
{
    /// <summary>Column of the label; null takes one named label, class, target or y, or says which columns there are.</summary>
    public string? Label { get; init; }

    /// <summary>Column of the task; null takes one named task.</summary>
    public string? Task { get; init; }

    /// <summary>Column of the text; null takes one named text, where there is one.</summary>
    public string? Text { get; init; }

    /// <summary>Columns that are no input.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Pixels of a side to which pictures are brought; 0 chooses by what is there.</summary>
    public int PictureSize { get; init; }

    /// <summary>Whether damaged pictures are left out, and named, in place of an error.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>Whether data may lack labels, as those do that a model is asked about; labels that are there are read. Where any record lacks its label, all count as unlabelled.</summary>
    public bool Unlabelled { get; init; }

    /// <summary>Refuses columns where there are none: what the user said of them would be ignored without a word.</summary>
    /// <param name="what">What the data are, such as <c>Texts in folders</c>.</param>
    /// <exception cref="EngramException">A column is named.</exception>
    internal void RequireNoColumns(string what)
    {
        string? named = Label is not null && !Unlabelled ? $"--label names '{Quote.Of(Label)}'" : Task is not null ? $"--task names '{Quote.Of(Task)}'" : Text is not null ? $"--text names '{Quote.Of(Text)}'"
            : Ignore.Count > 0 ? $"--ignore names '{Quote.Of(Ignore[0])}'" : null;
        if (named is not null) throw EngramException.Input("no-columns", $"{what} have no columns, but {named}; leave it out.");
    }
}

/// <summary>How far reading has come.</summary>
/// <param name="Done">Bytes of tables, pictures of folders.</param>
/// <param name="Total">As many there are.</param>
/// <param name="Unit">Such as <c>pictures</c>.</param>
public readonly record struct ReadProgress(long Done, long Total, string Unit);
