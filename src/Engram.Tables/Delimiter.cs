namespace Engram.Tables;

/// <summary>Finds what separates the values of a table: what cuts its first lines into equally many pieces, of those that cut the first one at all.</summary>
internal static class Delimiter
{
    private const int MostLines = 20;
    private const string Likely = ",;\t|", Possible = ":^~! ";

    /// <summary>The delimiter; a comma where nothing separates anything.</summary>
    /// <param name="text">Beginning of the file.</param>
    /// <param name="isAll">Whether that is the whole file; the last line may else be cut.</param>
    public static char In(ReadOnlySpan<char> text, bool isAll)
    {
        foreach (string candidates in (string[])[Likely, Possible])
        {
            char best = '\0';
            (double Share, int Pieces) most = (0, 0);
            foreach (char candidate in candidates)
            {
                (double Share, int Pieces) found = Cuts(text, candidate, isAll);
                if (found.Pieces > 1 && found.CompareTo(most) > 0) (best, most) = (candidate, found);
            }
            if (best != '\0' && (candidates == Likely || most.Share == 1)) return best;
        }
        return ',';
    }

    // How many of the first lines have as many pieces as the very first, and how many these are; quoted delimiters and line breaks do not count.
    private static (double Share, int Pieces) Cuts(ReadOnlySpan<char> text, char candidate, bool isAll)
    {
        int lines = 0, equal = 0, pieces = 1, firstPieces = 0, letters = 0;
        bool isQuoted = false;
        foreach (char letter in text)
        {
            if (letter == '"') isQuoted = !isQuoted;
            else if (!isQuoted && letter == candidate) pieces++;
            else if (!isQuoted && letter is '\n' or '\r')
            {
                EndLine();
                if (lines == MostLines) break;
                continue;
            }
            letters++;
        }
        if (isAll || lines == 0) EndLine();
        return (lines == 0 ? 0 : (double)equal / lines, firstPieces);

        void EndLine()
        {
            if (letters > 0)
            {
                if (lines == 0) firstPieces = pieces;
                if (pieces == firstPieces) equal++;
                lines++;
            }
            (pieces, letters) = (1, 0);
        }
    }
}
