using System.Text;

namespace Engram.Reports;

/// <summary>Files that are embedded in the library.</summary>
internal static class Resource
{
    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(Resource).Assembly.GetManifestResourceStream($"Engram.Reports.{name}")
            ?? throw new InvalidOperationException($"The library was built without its resource '{name}'.");
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));
}
