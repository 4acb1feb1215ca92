using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.OwnData;
using Engram.Pretrained;
using Engram.Streams;

namespace Engram.Durable;

/// <summary>How a user's records become what a learner sees: the form of the first lesson and, where there is one, the frozen network that sees for it. For life.</summary>
internal sealed class LearnerInputs : IDisposable
{
    private readonly string? identity;
    private readonly Lazy<FrozenNetwork>? network;

    private LearnerInputs(InputForm? form, string? features, string? identity, IReadOnlyList<long>? shape, Func<string, FeatureExtractor> create)
    {
        (Form, Features, this.identity) = (form, features, identity);
        network = features is null ? null : new(() => Opened(create));
        Shape = shape ?? (network is null ? form!.Shape : [network.Value.Length]);
    }

    /// <summary>How a record becomes numbers; null for texts, which a frozen network reads.</summary>
    public InputForm? Form { get; }

    /// <summary>The frozen network as it was named; null for none.</summary>
    public string? Features { get; }

    /// <summary>Shape of one input of the learner.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Whether an input is a picture as it is, [channels, rows, columns].</summary>
    public bool ArePictures => Features is null && Shape.Count == 3;

    /// <summary>Makes those of a first lesson.</summary>
    /// <param name="records">Its records.</param>
    /// <param name="training">Those to learn from.</param>
    /// <param name="features">The frozen network that the user names; null chooses.</param>
    /// <param name="catalogs">Where it is looked up.</param>
    /// <exception cref="EngramException">The records cannot become inputs, or the network does not fit them.</exception>
    public static LearnerInputs Fit(Records records, int[] training, string? features, Catalogs catalogs)
    {
        bool areTexts = records.Text(0) is not null;
        InputForm? form = areTexts && features != StreamOptions.NoFeatures ? null : records.Fit(training);
        string? chosen = features ?? catalogs.Features.Suiting(new RecordSamples(records, form, training, [], 0), records.Source);
        if (chosen == StreamOptions.NoFeatures) chosen = null;
        return new(form, chosen is not null && File.Exists(chosen) ? Path.GetFullPath(chosen) : chosen, null, null, name => catalogs.Features.Create(name));
    }

    /// <summary>The ones that <see cref="ToJson"/> described.</summary>
    /// <exception cref="EngramException">They are damaged.</exception>
    public static LearnerInputs FromJson(JsonObject json, Catalogs catalogs)
    {
        try
        {
            long[] shape = [.. json["shape"]!.AsArray().Select(size => size!.GetValue<long>())];
            return new(json["form"] is JsonObject form ? catalogs.Records.FormOf(form) : null, json["features"]?.GetValue<string>(), json["network"]?.GetValue<string>(), shape, name => catalogs.Features.Create(name));
        }
        catch (Exception cause) when (cause is InvalidOperationException or NullReferenceException or FormatException)
        {
            throw EngramException.Input("damaged-engram", "The learner's file is damaged: it does not say how records become inputs. Restore it from a copy.", cause);
        }
    }

    /// <summary>What it takes to make them again.</summary>
    public JsonObject ToJson() => new()
    {
        ["form"] = Form?.ToJson(), ["features"] = Features, ["network"] = network?.Value.Identity, ["shape"] = new JsonArray([.. Shape.Select(size => (JsonNode)size)]),
    };

    /// <summary>Sets of records as the learner sees them.</summary>
    /// <param name="records">Records of the kind that was learned first.</param>
    /// <param name="selections">Which of them, set by set.</param>
    /// <param name="outputs">Output per class of the records.</param>
    /// <param name="task">Index of the task.</param>
    /// <param name="progress">Hears how far a frozen network has come; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">The records are of another kind, or the frozen network is another one than was learned with.</exception>
    public Samples[] Read(Records records, IReadOnlyList<int[]> selections, int[] outputs, int task, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        if (records is VectorRecords seen) return [.. selections.Select(selection => new RecordSamples(seen, seen.Form, selection, outputs, task))];
        if (Form is null && records.Text(0) is null) throw EngramException.Input("wrong-data", $"'{Quote.Of(records.Source)}' holds no texts, and texts were learned; give data of that kind.");
        if (Form is not null && records.Text(0) is not null) throw EngramException.Input("wrong-data", $"'{Quote.Of(records.Source)}' holds texts, and other data were learned; give data of that kind.");
        Samples[] sets = [.. selections.Select(selection => new RecordSamples(records, Form, selection, outputs, task))];
        return network is null ? sets : network.Value.See(sets, progress, cancellation);
    }

    /// <summary>What a reader should know of records seen through the form, a line each.</summary>
    public IReadOnlyList<string> RemarksOn(Records records) => records is VectorRecords ? [] : Form?.RemarksOn(records) ?? [];

    /// <summary>Frees the frozen network.</summary>
    public void Dispose()
    {
        if (network?.IsValueCreated == true) network.Value.Dispose();
    }

    // Features of another network are other numbers.
    private FrozenNetwork Opened(Func<string, FeatureExtractor> create)
    {
        FrozenNetwork opened = new(create(Features ?? ""));
        if (identity is null || opened.Identity == identity) return opened;
        opened.Dispose();
        throw EngramException.Input("other-features", $"The learner sees through '{Quote.Of(identity)}', but '{Quote.Of(Features)}' is '{Quote.Of(opened.Identity)}' here, whose features are other numbers; put the file back that it was made with.");
    }
}
