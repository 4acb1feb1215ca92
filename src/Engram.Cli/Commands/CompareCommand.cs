using System.CommandLine;
using Engram.Cli.Runners;
using Engram.Experiments;

namespace Engram.Cli.Commands;

/// <summary><c>engram compare STREAM --methods a,b,c</c>: the same tasks with several methods and seeds, side by side.</summary>
internal static class CompareCommand
{
    private const int StandardSeeds = 5;

    public static Command Create()
    {
        Option<string[]> methods = new("--methods")
        {
            HelpName = "ID,ID,..", Description = "methods, each with settings of its own if wanted: fine-tuning,ewc:lambda=10,ewc:lambda=100",
            CustomParser = argument =>
            [
                .. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            ],
        };
        methods.Offering(Completions.Methods);
        Option<int> seeds = GlobalOptions.WholeNumber("--seeds", 1, StandardSeeds, "runs per method, with seeds counted up from --seed; below 5 only large differences show");
        Option<int?> course = GlobalOptions.OptionalWholeNumber("--course", 1, "number of the task whose course through all tasks the page draws by itself [default: 1]");
        RunOptions options = new();
        CommandWithNotes command = new("compare", "learn the same tasks with several methods and seeds, and say which keeps more", (writer, width) => RunOptions.WriteNotes(writer, width,
            "engram compare permuted-digits --methods fine-tuning,ewc,joint",
            "engram compare split-mnist --methods ewc:lambda=10,ewc:lambda=1000 --seeds 5 --jobs 2",
            "engram compare permuted-mnist --methods l2,ewc --set method.lambda=100 --set ewc.estimator=empirical")) { methods, seeds, course };
        RunnerOptions runner = new();
        runner.AddTo(command);
        options.AddTo(command);
        command.SetAction(parse =>
        {
            ComparisonSession session = new(new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), runner.Choice(parse));
            ComparisonPlan plan = ComparisonPlan.Make(session.Catalogs, options.Stream(parse), parse.GetValue(methods) ?? [], parse.GetValue(seeds),
                options.Network(parse), options.Config(parse), options.Settings(parse));
            plan.Json["command"] = OutputFolder.Typed(parse.Tokens.Select(token => token.Value));
            if (parse.GetValue(course) is { } task) plan.Json[ComparisonSession.Course] = task;
            session.Begin(plan, options.Output(parse));
        });
        return command;
    }
}
