using Engram.Methods;
using Engram.Methods.ClosedForm;
using Engram.Training;

namespace Engram.Durable;

/// <summary>What suits the data of a first lesson where the user says nothing, with the reason.</summary>
/// <param name="file">With the catalogs.</param>
/// <param name="options">What the user says.</param>
internal sealed class LearnerDefaults(LearnerFile file, DurableOptions options)
{
    private const string Network = "mlp";

    /// <summary>Chooses.</summary>
    /// <param name="inputs">What the learner sees.</param>
    /// <returns>The configuration, and what was chosen and why, a line each.</returns>
    /// <exception cref="EngramException">The method cannot do it, or a setting cannot be.</exception>
    public (LearnerConfig Config, IReadOnlyList<string> Choices) Choose(LearnerInputs inputs)
    {
        List<string> choices = [];
        if (inputs.Features is not null && options.Features is null) choices.Add($"Samples are seen through {inputs.Features}, {inputs.Shape[0]} features each: it has learned to {(inputs.Form is null ? "read" : "see")} already.");
        SuitingInputs kind = inputs.Features is not null || (inputs.Form?.ToJson()["kind"]?.ToString() == "features" && inputs.Shape.Count == 1) ? SuitingInputs.Features : inputs.ArePictures ? SuitingInputs.Pictures : SuitingInputs.Rows;
        MethodAttribute method = options.Method is { } named ? file.Learners.Methods.Find(named).Attribute
            : file.Learners.Methods.Entries.First(entry => entry.Attribute.Suits == kind).Attribute;
        if (options.Method is null) choices.Add($"The method is {method.Id}: {method.SuitsBecause}.");
        if (method.Scenarios.Contains(Streams.Scenario.Class) == false)
            throw EngramException.Input("unsupported-scenario", $"{method.Id} cannot learn lessons that come one after the other where all classes compete: {method.Reason}. Choose another method ('engram methods' lists them).");
        LearnerConfigBuilder builder = new(file.Learners, method.Id, options.Network ?? Network);
        if (options.Method is null && method.SuitsWith.Split('=') is [var setting, var value]) builder.Set($"method.{setting}", value);
        SettingsShape shape = file.Learners.Methods.Find(method.Id).Settings;
        if (shape.Find("keepLessons") is not null) builder.Set("method.keepLessons", "true");
        bool seesInputs = (options.Settings.LastOrDefault(one => one.Path == "method.features").Value ?? "input") == "input";
        if (shape.Create() is ClosedFormOptions && seesInputs && options.Network is null) builder.Set("network.hidden", ""); // it rests
        foreach (var (path, text) in options.Settings.Where(one => !LearnerSettings.MayChange(one.Path))) builder.Set(path, text);
        LearnerConfig config = builder.Build(inputs.Shape);
        return (config, choices);
    }
}
