using System.Globalization;
using System.Text;

namespace Engram.Datasets;

/// <summary>
/// Reads a file of stories in the form of the bAbI tasks (Weston et al. 2015, arXiv 1502.05698): a line is <c>ID text</c>; IDs count from 1
/// and begin again with each story; a line with two tabs is a question, its answer and the IDs of the statements that support it.
/// </summary>
/// <remarks>
/// Strict: a line that is not of this form is an error with file, line, what was found and what was expected; none is skipped. Words are
/// lower-cased and stand without the stop or question mark at the end; an answer with commas stays one answer.
/// </remarks>
public static class StoryFile
{
    // More than any line and any story of the data sets has, by far; work and memory are bounded by them.
    private const int MostBytes = 10_000, MostLines = 1_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all questions of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What the user should do if it is damaged.</param>
    /// <exception cref="EngramException">The file cannot be read, or a line is not of the form.</exception>
    public static IReadOnlyList<Story> Read(string path, string remedy)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path, remedy);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-read", $"'{path}' cannot be read ({cause.Message.TrimEnd('.')}); {remedy}.", cause);
        }
    }

    /// <summary>Reads all questions of a file's content.</summary>
    /// <param name="content">The bytes: UTF-8, lines ended by LF.</param>
    /// <param name="path">Named in errors.</param>
    /// <param name="remedy">What the user should do if it is damaged.</param>
    /// <exception cref="EngramException">A line is not of the form.</exception>
    public static IReadOnlyList<Story> Parse(ReadOnlySpan<byte> content, string path, string remedy)
    {
        Reader reader = new(path, remedy);
        while (content.Length > 0)
        {
            int end = content.IndexOf((byte)'\n');
            reader.Next(end < 0 ? content : content[..end], isWhole: end >= 0);
            content = end < 0 ? [] : content[(end + 1)..];
        }
        return reader.Finish();
    }

    private sealed class Reader(string path, string remedy)
    {
        private readonly List<Story> stories = [];
        private readonly Dictionary<string, string> words = [];
        // Of the story being read; statementOfId has -1 for the IDs of questions.
        private List<string[]> statements = [];
        private readonly List<(int Before, string[] Question, string Answer, int[] Supporting)> questions = [];
        private List<int> statementOfId = [];
        private bool endsWithQuestion = true;
        private int line;

        public void Next(ReadOnlySpan<byte> bytes, bool isWhole)
        {
            line++;
            if (!isWhole) throw Wrong("it breaks off", "a line feed at the end of every line");
            if (bytes.Length > MostBytes) throw Wrong($"a line of {bytes.Length} bytes was found", $"{MostBytes} at most");
            string text = Decode(bytes);
            int blank = text.IndexOf(' ');
            if (blank < 0 || !IsNumber(text.AsSpan(0, blank), out int id)) throw Wrong($"'{Quote.Of(text)}' was found", "a line 'NUMBER text'");
            if (id == 1) BeginStory();
            else if (id != statementOfId.Count + 1 || line == 1) throw Wrong($"the number {id} was found", line == 1 ? "1" : $"{statementOfId.Count + 1}, or 1 for a new story");
            if (id > MostLines) throw Wrong($"a story of more than {MostLines} lines was found", "a new story before");
            string[] fields = text[(blank + 1)..].Split('\t');
            if (fields.Length == 1) AddStatement(fields[0]);
            else if (fields.Length == 3) AddQuestion(fields);
            else throw Wrong($"{fields.Length - 1} tab{(fields.Length == 2 ? " was" : "s were")} found", "none in a statement, two in a question");
        }

        public IReadOnlyList<Story> Finish()
        {
            if (!endsWithQuestion) throw Wrong("the last story ends with a statement", "a question about it");
            EndStory();
            if (stories.Count == 0) throw Wrong("the file has no question", "at least one");
            return stories;
        }

        private void BeginStory()
        {
            if (!endsWithQuestion) throw Wrong("a new story begins, but the last one ended with a statement", "a question about it");
            EndStory();
            (statements, statementOfId) = ([], []);
        }

        // All questions of a story share its statements, each those before it.
        private void EndStory()
        {
            string[][] all = [.. statements];
            foreach (var (before, question, answer, supporting) in questions) stories.Add(new(new ArraySegment<string[]>(all, 0, before), question, answer, supporting));
            questions.Clear();
        }

        private void AddStatement(string text)
        {
            statementOfId.Add(statements.Count);
            statements.Add(Words(text, '.', "statement"));
            endsWithQuestion = false;
        }

        private void AddQuestion(string[] fields)
        {
            string[] question = Words(fields[0].TrimEnd(' '), '?', "question");
            string answer = fields[1].ToLowerInvariant();
            if (answer.Length == 0 || answer.Split(',').Any(part => !IsWord(part))) throw Wrong($"the answer '{Quote.Of(fields[1])}' was found", "a word, or words with commas between them");
            List<int> supporting = [];
            foreach (string number in fields[2].Split(' '))
            {
                if (!IsNumber(number, out int id) || id > statementOfId.Count || statementOfId[id - 1] < 0)
                    throw Wrong($"'{Quote.Of(number)}' was found among the supporting lines", "numbers of earlier statements of the story with one blank between them");
                supporting.Add(statementOfId[id - 1]);
            }
            questions.Add((statements.Count, question, Known(answer), [.. supporting]));
            statementOfId.Add(-1);
            endsWithQuestion = true;
        }

        private string[] Words(string text, char mark, string kind)
        {
            if (!text.EndsWith(mark)) throw Wrong($"the {kind} '{Quote.Of(text)}' was found", $"a '{mark}' at its end");
            string[] found = text[..^1].ToLowerInvariant().Split(' ');
            if (found.FirstOrDefault(word => !IsWord(word)) is { } wrong) throw Wrong($"'{Quote.Of(wrong)}' was found in the {kind} '{Quote.Of(text)}'", "words of letters with one blank between them");
            return [.. found.Select(Known)];
        }

        private string Known(string word) => words.TryGetValue(word, out string? known) ? known : words[word] = word;

        private string Decode(ReadOnlySpan<byte> bytes)
        {
            try
            {
                return Strict.GetString(bytes);
            }
            catch (DecoderFallbackException cause)
            {
                throw Wrong($"byte {cause.Index + 1} of the line is not UTF-8", "text in UTF-8", cause);
            }
        }

        private EngramException Wrong(string found, string expected, Exception? cause = null) =>
            EngramException.Input("corrupt-data", $"'{path}' is damaged in line {Math.Max(line, 1)}: {found}, {expected} was expected; {remedy}.", cause);

        private static bool IsWord(string text) => text.Length > 0 && text.All(char.IsAsciiLetter);

        private static bool IsNumber(ReadOnlySpan<char> text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0 && text[0] != '0';
    }
}
