using System.Text.RegularExpressions;

namespace Engram.Tests;

/// <summary>What a compiler sees of C#: without comments and the words in texts, but with what stands in the holes of texts.</summary>
internal static partial class CSharpTokens
{
    /// <summary>Names, numbers as 0, texts as "", letters as '', and signs, in order.</summary>
    public static List<string> Of(string code)
    {
        List<string> tokens = [];
        int at = 0;
        Read(code, ref at, tokens, closing: '\0');
        return tokens;
    }

    // Up to the sign that closes a hole, or to the end.
    private static void Read(string code, ref int at, List<string> tokens, char closing)
    {
        int depth = 0;
        while (at < code.Length)
        {
            if (depth == 0 && closing != '\0' && (code[at] == closing || code[at] == ':')) return;
            if (Text().Match(code, at) is { Success: true } text)
            {
                at += text.Length;
                tokens.Add("\"\"");
                ReadText(code, ref at, tokens, holes: text.Groups[1].Length, isVerbatim: text.Value.Contains('@'), quotes: text.Groups[2].Length);
                continue;
            }
            Match match = Token().Match(code, at);
            at += match.Length;
            if (match.Groups[1].Success) continue; // space, comment or directive
            if (match.Value is "(" or "[" or "{") depth++;
            if (match.Value is ")" or "]" or "}") depth--;
            tokens.Add(match.Value[0] is '\'' ? "''" : char.IsAsciiDigit(match.Value[0]) ? "0" : match.Value.TrimStart('@'));
        }
    }

    // The rest of a text whose beginning is read.
    private static void ReadText(string code, ref int at, List<string> tokens, int holes, bool isVerbatim, int quotes)
    {
        string end = new('"', quotes >= 3 ? quotes : 1), hole = new('{', holes);
        if (quotes == 2) return;
        while (at < code.Length && !(string.CompareOrdinal(code, at, end, 0, end.Length) == 0 && !(isVerbatim && quotes == 1 && Next(code, at) == '"')))
        {
            if (code[at] == '\\' && !isVerbatim && quotes == 1) at += 2;
            else if (code[at] == '"' && isVerbatim) at += 2;
            else if (code[at] == '{' && holes == 1 && quotes == 1 && Next(code, at) == '{') at += 2;
            else if (holes > 0 && string.CompareOrdinal(code, at, hole, 0, holes) == 0)
            {
                at += holes;
                tokens.Add("(");
                Read(code, ref at, tokens, '}');
                while (at < code.Length && code[at] != '}') at++; // how the value is written
                at += holes;
                tokens.Add(")");
            }
            else at++;
        }
        at += end.Length;
    }

    private static char Next(string code, int at) => at + 1 < code.Length ? code[at + 1] : '\0';

    [GeneratedRegex(@"\G(\s+|//[^\n]*|/\*.*?\*/|(?<=^[ \t]*)#[^\n]*)|\G(@?[\p{L}_][\p{L}\p{Nd}_]*|\d(?:\w|\.(?=\d))*|'(\\.[^']*|[^\\])'|\.\.|=>|==|!=|<=|>=|::|\?\?|&&|\|\||.)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Token();

    [GeneratedRegex(@"\G@?(\$*)@?(""{3,}|""""(?!"")|"")")]
    private static partial Regex Text();
}
