using System.Globalization;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Datasets;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.Cli;

/// <summary>
/// A conversation with a run: sentences that end with a stop are added to the story, one that ends with a question mark is answered, an
/// empty line begins a new story.
/// </summary>
internal sealed class AskSession(bool json, string? data)
{
    private readonly Laboratory laboratory = Workbench.Laboratory(data);
    private readonly List<string> story = [];
    private readonly JsonArray answers = [];

    public void Run(string path, int? task)
    {
        var (folder, config) = RunFolder.Open(path, laboratory.Catalogs);
        if (!File.Exists(folder.Checkpoint.Path)) throw EngramException.Input("no-checkpoint", $"'{path}' holds no checkpoint, so there is nothing to answer with; run it first, for example 'engram resume {path}'.");
        TaskStream stream = laboratory.Stream(config);
        if (stream.Language is not { } language)
            throw EngramException.Input("not-readable", $"'{path}' is a run of {config.StreamName} with {config.Network.Id}, which reads no words; name a run of a stream of stories, such as babi.");
        if (task is { } number && (number < 1 || number > stream.Tasks.Count))
            throw EngramException.Input("invalid-task", $"--task is {number} but the run has the tasks 1 to {stream.Tasks.Count}.");
        using Experiment run = laboratory.Open(config, folder);
        bool isTyped = !Console.IsInputRedirected;
        if (isTyped) Terminal.Note("Say what happened, a sentence with a stop in each line, then ask with a question mark. An empty line begins a new story, Ctrl+D ends.");
        Conversation conversation = new(sentence => Hear(sentence, run, language, task), story.Clear, isTyped ? Terminal.Note : null);
        int asked = conversation.Listen(Lines(isTyped));
        if (asked == 0 && !isTyped) throw EngramException.Input("no-question", $"There is no question: {(story.Count == 0 ? "nothing was said" : $"{story.Count} {(story.Count == 1 ? "sentence was" : "sentences were")} said")}, but none ends with a question mark; end with one, such as 'Where is Mary?'.");
        if (json) Terminal.WriteJson(answers);
    }

    private bool Hear(string sentence, Experiment run, StoryLanguage language, int? task)
    {
        string[] words = [.. sentence[..^1].ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)];
        ushort[] numbers = language.NumbersOf(words);
        if (sentence[^1] == '.')
        {
            story.Add(sentence);
            return false;
        }
        float[] input = new float[language.InputShape.Aggregate(1L, (product, size) => product * size)];
        language.Write(numbers, [.. story.Select(said => language.NumbersOf(said[..^1].ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))], input);
        Answer answer = run.Ask(input, task - 1);
        string[] statements = [.. language.StatementsOf(input).Reverse()];
        if (json) answers.Add(ToJson(language, input, answer, statements));
        else Show(language, input, answer, statements);
        return true;
    }

    private static void Show(StoryLanguage language, float[] input, Answer answer, string[] statements)
    {
        Console.WriteLine($"{language.QuestionOf(input)} {language.Symbols[answer.Output]}");
        int[] best = [.. Enumerable.Range(0, answer.Probabilities.Length).OrderByDescending(output => answer.Probabilities[output]).Take(3)];
        Console.WriteLine($"  {string.Join(", ", best.Select(output => $"{language.Symbols[output]} {Percent(answer.Probabilities[output])} %"))}");
        if (answer.Attention is not { } looks || statements.Length == 0) return;
        Console.WriteLine($"  attention in %, a column for each of {looks.Count} looks:");
        for (int i = 0; i < statements.Length; i++)
            Console.WriteLine($"  {string.Concat(looks.Select(look => $"{100 * look[statements.Length - 1 - i],5:0}"))}  {statements[i]}");
    }

    private static JsonObject ToJson(StoryLanguage language, float[] input, Answer answer, string[] statements) => new()
    {
        ["question"] = language.QuestionOf(input),
        ["answer"] = language.Symbols[answer.Output],
        ["probability"] = answer.Probabilities[answer.Output],
        ["statements"] = new JsonArray([.. statements.Select(text => (JsonNode)text)]),
        ["attention"] = answer.Attention is { } looks ? new JsonArray([.. looks.Select(look => (JsonNode)new JsonArray([.. look.Reverse().Select(weight => (JsonNode)weight)]))]) : null,
    };

    private static string Percent(float probability) => (100 * probability).ToString("0.0", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(bool isTyped)
    {
        while (true)
        {
            if (isTyped) Terminal.Prompt();
            if (Console.In.ReadLine() is not { } line) yield break;
            yield return line;
        }
    }
}
