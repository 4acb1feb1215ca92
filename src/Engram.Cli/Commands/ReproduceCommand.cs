using System.CommandLine;
using Engram.Experiments.Recipes;

namespace Engram.Cli.Commands;

/// <summary><c>engram reproduce RECIPE</c>: a published protocol, paper against ours.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        Argument<string> recipe = new("RECIPE") { Description = "id of a recipe ('engram recipes' lists them), or a file ending in .json" };
        recipe.Offering(Completions.Recipes);
        Option<bool> quick = new("--quick") { Description = "the recipe's reduced profile, with conditions of its own in place of bands" };
        Option<int?> seeds = new("--seeds") { HelpName = "N", Description = "runs per row, with seeds counted up from 1 [default: the recipe's own]" };
        seeds.Validators.Add(result =>
        {
            if (!int.TryParse(result.Tokens[^1].Value, out int number) || number < 1) result.AddError($"--seeds is '{result.Tokens[^1].Value}' but must be a whole number >= 1.");
        });
        Option<string[]> rows = new("--rows")
        {
            HelpName = "ID,ID,..", Description = "only these rows; * stands for any part of a name",
            CustomParser = argument => [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        };
        Option<string?> output = new("--out") { HelpName = "DIR", Description = "folder for results; the same folder again goes on in it, also with more rows or seeds [default: runs/reproduce-RECIPE; the same again goes on in it]" };
        CommandWithNotes command = new("reproduce", "run a published protocol and print paper against ours; exit code 1 when something is outside",
            (writer, _) => RunOptions.WriteExamples(writer, "engram reproduce two-image-tasks", "engram reproduce split-mnist-hsu2018 --quick", "engram reproduce split-mnist-hsu2018 --rows ewc-*,offline-* --seeds 10 --out hsu", "engram reproduce ./my-recipe.json"))
        { recipe, quick, seeds, rows, GlobalOptions.Jobs, output, GlobalOptions.Data };
        command.SetAction(parse =>
        {
            ReproductionSession session = new(new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), parse.GetValue(GlobalOptions.Jobs));
            string[]? chosen = parse.GetResult(rows) is null ? null : parse.GetValue(rows);
            return session.Begin(RecipeCatalog.Find(parse.GetRequiredValue(recipe)), new(parse.GetValue(quick), parse.GetValue(seeds), chosen), parse.GetValue(output));
        });
        return command;
    }
}
