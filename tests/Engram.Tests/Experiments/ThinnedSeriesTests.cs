using Engram.Experiments;

namespace Engram.Tests.Experiments;

public sealed class ThinnedSeriesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2000, 2000)]
    [InlineData(2001, 1001)] // 0, 2, ..., 2000
    [InlineData(2002, 1002)] // and the last, 2001
    [InlineData(1_000_000, 1955)] // every 512th, and the last
    public void It_keeps_evenly_spaced_members_and_the_last(int count, int kept)
    {
        IReadOnlyList<string> view = Thin(count);

        int[] members = [.. view.Select(int.Parse)];
        Assert.Equal(kept, members.Length);
        if (count == 0) return;
        int stride = members.Length > 2 ? members[1] - members[0] : 1;
        Assert.Equal(Enumerable.Range(0, (count + stride - 1) / stride).Select(i => i * stride).Append(count - 1).Distinct(), members);
    }

    private static IReadOnlyList<string> Thin(int count)
    {
        ThinnedSeries<string> series = new();
        for (int i = 0; i < count; i++) series.Add(i.ToString());
        return series.View;
    }
}
