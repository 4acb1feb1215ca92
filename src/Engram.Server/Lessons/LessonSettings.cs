using System.Globalization;
using System.Reflection;
using Engram.Durable;
using Engram.OwnData;

namespace Engram.Server.Lessons;

/// <summary>What a caller sets for a lesson, by the names that the command has.</summary>
internal static class LessonSettings
{
    /// <summary>Makes options of them.</summary>
    /// <param name="settings">Names and values.</param>
    /// <param name="assemblies">With readers, frozen networks, methods and networks of one's own.</param>
    /// <exception cref="EngramException">A value cannot be.</exception>
    public static DurableOptions Read(IReadOnlyDictionary<string, string> settings, IReadOnlyList<Assembly> assemblies)
    {
        DurableOptions options = new() { Assemblies = assemblies };
        RecordOptions records = new();
        List<(string Path, string Value)> others = [];
        foreach (var (name, value) in settings)
        {
            switch (name)
            {
                case "label":
                    records = records with { Label = value };
                    break;
                case "text":
                    records = records with { Text = value };
                    break;
                case "ignore":
                    records = records with { Ignore = value.Split(',') };
                    break;
                case "pictureSize":
                    records = records with { PictureSize = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0 ? size : throw Wrong(name, value, "a number of pixels") };
                    break;
                case "skipDamaged":
                    records = records with { SkipDamaged = bool.TryParse(value, out bool skip) ? skip : throw Wrong(name, value, "true or false") };
                    break;
                case "method":
                    options = options with { Method = value };
                    break;
                case "network":
                    options = options with { Network = value };
                    break;
                case "features":
                    // A file of the server is nothing that a caller may name.
                    options = options with { Features = value.AsSpan().ContainsAny('/', '\\', '.') ? throw Wrong(name, value, "the id of a frozen network, such as resnet18, or none") : value };
                    break;
                default:
                    others.Add((name, value));
                    break;
            }
        }
        return options with { Records = records == new RecordOptions() ? null : records, Settings = others };
    }

    private static EngramException Wrong(string name, string value, string expected) => EngramException.Input("invalid-setting", $"{name} is '{Quote.Of(value)}', but {expected} was expected.");
}
