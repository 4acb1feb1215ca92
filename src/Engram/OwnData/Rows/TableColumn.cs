namespace Engram.OwnData.Rows;

/// <summary>What a column is for.</summary>
internal enum ColumnRole
{
    /// <summary>Part of the input.</summary>
    Input,

    /// <summary>Names the class.</summary>
    Label,

    /// <summary>Names the task.</summary>
    Task,

    /// <summary>Says train, validation or test.</summary>
    Split,

    /// <summary>The text that is the whole input.</summary>
    Text,

    /// <summary>Not read.</summary>
    LeftOut,
}

/// <summary>What the values of an input column are.</summary>
internal enum ColumnKind
{
    /// <summary>None has come yet.</summary>
    Undecided,

    /// <summary>Numbers that 32 bits tell apart.</summary>
    Number,

    /// <summary>Numbers far from zero and close together, in 64 bits.</summary>
    WideNumber,

    /// <summary>Dates, as days.</summary>
    Date,

    /// <summary>Names.</summary>
    Text,
}

/// <summary>One column of a table while it is read and afterwards.</summary>
/// <param name="name">As the table has it.</param>
/// <param name="role">What it is for.</param>
/// <param name="reason">Why it is left out, if it is.</param>
internal sealed class TableColumn(string name, ColumnRole role, string reason = "")
{
    /// <summary>Most values of a text column that are told apart by name; a column with more is one of ids or names.</summary>
    public const int MostCategories = 256;

    private const int MostKept = 1000, FewAnyway = 10;

    private readonly Dictionary<string, ulong> identities = [];
    private bool hasMore;

    /// <summary>As the table has it.</summary>
    public string Name { get; } = name;

    /// <summary>What it is for.</summary>
    public ColumnRole Role { get; } = role;

    /// <summary>Why it is left out.</summary>
    public string Reason { get; } = reason;

    /// <summary>What tells its name from others in a content hash.</summary>
    public ulong NameHash { get; } = Cell.Hash(name);

    /// <summary>What its values are.</summary>
    public ColumnKind Kind { get; set; }

    /// <summary>Where a value lies in a row.</summary>
    public int Offset { get; set; }

    /// <summary>How many records have no value.</summary>
    public int Missing { get; set; }

    /// <summary>Texts that are numbers, numbers with a comma, and all others.</summary>
    public (int Numbers, int WithComma, int Others) Texts { get; private set; }

    /// <summary>The first text that is no number, and where; empty where there is none.</summary>
    public string FirstOther { get; private set; } = "";

    /// <summary>Whether numbers are its values.</summary>
    public bool IsNumber => Kind is ColumnKind.Number or ColumnKind.WideNumber;

    /// <summary>Bytes of a value in a row.</summary>
    public int Size => Kind == ColumnKind.Number ? sizeof(float) : sizeof(double);

    /// <summary>The different texts, by first sight.</summary>
    public IReadOnlyCollection<string> Values => identities.Keys;

    /// <summary>Whether its texts are few enough to be categories: at most 256, each of them twice on average; up to ten where any comes twice.</summary>
    /// <param name="records">Records of the table.</param>
    public bool IsCategory(int records) => Kind == ColumnKind.Text && !hasMore && identities.Count <= MostCategories
        && (2 * identities.Count <= records - Missing || identities.Count <= FewAnyway && identities.Count < records - Missing);

    /// <summary>Its different texts in words: a number, or more than that many.</summary>
    public string Different => hasMore ? $"more than {MostKept}" : $"{identities.Count}";

    /// <summary>The identity of a text, which is counted.</summary>
    /// <param name="text">Trimmed and not missing.</param>
    /// <param name="places">Where rows are.</param>
    /// <param name="row">The row of the text.</param>
    public ulong Identify(ReadOnlySpan<char> text, RowPlaces places, int row)
    {
        if (Cell.IsNumber(text, out _)) Texts = Texts with { Numbers = Texts.Numbers + 1 };
        else
        {
            Texts = Cell.HasDecimalComma(text) ? Texts with { WithComma = Texts.WithComma + 1 } : Texts with { Others = Texts.Others + 1 };
            if (FirstOther.Length == 0) FirstOther = $"'{Quote.Of(text)}' in {places.Where(row)}";
        }
        var known = identities.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out ulong identity)) return identity;
        identity = Cell.IdentityOf(text);
        if (identities.Count < MostKept) known[text] = identity;
        else hasMore = true;
        return identity;
    }

    /// <summary>The text of an identity, where it is one of those kept.</summary>
    public string? TextOf(ulong identity) => identities.FirstOrDefault(pair => pair.Value == identity).Key;
}
