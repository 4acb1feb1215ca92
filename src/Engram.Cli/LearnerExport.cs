using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Export;
using Engram.Durable.Storage;
using Engram.Onnx;

namespace Engram.Cli;

/// <summary>The version of a learner that answers, for other programs.</summary>
internal static class LearnerExport
{
    /// <summary>Writes it by the ending of the file.</summary>
    /// <returns>The files that were written.</returns>
    /// <exception cref="EngramException">The ending is none of these, the version cannot be written so, or a file cannot be written.</exception>
    public static IReadOnlyList<string> Write(DurableLearner learner, string path)
    {
        string card = Path.ChangeExtension(path, ".md");
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".onnx":
                OnnxExport.Write(learner.Served().Predictor, path, Options(learner));
                return [path];
            case ".safetensors":
                SafeTensorsExport.Write(learner.Served().Predictor, path);
                AtomicFile.Write(card, Card(learner, [Path.GetFileName(path)]));
                return [path, card];
            case ".md":
                AtomicFile.Write(path, Card(learner, []));
                return [path];
            default:
                throw EngramException.Input("unknown-format", $"'{path}' ends in none of .onnx, .safetensors and .md; the ending says what is written.");
        }
    }

    private static OnnxOptions Options(DurableLearner learner)
    {
        LearnerInputs inputs = learner.Inputs();
        KnownInputs known = learner.Served().Known;
        return new()
        {
            Form = inputs.Features is null ? inputs.Form : null, Features = inputs.Features, MostDistance = known.MostDistance, LeastProbability = known.LeastProbability,
            Metadata = new Dictionary<string, string> { ["learner"] = Path.GetFileNameWithoutExtension(learner.Address), ["version"] = $"{learner.Version}" },
        };
    }

    private static string Card(DurableLearner learner, IReadOnlyList<string> files)
    {
        LearnerHistory history = learner.History();
        KnownInputs known = learner.Served().Known;
        LearnerInputs inputs = learner.Inputs();
        HashSet<string> learned = [.. history.Classes.Where(one => one.IsKnown).Select(one => one.Name)];
        HashSet<int> line = [.. history.Versions.First(version => version.Number == learner.Version).Row.Keys];
        return learner.File.Store.Read(reader => ModelCard.Of(new()
        {
            IsCalibrated = learner.Served().Predictor.Temperature != 1,
            Name = Path.GetFileNameWithoutExtension(learner.Address), Learner = reader.Learner()!, Version = learner.Version, Versions = reader.Versions(), Lessons = [.. reader.Lessons().Where(lesson => line.Contains(lesson.Number) || lesson.Forgotten is not null)], Classes = [.. reader.Classes().Where(one => learned.Contains(one.Name))], Matrix = reader.Matrix(),
            Method = NameOf(learner, history.Method), Inputs = history.Inputs, Features = inputs.Features is null ? null : inputs.ToJson()["network"]?.ToString(),
            Verdicts = history.Versions.ToDictionary(version => version.Number, version => version.Verdict.Sentence),
            Forgetting = Forgotten(history), MostDistance = known.MostDistance, LeastProbability = known.LeastProbability, Kept = KeptWords(history.Options.Keep), Files = files,
        }));
    }

    private static string NameOf(DurableLearner learner, string method) => learner.File.Learners.Methods.Find(method).Attribute is var attribute && attribute.Name.Length > 0 ? attribute.Name : attribute.Id;

    private static Dictionary<string, string> Forgotten(LearnerHistory history)
    {
        Dictionary<string, string> words = [];
        foreach (PastEvent one in history.Events.Where(one => one.What == "forget"))
        {
            JsonObject detail = JsonNode.Parse(one.Detail)!.AsObject();
            foreach (PastLesson lesson in history.Lessons.Where(lesson => lesson.Forgotten is not null && detail["lessons"]?.AsArray().Any(name => name?.ToString() == lesson.Name) == true))
                words[lesson.Name] = detail["sentence"]?.ToString() ?? "";
        }
        return words;
    }

    private static string KeptWords(Keep keep) => keep switch
    {
        Keep.Features => "The learner's file keeps the samples it was learned from and those held out, as the learner sees them.",
        Keep.Tests => "The learner's file keeps held-out samples, as the learner sees them, and none that it was learned from.",
        _ => "The learner's file keeps no samples.",
    };
}
