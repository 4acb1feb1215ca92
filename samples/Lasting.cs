using Engram;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Training;

namespace EngramSamples;

/// <summary>A model that goes on learning in program after program, with classes nobody knew of at first, and answers without the data it learned from.</summary>
public static class Lasting
{
    private static readonly LearnerConfig Config = new()
    {
        Method = new("replay", new ExperienceReplay.Options { Memory = new() { Samples = 200 } }),
        Network = new("mlp", new Mlp.Options { Hidden = [32] }),
        Training = new() { Iterations = 300, Batch = 32, LearningRate = 0.005 },
    };

    /// <summary>Learns one more task; the file holds all there is.</summary>
    public static void Teach(string file, string task, float[][] measurements, string[] names)
    {
        using Learner learner = File.Exists(file) ? Learner.Load(file) : new(Config);
        learner.Learn(task, measurements, names);
        learner.Save(file);
    }

    /// <summary>Names what was measured, eight at a time.</summary>
    public static string[] Name(string file, float[][] measurements)
    {
        using Learner learner = Learner.Load(file);
        using Predictor predictor = learner.ToPredictor();
        return [.. measurements.AsParallel().AsOrdered().WithDegreeOfParallelism(8).Select(one => predictor.Predict(one).Label)];
    }
}
