using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Methods;

namespace Engram.Experiments;

/// <summary>Times of a run in seconds of wall clock, summed over all its sessions when it was resumed.</summary>
/// <param name="Train">Steps of training.</param>
/// <param name="Consolidate">The method's own work at the beginning and the end of tasks.</param>
/// <param name="Evaluate">Rows of the matrix.</param>
/// <param name="Total">Everything, loading and writing included.</param>
public sealed record RunSeconds(double Train, double Consolidate, double Evaluate, double Total);

/// <summary>One logged step: loss is the mean over the steps since the last logged one.</summary>
/// <param name="Task">Number of the task being learned, from 1.</param>
/// <param name="Epoch">Epoch within the task, from 1.</param>
/// <param name="Step">Step since the beginning of the run, from 1.</param>
/// <param name="Loss">Mean training loss.</param>
public sealed record StepRecord(int Task, int Epoch, long Step, double Loss);

/// <summary>Accuracies on the test data of all tasks at one point of training, for the curves.</summary>
/// <param name="Step">Step since the beginning of the run.</param>
/// <param name="Task">Number of the task being learned; 0 before the first.</param>
/// <param name="Accuracies">One fraction per task.</param>
public sealed record CurvePoint(long Step, int Task, double[] Accuracies);

/// <summary>One growth of the network.</summary>
/// <param name="Task">Number of the task being learned, from 1.</param>
/// <param name="Step">Step since the beginning of the run after which it grew.</param>
/// <param name="From">Units or channels of each hidden layer before.</param>
/// <param name="To">The same afterwards.</param>
public sealed record GrowthRecord(int Task, long Step, int[] From, int[] To);

/// <summary>A sheet of images that the method showed after a task.</summary>
/// <param name="Name">What it shows and after which task.</param>
/// <param name="Png">Bytes of the PNG file.</param>
public sealed record StoredExhibit(string Name, byte[] Png);

/// <summary>All that is known about a finished run: what <c>results.json</c> holds, and what pictures and pages are made from.</summary>
public sealed record RunResult
{
    /// <summary>Version of the file's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Version of Engram that made it.</summary>
    public required string Engram { get; init; }

    /// <summary>What calculated: libtorch's version, and what of it was switched off.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Id of the stream, such as <c>permuted-mnist</c>.</summary>
    public required string Stream { get; init; }

    /// <summary><c>task</c>, <c>domain</c> or <c>class</c>.</summary>
    public required string Scenario { get; init; }

    /// <summary>Id of the method, such as <c>ewc</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Id of the network, such as <c>mlp</c>.</summary>
    public required string Network { get; init; }

    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>One name per task, in the order of learning.</summary>
    public required string[] Tasks { get; init; }

    /// <summary>Accuracy on every task before the first one and after each; complete.</summary>
    public required AccuracyMatrix Matrix { get; init; }

    /// <summary>Cohen's kappa beside every accuracy of the matrix (<see cref="Answering.Answers.Kappa"/>); null where all test samples of a task have one class. Empty where answers are no classes, and in results of versions that did not measure it.</summary>
    public double?[][] Kappa { get; init; } = [];

    /// <summary>Accuracy of guessing, per task (1 / number of competing classes).</summary>
    public required double[] Chance { get; init; }

    /// <summary>Accuracy of always answering the most frequent training class, per task.</summary>
    public required double[] Majority { get; init; }

    /// <summary>Test samples behind each column of the matrix; empty in results of versions that did not count them.</summary>
    public int[] TestSamples { get; init; } = [];

    /// <summary>Numbers made from the matrix, by name; null where a metric has no meaning in this scenario or needs a reference run.</summary>
    public required Dictionary<string, double?> Metrics { get; init; }

    /// <summary>Parameters in use after each task.</summary>
    public required long[] Parameters { get; init; }

    /// <summary>Units or channels of each hidden layer of the network after each task; none where the architecture does not say.</summary>
    public int[][] Widths { get; init; } = [];

    /// <summary>When the network grew, and from what to what.</summary>
    public GrowthRecord[] Growth { get; init; } = [];

    /// <summary>What the method said about the run, such as a limit that was reached.</summary>
    public string[] Remarks { get; init; } = [];

    /// <summary>Bytes the method keeps besides the network, after each task.</summary>
    public required long[] StoredBytes { get; init; }

    /// <summary>Training samples among them, after each task; empty in results of versions that did not count them.</summary>
    public long[] StoredSamples { get; init; } = [];

    /// <summary>Wall clock.</summary>
    public required RunSeconds Seconds { get; init; }

    /// <summary>SHA-256 of the final parameters, in hexadecimal.</summary>
    public required string Weights { get; init; }

    /// <summary>The complete configuration, defaults written out.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Logged steps, evenly thinned to some 2,000; all of them are in <c>steps.csv</c>, none in <c>results.json</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<StepRecord> Steps { get; init; } = [];

    /// <summary>Accuracy of every task over training, evenly thinned to some 2,000 points; all of them are in <c>curves.csv</c>.</summary>
    public required CurvePoint[] Curves { get; init; }

    /// <summary>Z_b: accuracy on a task after its first b steps, mean over the tasks, for b = 0 to <c>training.learningCurve</c>; empty where that is 0.</summary>
    public double[] LearningCurve { get; init; } = [];

    /// <summary>What each output stands for; empty where classes have no names.</summary>
    public string[] Classes { get; init; } = [];

    /// <summary>How inputs were made of a user's own data (<see cref="Streams.TaskStream.Inputs"/>); null for other streams.</summary>
    public JsonObject? Inputs { get; init; }

    /// <summary>Tables that the method showed, each as it was after the last task.</summary>
    public ExhibitTable[] Tables { get; init; } = [];

    /// <summary>Images that the method showed; in the folder <c>exhibits</c>, not in <c>results.json</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<StoredExhibit> Exhibits { get; init; } = [];
}
