namespace Engram.Cli;

/// <summary>
/// Lines of a story and questions as somebody types or pipes them: cut to sentences and heard one after another. Who types is asked again
/// after a mistake, with the story so far kept; in a pipe the first mistake is an error.
/// </summary>
/// <param name="hear">Hears a sentence with its mark; true where it was a question.</param>
/// <param name="forget">Begins a new story.</param>
/// <param name="askAgain">Told what is wrong with what was typed; null where nobody types.</param>
internal sealed class Conversation(Func<string, bool> hear, Action forget, Action<string>? askAgain)
{
    /// <summary>Hears all lines.</summary>
    /// <returns>How many questions there were.</returns>
    /// <exception cref="EngramException">Something is wrong with a line that nobody typed.</exception>
    public int Listen(IEnumerable<string> lines)
    {
        int questions = 0;
        foreach (string line in lines)
        {
            if (line.Trim().Length == 0) forget();
            IReadOnlyList<string> sentences = [];
            Try(() => sentences = Sentences(line)); // all of a line or nothing, so that it can be typed anew
            foreach (string sentence in sentences) Try(() => questions += hear(sentence) ? 1 : 0);
        }
        return questions;
    }

    // Numbers at the beginning of a line are those of the published files.
    private static List<string> Sentences(string line)
    {
        List<string> sentences = [];
        string rest = line.TrimStart().TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').Trim();
        while (rest.Length > 0)
        {
            int end = rest.IndexOfAny(['.', '?']);
            if (end < 0) throw EngramException.Input("no-mark", $"'{rest}' ends with neither a stop nor a question mark; end what was said with '.' and what is asked with '?'.");
            sentences.Add(rest[..(end + 1)]);
            rest = rest[(end + 1)..].Trim();
        }
        return sentences;
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (EngramException error) when (askAgain is not null && error.Kind == ErrorKind.Input)
        {
            askAgain(error.Message);
        }
    }
}
