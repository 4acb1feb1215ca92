using System.Text;

namespace Engram.OwnData.Rows;

/// <summary>Texts as UTF-8, one after the other in blocks.</summary>
internal sealed class TextStore
{
    private const int Block = 1 << 20;

    private readonly List<byte[]> blocks = [];
    private readonly List<(int Block, int Start, int Length)> places = [];
    private int free;

    /// <summary>How many texts there are.</summary>
    public int Count => places.Count;

    /// <summary>Adds a text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (blocks.Count == 0 || blocks[^1].Length - free < length)
        {
            blocks.Add(new byte[Math.Max(Block, length)]);
            free = 0;
        }
        Encoding.UTF8.GetBytes(text, blocks[^1].AsSpan(free));
        places.Add((blocks.Count - 1, free, length));
        free += length;
    }

    /// <summary>The bytes of a text.</summary>
    public ReadOnlySpan<byte> this[int text] => blocks[places[text].Block].AsSpan(places[text].Start, places[text].Length);
}
