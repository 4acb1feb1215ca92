using System.Buffers;
using System.Text;

namespace Engram.Experiments;

/// <summary>
/// The only way from a name to a path. Labels and ids come from files that anybody may have written, so a name that leads elsewhere than
/// into its folder is refused, on every system alike, and so is a link in a folder of Engram's.
/// </summary>
internal static class FolderPath
{
    // File names have 255 bytes on most systems; endings such as .json.tmp need some.
    private const int MostBytes = 240;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\\:*?\"<>|");
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" })];

    /// <summary>A path below a folder, one name per level.</summary>
    /// <exception cref="EngramException">A name is none, or a level is a link that leads out of the folder.</exception>
    public static string Within(string folder, params ReadOnlySpan<string> names)
    {
        string path = folder;
        foreach (string name in names)
        {
            path = Path.Combine(path, Checked(name));
            if (new FileInfo(path).LinkTarget is { } target)
                throw EngramException.Input("link-in-folder", $"'{path}' is a link to '{target}', but what is written to '{folder}' must stay in it; put a folder or file of its own in the link's place.");
        }
        return path;
    }

    /// <summary>The name itself, where it is one name of a file or folder on every system.</summary>
    /// <exception cref="EngramException">It is not.</exception>
    public static string Checked(string name)
    {
        string? wrong = name switch
        {
            "" => "it is empty",
            _ when Encoding.UTF8.GetByteCount(name) > MostBytes => $"it has {Encoding.UTF8.GetByteCount(name)} bytes, at most {MostBytes} are allowed",
            _ when name.Any(char.IsControl) || name.EnumerateRunes().Any(letter => letter == Rune.ReplacementChar) => "it holds signs that cannot be written",
            _ when name.AsSpan().IndexOfAny(Forbidden) is >= 0 and var at => $"it holds '{name[at]}'",
            _ when name[^1] is '.' or ' ' || name[0] == ' ' => "it begins with a space or ends with a space or a full stop",
            _ when Devices.Contains(name.Split('.')[0].TrimEnd(), StringComparer.OrdinalIgnoreCase) => "Windows keeps it for a device",
            _ => null,
        };
        if (wrong is null) return name;
        string shown = new([.. name.Take(60).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)]);
        throw EngramException.Input("invalid-name", $"'{shown}' cannot be the name of a file or folder: {wrong}. Mend the name in the file or command it comes from.");
    }
}
