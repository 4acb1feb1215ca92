using Engram.Cli.Progress;
using Engram.OwnData;

namespace Engram.Tests.Cli;

/// <summary>How far reading own data has come, in words.</summary>
public class ReadingNotesTests
{
    [Theory]
    [InlineData(1200, 4800, "pictures", 10, "Looked at 1,200 of 4,800 pictures, about 30 s left")]
    [InlineData(0, 4800, "texts", 10, "Looked at 0 of 4,800 texts")]
    [InlineData(250_000_000, 1_000_000_000, "bytes", 4, "Looked at 250.0 MB of 1.00 GB, about 12 s left")]
    public void Words_say_what_is_done_and_how_long_the_rest_takes(long done, long total, string unit, double seconds, string expected) =>
        Assert.Equal(expected, ReadingNotes.InWords(new(done, total, unit), TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void What_is_read_at_once_is_not_spoken_of()
    {
        List<string> said = [];
        ReadingNotes notes = new() { Say = said.Add };

        for (int i = 1; i <= 1000; i++) notes.Report(new(i, 1000, "texts"));

        Assert.Empty(said);
    }
}
