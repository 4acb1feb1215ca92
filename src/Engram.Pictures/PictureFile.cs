using Engram.OwnData;

namespace Engram.Pictures;

/// <summary>One picture as a folder or a list names it.</summary>
/// <param name="Path">Full path of its file.</param>
/// <param name="Class">Name of its class; null where it is unlabelled.</param>
/// <param name="Task">Name of its task; null where none is named.</param>
/// <param name="Part">What it is for.</param>
/// <param name="Name">Names it in output.</param>
/// <param name="Where">Names it in messages, and begins a sentence.</param>
internal sealed record PictureFile(string Path, string? Class, string? Task, RecordPart Part, string Name, string Where)
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif"];

    /// <summary>Endings of files that are pictures, for messages.</summary>
    public static string AllEndings { get; } = string.Join(", ", Endings);

    /// <summary>Whether a file is a picture by its name.</summary>
    public static bool IsPicture(string path) => Endings.Contains(System.IO.Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !ClassFolders.IsHidden(path);

    /// <summary>Pictures as files in class folders.</summary>
    public static FileKind Kind { get; } = new("picture", "pictures", AllEndings, IsPicture);
}

/// <summary>The pictures that a folder or a list names.</summary>
/// <param name="Files">One at least, classes and tasks in the order in which they count.</param>
/// <param name="Remarks">What was left out, a line each.</param>
internal sealed record PictureFiles(IReadOnlyList<PictureFile> Files, IReadOnlyList<string> Remarks);
