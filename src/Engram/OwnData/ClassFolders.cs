namespace Engram.OwnData;

/// <summary>One file in the folder of its class.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Class">Name of its class; null where it is unlabelled.</param>
/// <param name="Task">Name of its task; null where none is named.</param>
/// <param name="Part">What it is for.</param>
internal sealed record ClassFile(string Path, string? Class, string? Task, RecordPart Part);

/// <summary>A form of files of which each is a record.</summary>
/// <param name="One">What one is called, such as <c>picture</c>.</param>
/// <param name="Many">What several are called.</param>
/// <param name="Endings">Of their names, for messages.</param>
/// <param name="Is">Whether a file is one, by its name.</param>
internal sealed record FileKind(string One, string Many, string Endings, Func<string, bool> Is);

/// <summary>
/// Files in a folder for each class, such as pictures; folders around these are tasks. Where all folders on top are named after parts, such as <c>train</c> and
/// <c>test</c>, they are parts. Folders are taken in the order of their names, in which <c>task 2</c> comes before <c>task 10</c>.
/// </summary>
internal sealed class ClassFolders
{
    private const int MostLookedAt = 100_000;
    private readonly string root;
    private readonly FileKind kind;
    private readonly bool isUnlabelled;
    private readonly CancellationToken cancellation;
    private readonly List<ClassFile> files = [];
    private readonly List<string> others = [], loops = [], empty = [];

    private ClassFolders(string root, FileKind kind, bool isUnlabelled, CancellationToken cancellation) => (this.root, this.kind, this.isUnlabelled, this.cancellation) = (root, kind, isUnlabelled, cancellation);

    /// <summary>Names all files of a kind in a folder, classes and tasks in the order in which they count; opens none of them.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="kind">Of the files.</param>
    /// <param name="isUnlabelled">Whether files may lie where they have no class: those that lie directly in the folder are then all.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>One file at least, and what was left out, a line each.</returns>
    /// <exception cref="EngramException">There is none, some lie where they have no class, or the folder cannot be read.</exception>
    public static (IReadOnlyList<ClassFile> Files, IReadOnlyList<string> Remarks) List(string root, FileKind kind, bool isUnlabelled, CancellationToken cancellation = default) =>
        DataFile.Read(root, () => new ClassFolders(Path.GetFullPath(root), kind, isUnlabelled, cancellation).List());

    /// <summary>Files that a user named, without classes.</summary>
    public static IReadOnlyList<ClassFile> Unlabelled(IEnumerable<string> paths) => [.. paths.Select(path => new ClassFile(path, null, null, RecordPart.Unsaid))];

    /// <summary>What each of some files is called: by its name or, where names come twice, as the user wrote its path.</summary>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string> paths) => paths.DistinctBy(Path.GetFileName).Count() == paths.Count ? [.. paths.Select(path => Path.GetFileName(path))] : paths;

    /// <summary>Whether a file or folder is none of the user's, by its name.</summary>
    public static bool IsHidden(string path) => Path.GetFileName(path) is var name && (name.StartsWith('.') || name is "__MACOSX" or "@eaDir");

    /// <summary>Whether a folder holds files of a kind in folders; looks no further than needed. Throws nothing.</summary>
    public static bool Holds(string root, FileKind kind)
    {
        try
        {
            EnumerationOptions below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3, AttributesToSkip = FileAttributes.Hidden };
            if (Directory.EnumerateDirectories(root).Where(folder => !IsHidden(folder)).SelectMany(folder => Directory.EnumerateFiles(folder, "*", below)).Take(MostLookedAt).Any(kind.Is)) return true;
            string[] direct = [.. Directory.EnumerateFiles(root).Where(file => !IsHidden(file)).Take(100)];
            return direct.Length > 0 && direct.All(kind.Is); // whose error says that they lie in no class
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private (IReadOnlyList<ClassFile> Files, IReadOnlyList<string> Remarks) List()
    {
        (string[] own, string[] folders) = Look(root, root);
        if (own.Length > 0 && isUnlabelled)
        {
            string[] beside = folders.Length == 0 ? [] : [$"{folders.Length} {(folders.Length == 1 ? "folder lies" : "folders lie")} beside the {kind.Many} and {(folders.Length == 1 ? "is" : "are")} not looked into, such as '{Name(folders[0])}'."];
            return (Unlabelled(own), [.. Remarks(), .. beside]);
        }
        if (own.Length > 0)
            throw EngramException.Input("no-class", $"{own.Length} {kind.Many} lie directly in '{Quote.Of(root)}', such as '{Name(own[0])}', and are of no class. Move them into a folder that is named after their class.");
        if (folders.Length > 0 && folders.All(folder => DataFolder.IsPart(Name(folder), out _)))
            foreach (string folder in folders)
            {
                (string[] direct, string[] inner) = Look(folder, folder);
                if (direct.Length > 0)
                    throw EngramException.Input("no-class", $"{direct.Length} {kind.Many} lie directly in '{Name(folder)}', which is a part, such as '{Name(direct[0])}', and are of no class. Move them into a folder that is named after their class.");
                if (DataFolder.IsPart(Name(folder), out RecordPart part)) AddTop(inner, folder, part);
            }
        else AddTop(folders, root, RecordPart.Unsaid);
        if (files.Count == 0)
            throw EngramException.Input($"no-{kind.Many}", $"'{Quote.Of(root)}' has no folder of {kind.Many} ({kind.Endings}){(others.Count > 0 ? $", but {others.Count} other files, such as '{Name(others[0])}'" : "")}. Put the {kind.Many} of each class into a folder that is named after it.");
        return (files, [.. Remarks()]);
    }

    // Folders on top are all classes, or all tasks.
    private void AddTop(string[] folders, string top, RecordPart part)
    {
        var seen = folders.Select(folder => (Folder: folder, Content: Look(folder, top))).ToArray();
        var classes = seen.Where(one => one.Content.Own.Length > 0).ToArray();
        var tasks = seen.Where(one => one.Content.Folders.Length > 0).ToArray();
        if (classes.Length > 0 && tasks.Length > 0)
            throw EngramException.Input("mixed-folders", $"In '{Quote.Of(top)}', '{Name(classes[0].Folder)}' holds {kind.Many}, so folders are classes, but '{Name(tasks[0].Folder)}' holds folders, so folders are tasks. Bring all {kind.Many} to the same depth.");
        foreach (var (folder, content) in seen)
            if (content.Own.Length + content.Folders.Length == 0) empty.Add(folder);
        foreach (var (folder, content) in classes) Add(content.Own, folder, null, part);
        foreach (var (folder, content) in tasks)
            foreach (string inner in content.Folders)
            {
                (string[] own, string[] deeper) = Look(inner, top);
                if (deeper.Length > 0)
                    throw EngramException.Input("mixed-folders", $"'{Quote.Of(inner)}' is a class of the task '{Name(folder)}' and holds a folder, '{Name(deeper[0])}'. Files lie in a folder for each class, and these in a folder for each task; no deeper.");
                if (own.Length == 0) empty.Add(inner);
                Add(own, inner, Path.GetFileName(folder), part);
            }
    }

    private void Add(string[] own, string folder, string? task, RecordPart part)
    {
        foreach (string file in own) files.Add(new(file, Path.GetFileName(folder), task, part));
    }

    private (string[] Own, string[] Folders) Look(string folder, string top)
    {
        cancellation.ThrowIfCancellationRequested();
        List<string> own = [], folders = [];
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => !IsHidden(entry.Name)))
            if (entry is DirectoryInfo inner)
            {
                if (LeadsBack(inner)) loops.Add(entry.FullName);
                else folders.Add(entry.FullName);
            }
            else if (kind.Is(entry.Name)) own.Add(entry.FullName);
            else others.Add(entry.FullName);
        return ([.. own.Order(NaturalOrder.Instance)], [.. folders.Order(NaturalOrder.Instance)]);
    }

    // A link to a folder that holds the link itself would be walked for ever.
    private static bool LeadsBack(DirectoryInfo folder)
    {
        if (folder.LinkTarget is null) return false;
        string? target = folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is null || (folder.FullName + Path.DirectorySeparatorChar).StartsWith(target.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private IEnumerable<string> Remarks()
    {
        if (others.Count > 0) yield return $"{others.Count} {(others.Count == 1 ? "file is" : "files are")} no {kind.One} and left out, such as '{Quote.Of(Path.GetRelativePath(root, others[0]))}'.";
        if (loops.Count > 0) yield return $"{loops.Count} {(loops.Count == 1 ? "link leads" : "links lead")} back to a folder around it and {(loops.Count == 1 ? "is" : "are")} not followed, such as '{Quote.Of(Path.GetRelativePath(root, loops[0]))}'.";
        if (empty.Count > 0) yield return $"{empty.Count} {(empty.Count == 1 ? "folder holds" : "folders hold")} no {kind.One}, such as '{Quote.Of(Path.GetRelativePath(root, empty[0]))}'.";
    }

    private static string Name(string path) => Quote.Of(Path.GetFileName(path));
}
