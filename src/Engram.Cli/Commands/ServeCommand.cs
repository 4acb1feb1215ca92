using System.CommandLine;
using Engram.Fleet;
using Engram.Fleet.Web;
using Engram.Server;

namespace Engram.Cli.Commands;

/// <summary><c>engram serve ENGRAM</c>: answers over HTTP from the current version, and learns beside that.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Argument<string[]> engrams = new("ENGRAM") { Arity = ArgumentArity.ZeroOrMore, Description = "files of learners, made by their first lesson where they are not there; a folder of them; or postgres://user:password@host/database/name" };
        Option<string?> cluster = new("--cluster") { HelpName = "ADDRESS", Description = "make this server one of a cluster that serves all learners of postgres://user:password@host/database; needs --set Spool=FOLDER, one for all [default: none]" };
        Option<string> urls = new("--urls") { HelpName = "URL", Description = "where to listen, such as http://127.0.0.1:8080; other machines only where every learner has keys", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        Option<string?> lessons = new("--lessons") { HelpName = "DIR", Description = "folder whose files and folders may be named as lessons [default: none, uploads only]" };
        Option<string[]> set = new("--set") { HelpName = "NAME=VALUE", Description = "any other setting of the server, such as MostWaiting=4096 or AnswersRemembered=0, and of a cluster, such as Fleet:SiloHost=10.0.0.7; repeatable" };
        CommandWithNotes command = new("serve", "answer over HTTP, learn beside it, and show both on a page", (writer, width) =>
            RunOptions.WriteExamples(writer, "engram serve line3.engram", "engram serve learners/ --urls http://127.0.0.1:9000 --lessons photos", "engram serve line3.engram --set LearnFrom:line3=inbox", "engram serve --cluster postgres://engram@10.0.0.2/fleet --set Spool=/mnt/lessons"))
        {
            engrams, cluster, urls, lessons, set,
        };
        command.SetAction((parse, cancellation) =>
        {
            Dictionary<string, string?> settings = new() { [$"{ServerOptions.Section}:Data"] = parse.GetValue(lessons) };
            foreach (var (path, value) in RunOptions.Pairs(parse.GetValue(set) ?? [])) settings[path.StartsWith($"{FleetOptions.Section}:", StringComparison.OrdinalIgnoreCase) ? path : $"{ServerOptions.Section}:{path}"] = value;
            string[] addresses = parse.GetValue(engrams) ?? [];
            string where = parse.GetRequiredValue(urls);
            bool isQuiet = parse.GetValue(GlobalOptions.Quiet);
            if (parse.GetValue(cluster) is { } database)
                return addresses.Length == 0 ? FleetServer.Run(database, where, settings, isQuiet, Workbench.Assemblies, cancellation)
                    : throw EngramException.Input("cluster-and-files", $"A cluster serves the learners of its database, and '{Quote.Of(addresses[0])}' is given besides; serve it by a server of its own.");
            if (addresses.Length == 0) throw EngramException.Input("nothing-to-serve", "Nothing to serve is given; name a file such as line3.engram, a folder of learners, or a database with --cluster.");
            return EngramServer.Run([.. addresses.Select(address => LearnerSource.Of(address, Workbench.Assemblies))], where, settings, isQuiet, cancellation);
        });
        return command;
    }
}
