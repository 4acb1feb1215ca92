using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>
/// All that a method in closed form knows of the samples it has met: how many there were of each class, n_k, their sum s_k and, where wanted, the
/// sum of their outer products x x'. They are plain sums in double precision: the order of samples changes nothing but rounding, two of
/// them can be added, and one taken off another leaves what would be there if its samples had never come.
/// </summary>
/// <remarks>Not thread-safe while samples are added.</remarks>
/// <param name="length">Numbers of one sample, d.</param>
/// <param name="products">Which outer products are wanted.</param>
/// <param name="device">Where to compute.</param>
public sealed class ClassStatistics(long length, OuterProducts products, Device device) : IDisposable
{
    private const int Chunk = 256; // samples of one matrix product
    private const long Block = 256; // largest block of an outer product that is computed as a whole
    private const long FirstRows = 16;

    private readonly Dictionary<int, int> rowOf = [];
    private readonly List<int> classes = [];
    private readonly List<long> counts = [];
    private readonly List<Tensor?> ofEach = []; // outer products of each class, upper triangles
    private Tensor? sums; // [rows, d]; those beyond the classes are 0
    private Tensor? shared; // outer products of all samples, upper triangle

    /// <summary>Numbers of one sample, d.</summary>
    public long Length => length;

    /// <summary>Classes of which there are samples, in no particular order; other members give theirs in the same one.</summary>
    public IReadOnlyList<int> Classes => classes;

    /// <summary>How many samples there are of each class.</summary>
    public IReadOnlyList<long> Counts => counts;

    /// <summary>How many samples there are.</summary>
    public long Count => counts.Sum();

    /// <summary>Bytes of all sums.</summary>
    public long StoredBytes => sizeof(double) * length * (classes.Count + ProductRows) + (sizeof(int) + sizeof(long)) * classes.Count;

    private long ProductRows => products switch
    {
        OuterProducts.Shared => shared is null ? 0 : length,
        OuterProducts.OfEachClass => length * classes.Count,
        _ => 0,
    };

    /// <summary>Adds samples.</summary>
    /// <param name="samples">[samples, d].</param>
    /// <param name="targets">The class of each, [samples], int64.</param>
    public void Add(Tensor samples, Tensor targets)
    {
        using var outer = NewDisposeScope();
        long[] labels = targets.cpu().data<long>().ToArray();
        for (int first = 0; first < labels.Length; first += Chunk)
        {
            using var scope = NewDisposeScope();
            int count = Math.Min(Chunk, labels.Length - first);
            Add(samples.narrow(0, first, count).to(float64), labels.AsSpan(first, count));
        }
    }

    /// <summary>Adds what others counted.</summary>
    public void Add(ClassStatistics others) => AddAll(others, 1);

    /// <summary>Takes off what was added before; a class without samples is forgotten.</summary>
    /// <exception cref="ArgumentException">They have more samples of a class than there are.</exception>
    public void Subtract(ClassStatistics others)
    {
        for (int row = 0; row < others.classes.Count; row++)
            if (!rowOf.TryGetValue(others.classes[row], out int own) || counts[own] < others.counts[row])
                throw new ArgumentException($"There are fewer than the {others.counts[row]} samples of class {others.classes[row]} that are to be taken off.", nameof(others));
        AddAll(others, -1);
        for (int row = classes.Count - 1; row >= 0; row--) if (counts[row] == 0) Remove(row);
        if (classes.Count == 0) Clear();
    }

    /// <summary>Mean of each class, [classes, d], float64; in the caller's scope.</summary>
    public Tensor Means() => Sums().div(Numbers());

    /// <summary>Sum of each class, [classes, d], float64; a view.</summary>
    public Tensor Sums() => sums!.narrow(0, 0, classes.Count);

    /// <summary>Sum of x x' over all samples, [d, d], float64; in the caller's scope.</summary>
    public Tensor Products() => Mirrored(shared!);

    /// <summary>Scatter within the classes: the sum of (x - mean of its class)(x - mean of its class)' over all samples, [d, d], float64; in the caller's scope.</summary>
    public Tensor ScatterWithin()
    {
        Tensor scaled = Sums().div(Numbers().sqrt());
        return Products().addmm_(scaled.t(), scaled, 1, -1);
    }

    /// <summary>The same for classes of their own, [chosen, d, d], float64; in the caller's scope.</summary>
    /// <param name="first">Place of the first one among <see cref="Classes"/>.</param>
    /// <param name="chosen">How many.</param>
    public Tensor ScatterOfClasses(int first, int chosen)
    {
        Tensor own = stack([.. ofEach.Skip(first).Take(chosen).Select(one => one!)]);
        Tensor scaled = Sums().div(Numbers().sqrt()).narrow(0, first, chosen).unsqueeze(2);
        return Mirrored(own).sub_(scaled.bmm(scaled.transpose(1, 2)));
    }

    /// <summary>Declares the sums.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="outputs">How many classes there may be.</param>
    public void Visit(StateBag state, int outputs)
    {
        int[] labels = [.. classes];
        long[] numbers = [.. counts];
        state.Value("classes", ref labels, most: outputs - 1);
        state.Value("counts", ref numbers, least: 1);
        state.Require(labels.Distinct().Count() == labels.Length, "classes", "each class once");
        state.Require(numbers.Length == labels.Length, "counts", "one for each class");
        state.Tensor("sums", ref sums, [StateBag.Any, length], float64);
        state.Require(labels.Length == 0 ? sums is null : sums?.size(0) >= labels.Length, "sums", "a row for each class");
        if (products == OuterProducts.Shared) state.Tensor("products", ref shared, [length, length], float64);
        state.Require(products != OuterProducts.Shared || shared is null == sums is null, "products", "the products of the samples that were added up");
        if (state.IsRestoring) Restore(labels, numbers);
        if (products != OuterProducts.OfEachClass) return;
        for (int row = 0; row < classes.Count; row++)
        {
            Tensor? own = ofEach[row];
            state.Tensor($"products{row}", ref own, [length, length], float64);
            state.Require(own is not null, $"products{row}", "the products of every class");
            ofEach[row] = own;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (Tensor? own in ofEach) own?.Dispose();
        sums?.Dispose();
        shared?.Dispose();
        (sums, shared) = (null, null);
        rowOf.Clear();
        classes.Clear();
        counts.Clear();
        ofEach.Clear();
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose() => Clear();

    private Tensor Numbers() => tensor([.. counts.Select(count => (double)count)], counts.Count, 1, device: device);

    private void Add(Tensor samples, ReadOnlySpan<long> labels)
    {
        long[] rows = new long[labels.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int row = RowOf((int)labels[i]);
            counts[row]++;
            rows[i] = row;
        }
        sums!.AddRows(tensor(rows, device: device), samples);
        if (products == OuterProducts.Shared) AddSquare(shared!, samples);
        else if (products == OuterProducts.OfEachClass)
            foreach (var own in rows.Index().GroupBy(one => one.Item, one => (long)one.Index))
                AddSquare(ofEach[(int)own.Key]!, samples.index_select(0, tensor(own.ToArray(), device: device)));
    }

    private void AddAll(ClassStatistics others, int sign)
    {
        if (others.classes.Count == 0) return;
        using var scope = NewDisposeScope();
        long[] rows = [.. others.classes.Select(label => (long)RowOf(label))];
        sums!.AddRows(tensor(rows, device: device), others.Sums().Times(sign));
        for (int i = 0; i < rows.Length; i++)
        {
            counts[(int)rows[i]] += sign * others.counts[i];
            if (products == OuterProducts.OfEachClass) ofEach[(int)rows[i]]!.Add(others.ofEach[i]!, sign);
        }
        if (products == OuterProducts.Shared) shared!.Add(others.shared!, sign);
    }

    // The row of a class, which gets one where it has none.
    private int RowOf(int label)
    {
        if (rowOf.TryGetValue(label, out int row)) return row;
        Reserve(classes.Count + 1);
        rowOf[label] = row = classes.Count;
        classes.Add(label);
        counts.Add(0);
        ofEach.Add(products == OuterProducts.OfEachClass ? zeros(length, length, dtype: float64, device: device).DetachFromDisposeScope() : null);
        return row;
    }

    // Doubling makes the cost of a class independent of how many there are.
    private void Reserve(long rows)
    {
        if (products == OuterProducts.Shared) shared ??= zeros(length, length, dtype: float64, device: device).DetachFromDisposeScope();
        long before = sums?.size(0) ?? 0;
        if (rows <= before) return;
        Tensor larger = zeros(Math.Max(FirstRows, 2 * before), length, dtype: float64, device: device).DetachFromDisposeScope();
        if (sums is not null)
        {
            using Tensor kept = larger.narrow(0, 0, before);
            kept.copy_(sums).DetachFromDisposeScope();
            sums.Dispose();
        }
        sums = larger;
    }

    // The last row takes the place of one whose samples are all gone; nothing of them stays.
    private void Remove(int row)
    {
        using var scope = NewDisposeScope();
        int last = classes.Count - 1;
        rowOf.Remove(classes[row]);
        ofEach[row]?.Dispose();
        if (row != last)
        {
            sums![row].copy_(sums[last]);
            (classes[row], counts[row], ofEach[row]) = (classes[last], counts[last], ofEach[last]);
            rowOf[classes[row]] = row;
        }
        sums![last].zero_();
        classes.RemoveAt(last);
        counts.RemoveAt(last);
        ofEach.RemoveAt(last);
    }

    private void Restore(int[] labels, long[] numbers)
    {
        foreach (Tensor? own in ofEach) own?.Dispose();
        rowOf.Clear();
        classes.Clear();
        counts.Clear();
        ofEach.Clear();
        for (int row = 0; row < labels.Length; row++) rowOf[labels[row]] = row;
        classes.AddRange(labels);
        counts.AddRange(numbers);
        ofEach.AddRange(new Tensor?[labels.Length]);
    }

    // target += x' x in its upper triangle: blocks below the diagonal are left out, which saves up to half of the work.
    private static void AddSquare(Tensor target, Tensor x)
    {
        long size = x.size(1), half = size / 2;
        if (size <= Block)
        {
            target.addmm_(x.t(), x, 1, 1);
            return;
        }
        Tensor left = x.narrow(1, 0, half), right = x.narrow(1, half, size - half), upper = target.narrow(0, 0, half), lower = target.narrow(0, half, size - half);
        AddSquare(upper.narrow(1, 0, half), left);
        upper.narrow(1, half, size - half).addmm_(left.t(), right, 1, 1);
        AddSquare(lower.narrow(1, half, size - half), right);
    }

    private static Tensor Mirrored(Tensor upper) => upper.triu(0).Add(upper.triu(1).transpose(-2, -1));
}
