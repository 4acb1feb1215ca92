namespace Engram.Streams;

/// <summary>Several sets read as one.</summary>
public sealed class UnionSamples : Samples
{
    private readonly Samples[] parts;
    private readonly int[] firstOfPart;

    /// <summary>Joins sets of equal input shape and equal targets.</summary>
    /// <exception cref="ArgumentException">There is no part, or they differ.</exception>
    public UnionSamples(IEnumerable<Samples> parts)
    {
        this.parts = [.. parts];
        if (this.parts.Length == 0) throw new ArgumentException("A union needs at least one part.", nameof(parts));
        firstOfPart = new int[this.parts.Length];
        int count = 0;
        for (int part = 0; part < this.parts.Length; part++)
        {
            if (!this.parts[part].InputShape.SequenceEqual(this.parts[0].InputShape))
                throw new ArgumentException($"Part {part} has inputs of shape [{string.Join(", ", this.parts[part].InputShape)}], part 0 of [{string.Join(", ", this.parts[0].InputShape)}].", nameof(parts));
            if (this.parts[part].TargetNumbers != this.parts[0].TargetNumbers)
                throw new ArgumentException($"Part {part} has {this.parts[part].TargetNumbers} numbers to a target, part 0 {this.parts[0].TargetNumbers}.", nameof(parts));
            firstOfPart[part] = count;
            count += this.parts[part].Count;
        }
        Count = count;
        Lessons = [.. this.parts.SelectMany(part => part.Lessons).Distinct()];
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => parts[0].InputShape;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; }

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input)
    {
        int part = PartOf(sample);
        parts[part].Read(sample - firstOfPart[part], input);
    }

    /// <inheritdoc/>
    internal override void Expect(int sample)
    {
        int part = PartOf(sample);
        parts[part].Expect(sample - firstOfPart[part]);
    }

    /// <inheritdoc/>
    public override string? Text(int sample)
    {
        int part = PartOf(sample);
        return parts[part].Text(sample - firstOfPart[part]);
    }

    /// <inheritdoc/>
    public override UInt128 ContentHash(int sample)
    {
        int part = PartOf(sample);
        return parts[part].ContentHash(sample - firstOfPart[part]);
    }

    /// <inheritdoc/>
    public override int Target(int sample)
    {
        int part = PartOf(sample);
        return parts[part].Target(sample - firstOfPart[part]);
    }

    /// <inheritdoc/>
    public override int TargetNumbers => parts[0].TargetNumbers;

    /// <inheritdoc/>
    public override void ReadTarget(int sample, Span<float> numbers)
    {
        int part = PartOf(sample);
        parts[part].ReadTarget(sample - firstOfPart[part], numbers);
    }

    /// <inheritdoc/>
    public override int Task(int sample)
    {
        int part = PartOf(sample);
        return parts[part].Task(sample - firstOfPart[part]);
    }

    private int PartOf(int sample)
    {
        int found = Array.BinarySearch(firstOfPart, sample), part = found >= 0 ? found : ~found - 1;
        while (part + 1 < parts.Length && firstOfPart[part + 1] <= sample) part++; // an empty part begins where the next one does
        return part;
    }
}
