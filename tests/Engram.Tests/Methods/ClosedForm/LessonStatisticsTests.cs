using Engram.Methods.ClosedForm;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.ClosedForm;

public sealed class LessonStatisticsTests : IDisposable
{
    private static readonly Clouds.Sample[] First = Clouds.Draw(9, "first", classes: [0, 1]), Second = Clouds.Draw(9, "second", classes: [1, 2]), Third = Clouds.Draw(9, "third", classes: [2, 0]);

    private readonly DisposeScope scope = NewDisposeScope();

    public LessonStatisticsTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void What_is_forgotten_has_never_been_bit_for_bit()
    {
        using LessonStatistics all = Of(true, First, Second, Third), without = new(Clouds.Length, OuterProducts.Shared, true, CPU);
        foreach (var (lesson, samples) in new[] { (0, First), (2, Third) }) Add(without, lesson, samples);
        _ = all.Total; // one that was asked for is found anew

        all.Forget(1);

        Assert.Equal([0, 2], all.Lessons);
        Assert.Equal(without.Total.Classes, all.Total.Classes);
        Assert.True(without.Total.Products().allclose(all.Total.Products(), 0, 0));
        Assert.True(without.Total.Sums().allclose(all.Total.Sums(), 0, 0));
        Assert.Null(all.Of(1));
        Assert.Equal(without.StoredBytes, all.StoredBytes);
    }

    [Fact]
    public void Kept_apart_or_not_the_total_is_the_same_but_for_rounding()
    {
        using LessonStatistics apart = Of(true, First, Second), together = Of(false, First, Second);

        Assert.Equal([0], together.Lessons);
        Assert.Equal(together.Total.Classes, apart.Total.Classes);
        Assert.True(together.Total.Products().allclose(apart.Total.Products(), 1e-12, 1e-9));
        Assert.Contains("method.keepLessons=true", Assert.Throws<EngramException>(() => together.Forget(0)).Message);
    }

    [Fact]
    public void A_lesson_goes_on_after_others_were_asked_for()
    {
        using LessonStatistics one = Of(true, First, Second), other = Of(true, First, [.. Second, .. Third]);
        _ = one.Total;

        Add(one, 1, Third);

        Assert.Equal(other.Total.Count, one.Total.Count);
        Assert.True(other.Total.Products().allclose(one.Total.Products(), 1e-12, 1e-9));
    }

    private static LessonStatistics Of(bool apart, params Clouds.Sample[][] lessons)
    {
        LessonStatistics statistics = new(Clouds.Length, OuterProducts.Shared, apart, CPU);
        for (int lesson = 0; lesson < lessons.Length; lesson++) Add(statistics, lesson, lessons[lesson]);
        return statistics;
    }

    private static void Add(LessonStatistics statistics, int lesson, Clouds.Sample[] samples) => statistics.Add(lesson, ClassStatisticsTests.Matrix(samples), ClassStatisticsTests.Labels(samples));
}
