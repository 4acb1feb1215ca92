using Engram.Reports;
using Engram.TaskOrder;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What a study of affinities prints: the gains, and which tasks to supervise.</summary>
internal static class AffinitySummary
{
    public static void Write(Terminal terminal, AffinityStudy study)
    {
        IAnsiConsole console = terminal.Results;
        console.WriteFaint($"{study.Stream}: gain of the task in a column from the encoder of the task in a row, in %");
        console.WriteFaint($"0 is a random encoder, 100 full training; {study.Samples} samples, {study.Seeds.Length} {(study.Seeds.Length == 1 ? "seed" : "seeds")}");
        Table table = Look.NewTable();
        table.AddColumn(Look.Column("source"));
        for (int task = 0; task < study.Tasks.Length; task++) table.AddColumn(Look.Column($"{study.Numbers[task]}", Justify.Right));
        for (int source = 0; source < study.Tasks.Length; source++)
            table.AddRow([new Text(Words.Numbered(study.Tasks[source], study.Numbers[source] - 1)), .. Enumerable.Range(0, study.Tasks.Length).Select(target => new Text(Figures.Sentence(Words.Gain(study.TransferOf(target, source)) ?? "-", terminal.PlusMinus)))]);
        AddAccuracies("accuracy, random", study.RandomEncoder);
        AddAccuracies("accuracy, full", study.FullTraining);
        console.Write(table);
        console.WriteFaint(Words.Brackets);
        if (study.Chosen() is { } chosen)
        {
            console.WriteLine();
            console.WriteFaint($"with {chosen.Tasks.Length} supervised{(study.SupportsChoice() ? "" : ", though no read-out is better than a random encoder's beyond chance")}:");
            foreach (TransferEdge edge in chosen.Edges.Where(edge => edge.Sources is not [var one] || one != edge.Target))
                console.WriteLine($"  {string.Join(" and ", edge.Sources.Select(source => study.Tasks[source]))} -> {study.Tasks[edge.Target]}");
        }
        console.WriteLine();
        console.WriteLine(Figures.Sentence(study.Verdict, terminal.PlusMinus));

        void AddAccuracies(string name, Evaluation.SampleStatistics[] values) => table.AddRow([new Text(name, Look.Faint), .. values.Select(value => new Text(Figures.Percent(value.Mean), Look.Faint))]);
    }
}
