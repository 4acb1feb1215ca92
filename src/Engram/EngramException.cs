namespace Engram;

/// <summary>Whose turn it is to act on an error; the command turns it into an exit code.</summary>
public enum ErrorKind
{
    /// <summary>The user's input is wrong (a name, a value, a file): exit code 2.</summary>
    Input,

    /// <summary>The input was fine and the work failed (training diverged, disk full): exit code 1.</summary>
    Failure,
}

/// <summary>
/// The one exception that Engram throws on purpose. Its message is one line that says what happened, which value was found
/// and expected, and what to do.
/// </summary>
/// <param name="kind">Whether the input or the work is at fault.</param>
/// <param name="code">A stable, machine-readable word, such as <c>unknown-method</c>.</param>
/// <param name="message">One line: what happened, which value, what was expected, what to do.</param>
/// <param name="innerException">The cause, shown only on request.</param>
public sealed class EngramException(ErrorKind kind, string code, string message, Exception? innerException = null)
    : Exception(Quote.Of(message.ReplaceLineEndings(" "), MostLetters), innerException)
{
    /// <summary>Most letters of a message; a longer one is cut.</summary>
    public const int MostLetters = 2000;

    /// <summary>Whether the input or the work is at fault.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>A stable, machine-readable word for the error.</summary>
    public string Code { get; } = code;

    /// <summary>An error of the user's input (exit code 2).</summary>
    public static EngramException Input(string code, string message, Exception? cause = null) => new(ErrorKind.Input, code, message, cause);

    /// <summary>An error of the work itself (exit code 1).</summary>
    public static EngramException Failure(string code, string message, Exception? cause = null) => new(ErrorKind.Failure, code, message, cause);
}
