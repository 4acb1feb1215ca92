using System.Text;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// A dictionary, and stories as inputs of one shape: [1 + statements, words], the question in row 0, then the statements from the last one
/// said to the earliest, each a row of word numbers from 1 with zeros behind. Statements beyond the rows, the earliest, are left out.
/// </summary>
/// <remarks>Output k stands for word k + 1: words and answers share the dictionary, so that a network can answer with any word it can read.</remarks>
public sealed class StoryLanguage
{
    private readonly Dictionary<string, int> numbers;

    /// <summary>Fixes the dictionary and the shape.</summary>
    /// <param name="symbols">Every word and answer once; the first has number 1 and output 0.</param>
    /// <param name="statements">Most statements, 1 or more.</param>
    /// <param name="words">Most words of a statement or a question, 1 or more.</param>
    public StoryLanguage(IReadOnlyList<string> symbols, int statements, int words)
    {
        (Symbols, Statements, Words) = (symbols, statements, words);
        numbers = symbols.Index().ToDictionary(symbol => symbol.Item, symbol => symbol.Index + 1);
    }

    /// <summary>Every word and answer; output k stands for the k-th.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>Most statements of an input.</summary>
    public int Statements { get; }

    /// <summary>Most words of a statement or a question.</summary>
    public int Words { get; }

    /// <summary>Shape of one input.</summary>
    public IReadOnlyList<long> InputShape => [1 + Statements, Words];

    /// <summary>Numbers of words, from 1.</summary>
    /// <exception cref="EngramException">A word is not in the dictionary, or there are too many.</exception>
    public ushort[] NumbersOf(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || words.Count > Words) throw EngramException.Input("sentence-length", $"'{Quote.Of(string.Join(' ', words))}' has {words.Count} words, 1 to {Words} were expected; say it in fewer words.");
        return [.. words.Select(word => numbers.TryGetValue(word, out int number) ? (ushort)number
            : throw EngramException.Input("unknown-word", $"The network never met the word '{Quote.Of(word)}' of '{Quote.Of(string.Join(' ', words))}'{NearestNames.Suggest(word, numbers.Keys)} It knows {Symbols.Count} words and answers."))];
    }

    /// <summary>Output of an answer.</summary>
    public int OutputOf(string answer) => numbers[answer] - 1;

    /// <summary>Writes a question and what was said before it as one input.</summary>
    /// <param name="question">Word numbers.</param>
    /// <param name="statements">Word numbers of each, the earliest first.</param>
    /// <param name="input">As many numbers as the shape has; every one is written.</param>
    public void Write(ushort[] question, ReadOnlySpan<ushort[]> statements, Span<float> input)
    {
        input.Clear();
        WriteRow(question, input);
        int rows = Math.Min(statements.Length, Statements);
        for (int row = 1; row <= rows; row++) WriteRow(statements[^row], input[(row * Words)..]);
    }

    /// <summary>The question of an input in words.</summary>
    public string QuestionOf(ReadOnlySpan<float> input) => Sentence(input[..Words], '?');

    /// <summary>The statements of an input in words, from the last one said to the earliest.</summary>
    public IReadOnlyList<string> StatementsOf(ReadOnlySpan<float> input)
    {
        List<string> statements = [];
        for (int row = 1; row <= Statements && input[row * Words] > 0; row++) statements.Add(Sentence(input.Slice(row * Words, Words), '.'));
        return statements;
    }

    private string Sentence(ReadOnlySpan<float> row, char end)
    {
        StringBuilder text = new();
        foreach (float number in row)
            if (number > 0) text.Append(text.Length > 0 ? " " : "").Append(Symbols[(int)number - 1]);
        return text.Append(end).ToString();
    }

    private static void WriteRow(ushort[] words, Span<float> row)
    {
        for (int i = 0; i < words.Length; i++) row[i] = words[i];
    }
}
