using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Durable;
using Engram.Durable.Access;

namespace Engram.Cli.Commands;

/// <summary><c>engram keys add|list|revoke ENGRAM</c>: who may do what with a learner over a network.</summary>
internal static class KeysCommand
{
    public static Command Create() => new Command("keys", "say who may ask, teach or administer a learner over a network") { CreateAdd(), CreateList(), CreateRevoke() };

    private static CommandWithNotes CreateAdd()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Option<string> role = new("--role") { HelpName = "ROLE", Required = true, Description = "read (ask), learn (and teach) or admin (and all else)" };
        Option<string?> name = new("--name") { HelpName = "NAME", Description = "as people call it [default: the role, with a number where there is one of that name]" };
        Option<bool> create = new("--create") { Description = "make the file where it is not there; it learns later" };
        CommandWithNotes command = new("add", "add a key; its secret is shown once, alone on standard output",
            (writer, _) => RunOptions.WriteExamples(writer, "engram keys add line3.engram --role learn --name 'camera 2'")) { engram, role.Offering(Roles), name, create };
        command.SetAction(parse =>
        {
            AccessRole wanted = RoleOf(parse.GetRequiredValue(role));
            using DurableLearner learner = parse.GetValue(create) ? DurableLearner.OpenOrCreate(parse.GetRequiredValue(engram), new() { Assemblies = Workbench.Assemblies }) : LearnerAccess.Open(parse, engram);
            NewKey added = learner.AddKey(parse.GetValue(name) ?? FreeName(learner, wanted), wanted);
            JsonObject document = Settings.ToJson(added.Key);
            document["secret"] = added.Secret;
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(document);
            else Console.WriteLine(added.Secret);
            Terminal.Note($"Key '{added.Key.Name}' ({added.Key.Id}) may {Settings.Show(added.Key.Role)}. This is the only time that its secret is shown.");
        });
        return command;
    }

    private static CommandWithNotes CreateList()
    {
        Argument<string> engram = LearnerAccess.Argument();
        CommandWithNotes command = new("list", "list the keys, without their secrets", (writer, _) => RunOptions.WriteExamples(writer, "engram keys list line3.engram")) { engram };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            IReadOnlyList<AccessKey> keys = learner.Keys();
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonArray([.. keys.Select(key => (JsonNode)Settings.ToJson(key))]));
            else if (keys.Count == 0) Console.WriteLine("There are no keys. Add one with engram keys add.");
            else TextColumns.Write(Console.Out, [.. keys.Select(Row)], TextColumns.Width, indent: "");
        });
        return command;
    }

    private static CommandWithNotes CreateRevoke()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<string> key = new("KEY") { Description = "its id or name ('engram keys list' shows them)" };
        CommandWithNotes command = new("revoke", "revoke a key for good", (writer, _) => RunOptions.WriteExamples(writer, "engram keys revoke line3.engram 'camera 2'")) { engram, key };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            AccessKey revoked = learner.RevokeKey(parse.GetRequiredValue(key));
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(revoked));
            else Console.WriteLine($"Key '{revoked.Name}' ({revoked.Id}) is revoked.");
        });
        return command;
    }

    private static string[] Row(AccessKey key) =>
        [key.Id, Settings.Show(key.Role), $"{key.Created:yyyy-MM-dd}", $"{key.Name}{(key.Revoked is { } day ? $" (revoked {day:yyyy-MM-dd})" : "")}"];

    private static IEnumerable<string> Roles() => Enum.GetValues<AccessRole>().Select(role => Settings.Show(role));

    private static AccessRole RoleOf(string text) => Enum.GetValues<AccessRole>().Where(role => Settings.Show(role) == text).Cast<AccessRole?>().FirstOrDefault()
        ?? throw EngramException.Input("wrong-usage", $"--role is '{Quote.Of(text)}' but must be one of {string.Join(", ", Roles())}.");

    private static string FreeName(DurableLearner learner, AccessRole role)
    {
        HashSet<string> taken = [.. learner.Keys().Where(key => key.Revoked is null).Select(key => key.Name)];
        string own = Settings.Show(role), free = own;
        for (int number = 2; taken.Contains(free); number++) free = $"{own} {number}";
        return free;
    }
}
