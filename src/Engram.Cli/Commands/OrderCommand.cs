using System.CommandLine;
using System.Globalization;
using Engram.Cli.Runners;
using Engram.Experiments;
using Engram.TaskOrder;

namespace Engram.Cli.Commands;

/// <summary><c>engram order STREAM --method M</c>: in which order the tasks should be learned, and whether it matters.</summary>
internal static class OrderCommand
{
    public static Command Create()
    {
        Option<string?> method = new("--method") { HelpName = "ID", Description = "how forgetting is fought ('engram methods' lists them) [default: fine-tuning]" };
        Option<int> seeds = GlobalOptions.WholeNumber("--seeds", 1, 3, "seeds, counted up from --seed; orders are compared seed by seed");
        Option<int?> budget = GlobalOptions.OptionalWholeNumber("--budget", 1, $"most runs; orders are searched where not all fit [default: all orders of up to {OrderPlan.MostTasksForAll} tasks, else {OrderPlan.StandardBudget} runs]");
        Option<double?> minutes = new("--minutes")
        {
            HelpName = "M",
            Description = "most minutes to search, in place of --budget",
            CustomParser = argument =>
            {
                string text = argument.Tokens[^1].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)) return value;
                argument.AddError($"--minutes is '{text}' but must be a number > 0.");
                return null;
            },
        };
        method.Offering(Completions.Methods);
        RunOptions options = new("runs/order-STREAM-METHOD; the same again goes on in it");
        CommandWithNotes command = new("order", "learn the tasks in different orders, and say which order is best and whether it matters", (writer, width) => RunOptions.WriteNotes(writer, width,
            "engram order two-image-tasks-digits",
            "engram order rotated-mnist --tasks 4 --method ewc --seeds 5 --jobs 2",
            "engram order permuted-digits --tasks 8 --budget 60")) { method, seeds, budget, minutes };
        RunnerOptions runner = new();
        runner.AddTo(command);
        options.AddTo(command);
        command.SetAction(parse =>
        {
            OrderSession session = new(new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), runner.Choice(parse));
            RunConfigBuilder builder = new(session.Catalogs, options.Stream(parse), parse.GetValue(method), options.Network(parse), options.Config(parse));
            foreach (var (path, text) in options.Settings(parse)) builder.Set(path, text);
            session.Begin(new() { Config = session.Counted(builder.Build()), Seeds = parse.GetValue(seeds), Budget = parse.GetValue(budget), Minutes = parse.GetValue(minutes) },
                options.Output(parse), OutputFolder.Typed(parse.Tokens.Select(token => token.Value)));
        });
        return command;
    }
}
