using System.CommandLine;
using Engram.Cli.Runners;
using Engram.Experiments;

namespace Engram.Cli.Commands;

/// <summary><c>engram run STREAM</c>: learns the tasks of a stream one after another.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string?> method = new("--method") { HelpName = "ID", Description = "how forgetting is fought, or several ways at once, such as ewc+si ('engram methods' lists them) [default: fine-tuning]" };
        method.Offering(Completions.Methods);
        RunOptions options = new();
        CommandWithNotes command = new("run", "learn the tasks of a stream one after another with one method", (writer, width) => RunOptions.WriteNotes(writer, width,
            "engram run permuted-digits --method ewc",
            "engram run split-mnist --scenario class --method ewc --set method.lambda=100 --epochs 2",
            "engram run --config runs/permuted-digits-ewc-seed1/config.json --seed 2")) { method };
        options.AddTo(command);
        command.SetAction(parse =>
        {
            RunSession session = new(new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), RunnerChoice.Threads(1));
            RunConfigBuilder builder = new(session.Catalogs, options.Stream(parse), parse.GetValue(method), options.Network(parse), options.Config(parse));
            foreach (var (path, text) in options.Settings(parse)) builder.Set(path, text);
            session.Begin(builder.Build(), options.Output(parse));
        });
        return command;
    }
}
