using System.Text;

namespace Engram;

/// <summary>What the user gave, as an error shows it: on one line and short, however long it is and whatever it holds.</summary>
public static class Quote
{
    /// <summary>Most letters shown of a value.</summary>
    public const int Most = 80;

    /// <summary>The value itself where it is short and printable; else its beginning, with its length, and a question mark for what cannot be shown.</summary>
    public static string Of(ReadOnlySpan<char> value, int most = Most)
    {
        int cut = value.Length > most ? most : value.Length;
        StringBuilder shown = new(cut + 40);
        for (int i = 0; i < cut; i++)
        {
            bool isPair = i + 1 < cut && char.IsSurrogatePair(value[i], value[i + 1]);
            if (isPair) shown.Append(value[i++]).Append(value[i]);
            else shown.Append(char.IsControl(value[i]) || char.IsSurrogate(value[i]) ? '?' : value[i]);
        }
        return cut < value.Length ? shown.Append($"... ({value.Length} letters)").ToString() : shown.ToString();
    }
}
