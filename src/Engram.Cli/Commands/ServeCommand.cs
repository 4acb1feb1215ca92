using System.CommandLine;
using Engram.Server;

namespace Engram.Cli.Commands;

/// <summary><c>engram serve ENGRAM</c>: answers over HTTP from the current version, and learns beside that.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Argument<string[]> engrams = new("ENGRAM") { Arity = ArgumentArity.OneOrMore, Description = "files of learners, made by their first lesson where they are not there; a folder of them; or postgres://user:password@host/database/name" };
        Option<string> urls = new("--urls") { HelpName = "URL", Description = "where to listen, such as http://127.0.0.1:8080; other machines only where every learner has keys", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        Option<string?> lessons = new("--lessons") { HelpName = "DIR", Description = "folder whose files and folders may be named as lessons [default: none, uploads only]" };
        Option<string[]> set = new("--set") { HelpName = "NAME=VALUE", Description = "any other setting of the server, such as MostWaiting=4096 or AnswersRemembered=0; repeatable" };
        CommandWithNotes command = new("serve", "answer over HTTP, learn beside it, and show both on a page", (writer, width) =>
            RunOptions.WriteExamples(writer, "engram serve line3.engram", "engram serve learners/ --urls http://127.0.0.1:9000 --lessons photos", "engram serve line3.engram --set LearnFrom:line3=inbox"))
        {
            engrams, urls, lessons, set,
        };
        command.SetAction((parse, cancellation) =>
        {
            Dictionary<string, string?> settings = new() { [$"{ServerOptions.Section}:Data"] = parse.GetValue(lessons) };
            foreach (var (path, value) in RunOptions.Pairs(parse.GetValue(set) ?? [])) settings[$"{ServerOptions.Section}:{path}"] = value;
            return EngramServer.Run([.. parse.GetRequiredValue(engrams).Select(address => LearnerSource.Of(address, Workbench.Assemblies))], parse.GetRequiredValue(urls), settings, parse.GetValue(GlobalOptions.Quiet), cancellation);
        });
        return command;
    }
}
