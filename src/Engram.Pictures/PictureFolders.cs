using Engram.OwnData;

namespace Engram.Pictures;

/// <summary>
/// Pictures in a folder for each class; folders around these are tasks. Where all folders on top are named after parts, such as <c>train</c> and
/// <c>test</c>, they are parts. Folders are taken in the order of their names, in which <c>task 2</c> comes before <c>task 10</c>.
/// </summary>
internal sealed class PictureFolders
{
    private const int MostLookedAt = 100_000;
    private readonly string root;
    private readonly CancellationToken cancellation;
    private readonly List<PictureFile> files = [];
    private readonly List<string> others = [], loops = [], empty = [];

    private PictureFolders(string root, CancellationToken cancellation) => (this.root, this.cancellation) = (root, cancellation);

    /// <summary>Names all pictures of a folder; opens none of them.</summary>
    /// <exception cref="EngramException">There is no picture, or some lie where they have no class.</exception>
    public static PictureFiles List(string root, CancellationToken cancellation = default) => new PictureFolders(Path.GetFullPath(root), cancellation).List();

    /// <summary>Whether a folder holds pictures in folders; looks no further than needed. Throws nothing.</summary>
    public static bool Holds(string root)
    {
        try
        {
            EnumerationOptions below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3, AttributesToSkip = FileAttributes.Hidden };
            if (Directory.EnumerateDirectories(root).Where(folder => !PictureFile.IsHidden(folder)).SelectMany(folder => Directory.EnumerateFiles(folder, "*", below)).Take(MostLookedAt).Any(PictureFile.IsPicture)) return true;
            string[] direct = [.. Directory.EnumerateFiles(root).Where(file => !PictureFile.IsHidden(file)).Take(100)];
            return direct.Length > 0 && direct.All(PictureFile.IsPicture); // whose error says that they lie in no class
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private PictureFiles List()
    {
        (string[] pictures, string[] folders) = Look(root, root);
        if (pictures.Length > 0)
            throw EngramException.Input("no-class", $"{pictures.Length} pictures lie directly in '{Quote.Of(root)}', such as '{Name(pictures[0])}', and are of no class. Move them into a folder that is named after their class.");
        if (folders.Length > 0 && folders.All(folder => DataFolder.IsPart(Name(folder), out _)))
            foreach (string folder in folders)
            {
                (string[] direct, string[] inner) = Look(folder, folder);
                if (direct.Length > 0)
                    throw EngramException.Input("no-class", $"{direct.Length} pictures lie directly in '{Name(folder)}', which is a part, such as '{Name(direct[0])}', and are of no class. Move them into a folder that is named after their class.");
                if (DataFolder.IsPart(Name(folder), out RecordPart part)) AddTop(inner, folder, part);
            }
        else AddTop(folders, root, RecordPart.Unsaid);
        if (files.Count == 0)
            throw EngramException.Input("no-pictures", $"'{Quote.Of(root)}' has no folder of pictures ({PictureFile.AllEndings}){(others.Count > 0 ? $", but {others.Count} other files, such as '{Name(others[0])}'" : "")}. Put the pictures of each class into a folder that is named after it.");
        return new(files, [.. Remarks()]);
    }

    // Folders on top are all classes, or all tasks.
    private void AddTop(string[] folders, string top, RecordPart part)
    {
        var seen = folders.Select(folder => (Folder: folder, Content: Look(folder, top))).ToArray();
        var classes = seen.Where(one => one.Content.Pictures.Length > 0).ToArray();
        var tasks = seen.Where(one => one.Content.Folders.Length > 0).ToArray();
        if (classes.Length > 0 && tasks.Length > 0)
            throw EngramException.Input("mixed-folders", $"In '{Quote.Of(top)}', '{Name(classes[0].Folder)}' holds pictures, so folders are classes, but '{Name(tasks[0].Folder)}' holds folders, so folders are tasks. Bring all pictures to the same depth.");
        foreach (var (folder, content) in seen)
            if (content.Pictures.Length + content.Folders.Length == 0) empty.Add(folder);
        foreach (var (folder, content) in classes) Add(content.Pictures, folder, null, part);
        foreach (var (folder, content) in tasks)
            foreach (string inner in content.Folders)
            {
                (string[] pictures, string[] deeper) = Look(inner, top);
                if (deeper.Length > 0)
                    throw EngramException.Input("mixed-folders", $"'{Quote.Of(inner)}' is a class of the task '{Name(folder)}' and holds a folder, '{Name(deeper[0])}'. Pictures lie in a folder for each class, and these in a folder for each task; no deeper.");
                if (pictures.Length == 0) empty.Add(inner);
                Add(pictures, inner, Path.GetFileName(folder), part);
            }
    }

    private void Add(string[] pictures, string folder, string? task, RecordPart part)
    {
        foreach (string picture in pictures) files.Add(new(picture, Path.GetFileName(folder), task, part, $"The picture '{Quote.Of(Path.GetRelativePath(root, picture))}'"));
    }

    private (string[] Pictures, string[] Folders) Look(string folder, string top)
    {
        cancellation.ThrowIfCancellationRequested();
        List<string> pictures = [], folders = [];
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => !PictureFile.IsHidden(entry.Name)))
            if (entry is DirectoryInfo inner)
            {
                if (LeadsBack(inner)) loops.Add(entry.FullName);
                else folders.Add(entry.FullName);
            }
            else if (PictureFile.IsPicture(entry.Name)) pictures.Add(entry.FullName);
            else others.Add(entry.FullName);
        return ([.. pictures.Order(NaturalOrder.Instance)], [.. folders.Order(NaturalOrder.Instance)]);
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
        if (others.Count > 0) yield return $"{others.Count} {(others.Count == 1 ? "file is" : "files are")} no picture and left out, such as '{Quote.Of(Path.GetRelativePath(root, others[0]))}'.";
        if (loops.Count > 0) yield return $"{loops.Count} {(loops.Count == 1 ? "link leads" : "links lead")} back to a folder around it and {(loops.Count == 1 ? "is" : "are")} not followed, such as '{Quote.Of(Path.GetRelativePath(root, loops[0]))}'.";
        if (empty.Count > 0) yield return $"{empty.Count} {(empty.Count == 1 ? "folder holds" : "folders hold")} no picture, such as '{Quote.Of(Path.GetRelativePath(root, empty[0]))}'.";
    }

    private static string Name(string path) => Quote.Of(Path.GetFileName(path));
}
