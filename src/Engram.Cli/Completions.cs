using System.CommandLine;
using System.CommandLine.Completions;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;

namespace Engram.Cli;

/// <summary>What a shell may offer for arguments and options; catalogs are read only when it asks.</summary>
internal static class Completions
{
    public static IEnumerable<string> Streams() => new StreamCatalog(DatasetCatalog.Images.Select(dataset => dataset.Id)).Streams.Select(stream => stream.Id);

    public static IEnumerable<string> Methods() => new MethodCatalog().Entries.Select(entry => entry.Attribute.Id);

    public static IEnumerable<string> Networks() => new Catalog<NetworkDefinition, NetworkAttribute>("network").Entries.Select(entry => entry.Attribute.Id);

    public static IEnumerable<string> Recipes() => RecipeCatalog.Ids;

    public static IEnumerable<string> Datasets() => DatasetCatalog.All.Select(source => source.Id);

    public static IEnumerable<string> Scenarios() => Enum.GetNames<Scenario>().Select(name => name.ToLowerInvariant());

    /// <summary>Paths of settings that all runs have, ready for their value.</summary>
    public static IEnumerable<string> SettingPaths() =>
        SettingsShape.Of(typeof(MachineOptions)).Describe().Select(setting => $"{setting.Name}=").Concat(SettingsShape.Of(typeof(TrainingOptions)).Describe().Select(setting => $"training.{setting.Name}="));

    /// <summary>Offers names for an argument; the help keeps its one word.</summary>
    public static Argument<T> Offering<T>(this Argument<T> argument, Func<IEnumerable<string>> names)
    {
        argument.HelpName = argument.Name;
        argument.CompletionSources.Clear();
        argument.CompletionSources.Add(_ => names().Select(name => new CompletionItem(name)));
        return argument;
    }

    /// <summary>Offers names for an option; in a list, for its last part.</summary>
    public static Option<T> Offering<T>(this Option<T> option, Func<IEnumerable<string>> names)
    {
        option.CompletionSources.Clear();
        option.CompletionSources.Add(context =>
        {
            string begun = context.WordToComplete, list = begun[..(begun.LastIndexOf(',') + 1)];
            return names().Select(name => new CompletionItem(list + name));
        });
        return option;
    }
}
