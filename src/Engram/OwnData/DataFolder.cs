using System.Text.RegularExpressions;

namespace Engram.OwnData;

/// <summary>One file of a user's data with what its place says about it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Task">Name of the task that it holds; empty where the place says none.</param>
/// <param name="Part">What its records are for.</param>
internal sealed record DataItem(string Path, string Task, RecordPart Part);

/// <summary>
/// What the files of a folder stand for. <c>train</c>, <c>test</c> and <c>validation</c> are parts wherever they stand: as a folder, as a file's
/// name or at its end (<c>may-test.csv</c>); whatever else a file or the folder around it is called is its task. Tasks come in the order of
/// their names, numbers in these by their value.
/// </summary>
internal static partial class DataFolder
{
    private const int Deepest = 2;

    private static readonly Dictionary<string, RecordPart> Parts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = RecordPart.Train, ["training"] = RecordPart.Train,
        ["validation"] = RecordPart.Validation, ["valid"] = RecordPart.Validation, ["val"] = RecordPart.Validation, ["dev"] = RecordPart.Validation,
        ["test"] = RecordPart.Test, ["testing"] = RecordPart.Test, ["t10k"] = RecordPart.Test,
    };

    /// <summary>The part that a word names.</summary>
    public static bool IsPart(string word, out RecordPart part) => Parts.TryGetValue(word.Trim(), out part);

    /// <summary>Whether there is a file of a form at a path or not far below it. Throws nothing.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="nameOf">What a file of the form is called without endings, from its name; null for a file of another form.</param>
    public static bool Holds(string path, Func<string, string?> nameOf)
    {
        EnumerationOptions options = new() { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        try
        {
            return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", options).Any(file => nameOf(Path.GetFileName(file)) is not null) : nameOf(Path.GetFileName(path)) is not null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>All files of a form, in the order of their tasks; within a task training comes first.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="nameOf">As in <see cref="Holds"/>.</param>
    /// <exception cref="EngramException">The folder cannot be read, holds itself, or none of these.</exception>
    public static IReadOnlyList<DataItem> Items(string path, Func<string, string?> nameOf)
    {
        if (!Directory.Exists(path)) return [new(path, "", RecordPart.Unsaid)];
        List<DataItem> items = [];
        DataFile.Read(path, () =>
        {
            Collect(new(path), [], nameOf, items);
            return items;
        });
        if (items.Count == 0) throw DataFile.Wrong($"The folder '{path}' holds no file of this form; name another one.");
        bool isOneTask = items.Select(item => item.Task).Distinct().Count() == 1;
        return [.. items.Select(item => isOneTask ? item with { Task = "" } : item).OrderBy(item => item.Task, NaturalOrder.Instance).ThenBy(item => item.Part).ThenBy(item => item.Path, NaturalOrder.Instance)];
    }

    private static void Collect(DirectoryInfo folder, string[] above, Func<string, string?> nameOf, List<DataItem> items)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.'))
        {
            if (entry is DirectoryInfo inner)
            {
                if (above.Length == Deepest) continue;
                RequireNoLoop(inner);
                Collect(inner, [.. above, inner.Name], nameOf, items);
            }
            else if (nameOf(entry.Name) is { } name) items.Add(Item(entry, [.. above, name]));
        }
    }

    private static DataItem Item(FileSystemInfo file, string[] words)
    {
        RecordPart part = RecordPart.Unsaid;
        List<string> task = [];
        foreach (string word in words)
        {
            Match end = PartAtTheEnd().Match(word);
            string name = IsPart(word, out RecordPart found) || end.Success && IsPart(end.Groups["part"].Value, out found) ? end.Groups["name"].Value : word;
            if (found != RecordPart.Unsaid && part != RecordPart.Unsaid && found != part) throw DataFile.Wrong($"'{file.FullName}' is in a folder of the part {part.ToString().ToLowerInvariant()}, but its name says {found.ToString().ToLowerInvariant()}; rename one of them.");
            if (found != RecordPart.Unsaid) part = found;
            if (name.Length > 0) task.Add(name);
        }
        return new(file.ToString(), string.Join('/', task), part);
    }

    private static void RequireNoLoop(DirectoryInfo folder)
    {
        if (folder.LinkTarget is null || folder.ResolveLinkTarget(returnFinalTarget: true) is not { } target) return;
        if (Path.GetFullPath(folder.FullName).StartsWith(Path.GetFullPath(target.FullName).TrimEnd('/', '\\') + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw DataFile.Wrong($"The folder '{folder}' is a link to one that it lies in, '{target}', so its files would be read twice; remove the link.");
    }

    [GeneratedRegex(@"^(?<name>.*)[-_. ](?<part>[A-Za-z0-9]+)$", RegexOptions.Singleline)]
    private static partial Regex PartAtTheEnd();
}
