using System.Text.Json.Nodes;
using Engram.OwnData;

namespace Engram.Pictures;

/// <summary>
/// Reads pictures: a folder for each class, folders of these for each task, with <c>train</c> and <c>test</c> on top where the data are cut; or a
/// table of paths with labels. Links are followed, hidden files are not there.
/// </summary>
/// <remarks>
/// On opening, each file is read once, for its hash and its header, and is refused where its end is missing. All of it is decoded only when it is
/// used, or at once where damaged pictures are to be left out, for which they must be known: that takes as long as decoding all takes.
/// </remarks>
[RecordReader("pictures", Looks = "a folder of pictures for each class, or *.csv with the columns path and label", Rank = 1, Name = "pictures", Summary = "pictures in class folders, or listed in a table", Form = "pictures")]
public sealed class PictureReader : RecordReader
{
    /// <summary>Largest side of pictures.</summary>
    public const int MostPixelsOfSide = 4096;

    /// <inheritdoc/>
    public override bool Reads(string path) => Directory.Exists(path) ? ClassFolders.Holds(path, PictureFile.Kind) : PictureList.Is(path);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (!File.Exists(path)) options.RequireNoColumns("Pictures in class folders");
        return Open(path, File.Exists(path) ? PictureList.Read(path, options) : List(path, options.Unlabelled, cancellation), options, progress, cancellation);
    }

    /// <inheritdoc/>
    public override bool IsRecord(string file) => PictureFile.IsPicture(file);

    /// <inheritdoc/>
    public override Records OpenRecords(IReadOnlyList<string> files, string source, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.RequireNoColumns("Pictures in files");
        return Open(source, new([.. files.Zip(ClassFolders.NamesOf(files), (file, name) => new PictureFile(Path.GetFullPath(file), null, null, RecordPart.Unsaid, name, $"The picture '{Quote.Of(file)}'"))], []), options, progress, cancellation);
    }

    /// <inheritdoc/>
    public override InputForm FormOf(JsonObject json) => PictureForm.FromJson(json);

    private static PictureRecords Open(string source, PictureFiles found, RecordOptions options, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        if (options.PictureSize is < 0 or > MostPixelsOfSide)
            throw EngramException.Input("wrong-size", $"Pictures cannot have {options.PictureSize} pixels of a side; give 1 to {MostPixelsOfSide}, or 0 for what fits them.");
        List<string> remarks = [.. found.Remarks];
        PictureFile[] files = [.. found.Files];
        Picture?[] pictures = Inspect(files, options, progress, remarks, cancellation);
        Picture[] whole = [.. pictures.OfType<Picture>()];
        if (whole.Length == 0) throw EngramException.Input("no-pictures", $"All {files.Length} pictures of '{Quote.Of(source)}' are damaged: {remarks[^1]}");
        return new(whole, options.PictureSize, remarks) { Source = source };
    }

    private static PictureFiles List(string path, bool isUnlabelled, CancellationToken cancellation)
    {
        var (files, remarks) = ClassFolders.List(path, PictureFile.Kind, isUnlabelled, cancellation);
        return new([.. files.Select(file => (File: file, Name: Path.GetRelativePath(path, file.Path))).Select(one => new PictureFile(one.File.Path, one.File.Class, one.File.Task, one.File.Part, one.Name, $"The picture '{Quote.Of(one.Name)}'"))], remarks);
    }

    // The first in the order of the data is named, however many threads look.
    private static Picture?[] Inspect(PictureFile[] files, RecordOptions options, IProgress<ReadProgress>? progress, List<string> remarks, CancellationToken cancellation)
    {
        const int ReportEvery = 100;
        Picture?[] pictures = new Picture?[files.Length];
        EngramException?[] errors = new EngramException?[files.Length];
        long done = 0;
        Lock reporting = new();
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellation }, (i, state) =>
        {
            try
            {
                pictures[i] = Picture.Open(files[i], isDecoded: options.SkipDamaged);
            }
            catch (EngramException error) when (error.Kind == ErrorKind.Input)
            {
                errors[i] = error;
                if (!options.SkipDamaged) state.Break();
            }
            lock (reporting)
                if (++done % ReportEvery == 0 || done == files.Length) progress?.Report(new(done, files.Length, "pictures"));
        });
        EngramException[] damaged = [.. errors.OfType<EngramException>()];
        if (damaged.Length > 0 && !options.SkipDamaged) throw damaged[0];
        const int MostNamed = 20;
        remarks.AddRange(damaged.Take(MostNamed).Select(error => $"Left out: {error.Message}"));
        if (damaged.Length > MostNamed) remarks.Add($"Left out: {damaged.Length - MostNamed} more damaged pictures.");
        return pictures;
    }
}
