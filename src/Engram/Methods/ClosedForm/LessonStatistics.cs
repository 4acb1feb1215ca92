using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>The statistics of all lessons together and, where a lesson may have to be forgotten, of each of them apart.</summary>
/// <param name="length">Numbers of one sample.</param>
/// <param name="products">Which outer products are wanted.</param>
/// <param name="apart">Whether lessons are kept apart.</param>
/// <param name="device">Where to compute.</param>
public sealed class LessonStatistics(long length, OuterProducts products, bool apart, Device device) : IDisposable
{
    private const int Folded = -1; // stands before all lessons, so that sums are added up in the same order with it and without

    private readonly SortedDictionary<int, ClassStatistics> lessons = []; // one for all of them where they are not kept apart
    private ClassStatistics? all; // the sum of several; null where it must be found anew

    /// <summary>Lessons of which something is kept apart, in ascending order; 0 alone where they are not kept apart.</summary>
    public IReadOnlyCollection<int> Lessons => [.. lessons.Keys.Where(lesson => lesson != Folded)];

    /// <summary>Bytes of what is kept.</summary>
    public long StoredBytes => lessons.Values.Sum(lesson => lesson.StoredBytes);

    /// <summary>The statistics of all lessons; valid until the next change.</summary>
    public ClassStatistics Total
    {
        get
        {
            if (lessons.Count == 1) return lessons.Values.First();
            if (all is not null) return all;
            all = New();
            foreach (ClassStatistics lesson in lessons.Values) all.Add(lesson);
            return all;
        }
    }

    /// <summary>Adds samples of a lesson.</summary>
    /// <param name="lesson">Its index.</param>
    /// <param name="samples">[samples, length].</param>
    /// <param name="targets">[samples], int64.</param>
    public void Add(int lesson, Tensor samples, Tensor targets)
    {
        ForgetTotal();
        if (!apart) lesson = 0;
        if (!lessons.TryGetValue(lesson, out ClassStatistics? own)) lessons[lesson] = own = New();
        own.Add(samples, targets);
    }

    /// <summary>Leaves what would be there if a lesson had never been: the same sums, added up in the same order.</summary>
    /// <param name="lesson">Its index.</param>
    /// <exception cref="EngramException">Lessons are not kept apart.</exception>
    public void Forget(int lesson)
    {
        if (!apart) throw NotApart(lesson);
        ForgetTotal();
        if (lessons.Remove(lesson, out ClassStatistics? own)) own.Dispose();
    }

    /// <summary>The statistics of one lesson; null where there are none or lessons are not kept apart.</summary>
    /// <param name="lesson">Its index.</param>
    public ClassStatistics? Of(int lesson) => apart ? lessons.GetValueOrDefault(lesson) : null;

    /// <summary>Melts all lessons into one sum that stands before those to come.</summary>
    public void Fold()
    {
        if (lessons.Count == 0 || (lessons.Count == 1 && lessons.ContainsKey(Folded))) return;
        ClassStatistics total = Total;
        all = null;
        foreach (ClassStatistics lesson in lessons.Values)
            if (!ReferenceEquals(lesson, total)) lesson.Dispose();
        lessons.Clear();
        lessons[Folded] = total;
    }

    /// <summary>Declares the sums of one lesson; restoring puts them in the place of those it has.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="lesson">Its index.</param>
    /// <param name="model">Knows how many classes there may be.</param>
    /// <exception cref="EngramException">They are not apart.</exception>
    public void VisitLesson(StateBag state, int lesson, Model model)
    {
        bool isThere = Of(lesson) is not null;
        state.Value("isThere", ref isThere);
        if (!isThere) return;
        if (state.IsRestoring)
        {
            ForgetTotal();
            if (!apart) throw NotApart(lesson);
            if (lessons.Remove(lesson, out ClassStatistics? old)) old.Dispose();
            lessons[lesson] = New();
        }
        lessons[lesson].Visit(state, model.OutputCount);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        ForgetTotal();
        foreach (ClassStatistics lesson in lessons.Values) lesson.Dispose();
        lessons.Clear();
    }

    /// <summary>Declares what is kept.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="model">Knows how many classes and lessons there may be.</param>
    public void Visit(StateBag state, Model model)
    {
        int[] kept = [.. lessons.Keys];
        state.Value("lessons", ref kept, least: Folded, most: apart ? model.Tasks.Count - 1 : 0);
        state.Require(kept.Distinct().SequenceEqual(kept.Order()), "lessons", "each lesson once, in ascending order,");
        if (state.IsRestoring)
        {
            Clear();
            foreach (int lesson in kept) lessons[lesson] = New();
        }
        foreach (var (lesson, own) in lessons) own.Visit(state.Part(lesson == Folded ? "folded" : $"lesson{lesson}"), model.OutputCount);
    }

    /// <summary>Frees everything.</summary>
    public void Dispose() => Clear();

    private static EngramException NotApart(int lesson) =>
        EngramException.Input("not-kept-apart", $"Lesson {lesson + 1} cannot be taken off, because sums were kept for all lessons together; learn with method.keepLessons=true from the start.");

    private ClassStatistics New() => new(length, products, device);

    private void ForgetTotal()
    {
        all?.Dispose();
        all = null;
    }
}
