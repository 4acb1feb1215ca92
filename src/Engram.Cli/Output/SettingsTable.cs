namespace Engram.Cli.Output;

/// <summary>Settings as rows of text and as JSON; defaults, ranges and texts come from the record itself.</summary>
internal static class SettingsTable
{
    /// <summary>Path, default, and what it is.</summary>
    public static IEnumerable<string[]> Rows(SettingsShape settings, string prefix) => settings.Describe().Select(setting => new[]
    {
        prefix + setting.Name,
        setting.Default is "" or "null" ? "-" : setting.Default,
        $"{setting.Description} ({Expected(setting)})",
    });

    /// <summary>Allowed values in words.</summary>
    public static string Expected(Setting setting) => $"{Settings.Noun(setting.Type)} {setting.Range}".TrimEnd();
}
