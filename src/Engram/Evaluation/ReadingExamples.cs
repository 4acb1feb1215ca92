using Engram.Methods;
using Engram.Streams;

namespace Engram.Evaluation;

/// <summary>
/// A few test questions, rightly and wrongly answered, with what was said and how strongly the network looked at each statement: for streams
/// with a language and networks that look.
/// </summary>
public static class ReadingExamples
{
    private const int OfEachKind = 3, Tried = 40, MostStatements = 10, FewestStatements = 2;

    /// <summary>Up to three right and three wrong answers, each kind from tasks far apart; empty where there is nothing to show.</summary>
    public static IEnumerable<ExhibitTable> Of(TaskStream stream, Questioner questioner)
    {
        if (stream.Language is not { } language) return [];
        List<(int Task, ExhibitTable Table)> right = [], wrong = [];
        foreach (LearningTask task in stream.Tasks)
        {
            (bool hasRight, bool hasWrong) = (false, false);
            float[] input = new float[language.InputShape.Aggregate(1L, (product, size) => product * size)];
            for (int sample = 0; sample < Math.Min(Tried, task.Test.Count) && !(hasRight && hasWrong); sample++)
            {
                task.Test.Read(sample, input);
                string[] statements = [.. language.StatementsOf(input)];
                if (statements.Length is < FewestStatements or > MostStatements) continue;
                Answer answer = questioner.Ask(input, task.Index);
                if (answer.Attention is not { } attention) return [];
                bool isRight = answer.Output == task.Test.Target(sample);
                if (isRight ? hasRight : hasWrong) continue;
                (isRight ? right : wrong).Add((task.Index, Table(task, language, input, statements, answer, attention, task.Test.Target(sample))));
                if (isRight) hasRight = true;
                else hasWrong = true;
            }
        }
        return [.. FarApart(right), .. FarApart(wrong)];
    }

    private static ExhibitTable Table(LearningTask task, StoryLanguage language, float[] input, string[] statements, Answer answer, IReadOnlyList<float[]> attention, int target)
    {
        string given = language.Symbols[answer.Output], wanted = language.Symbols[target], question = language.QuestionOf(input);
        int[] said = [.. Enumerable.Range(0, statements.Length).Reverse()]; // the earliest first
        return new(
            $"{question} {given}{(given == wanted ? ", which is right" : $", but right is {wanted}")}",
            "story", [.. said.Select(i => statements[i])],
            "share of the network's attention", [.. attention.Select((_, look) => $"look {look + 1}")],
            [.. said.Select(i => attention.Select(look => (double?)Math.Clamp(look[i], 0, 1)).ToArray())],
            $"Task {task.Number} ({task.Name}), a question of its test data, asked after the last task: answered '{given}' with a probability of {100 * answer.Probabilities[answer.Output]:0.0} %. What a column lacks of 100 looked at nothing.");
    }

    private static IEnumerable<ExhibitTable> FarApart(List<(int Task, ExhibitTable Table)> found) => found.Count <= OfEachKind ? found.Select(one => one.Table)
        : Enumerable.Range(0, OfEachKind).Select(i => found[i * (found.Count - 1) / (OfEachKind - 1)].Table);
}
