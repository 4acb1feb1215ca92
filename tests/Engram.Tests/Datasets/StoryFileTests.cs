using System.Text;
using CsCheck;
using Engram.Datasets;

namespace Engram.Tests.Datasets;

public sealed class StoryFileTests
{
    private const string Small = "1 Mary moved to the bathroom.\n2 Where is Mary? \tbathroom\t1\n3 Bill got the box of chocolates there.\n4 What is Bill carrying?\tBill,milk\t3 1\n1 The box is red.\n2 Is the box red?\tyes\t1\n";

    [Fact]
    public void A_question_sees_the_statements_before_it_and_no_questions()
    {
        IReadOnlyList<Story> stories = Parse(Small);

        Assert.Equal(3, stories.Count);
        Assert.Equal(["mary moved to the bathroom"], stories[0].Statements.Select(words => string.Join(' ', words)));
        Assert.Equal(["where", "is", "mary"], stories[0].Question);
        Assert.Equal("bathroom", stories[0].Answer);
        Assert.Equal(["mary moved to the bathroom", "bill got the box of chocolates there"], stories[1].Statements.Select(words => string.Join(' ', words)));
        Assert.Equal("bill,milk", stories[1].Answer);
        Assert.Equal([1, 0], stories[1].Supporting);
        Assert.Equal([0], stories[2].Supporting);
    }

    [Theory]
    [InlineData("", 1, "no question")]
    [InlineData("1 A b.\n2 Where?\tx\t1", 2, "breaks off")]
    [InlineData("2 A b.\n", 1, "the number 2 was found, 1 was expected")]
    [InlineData("1 A b.\n3 Where?\tx\t1\n", 2, "the number 3 was found, 2, or 1 for a new story was expected")]
    [InlineData("A b.\n", 1, "a line 'NUMBER text'")]
    [InlineData("\n", 1, "a line 'NUMBER text'")]
    [InlineData("01 A b.\n", 1, "a line 'NUMBER text'")]
    [InlineData("1 A b\n", 1, "a '.' at its end")]
    [InlineData("1 A  b.\n", 1, "words of letters")]
    [InlineData("1 A b3.\n", 1, "'b3' was found")]
    [InlineData("1 A b.\r\n", 1, "a '.' at its end")]
    [InlineData("1 A b.\n2 Where?\tx\n", 2, "1 tab was found")]
    [InlineData("1 A b.\n2 Where\tx\t1\n", 2, "a '?' at its end")]
    [InlineData("1 A b.\n2 Where?\t\t1\n", 2, "the answer ''")]
    [InlineData("1 A b.\n2 Where?\tx,\t1\n", 2, "the answer 'x,'")]
    [InlineData("1 A b.\n2 Where?\tx\t2\n", 2, "'2' was found among the supporting lines")]
    [InlineData("1 A b.\n2 Where?\tx\t1  1\n", 2, "'' was found among the supporting lines")]
    [InlineData("1 A b.\n2 Where?\tx\t1\n3 Where?\tx\t2\n", 3, "'2' was found among the supporting lines")]
    [InlineData("1 A b.\n1 C d.\n", 2, "the last one ended with a statement")]
    [InlineData("1 A b.\n2 Where?\tx\t1\n1 A b.\n", 3, "ends with a statement")]
    public void A_line_of_another_form_is_named_with_file_line_and_reason(string content, int line, string reason)
    {
        EngramException error = Assert.Throws<EngramException>(() => Parse(content));

        Assert.Equal("corrupt-data", error.Code);
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains($"'qa0.txt' is damaged in line {line}:", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.EndsWith("; mend it.", error.Message);
    }

    [Fact]
    public void A_line_of_megabytes_is_refused_before_it_is_read()
    {
        EngramException error = Assert.Throws<EngramException>(() => Parse($"1 {new string('a', 5_000_000)}.\n"));

        Assert.Contains("a line of 5000003 bytes was found, 10000 at most", error.Message);
        Assert.InRange(error.Message.Length, 1, 200);
    }

    [Fact]
    public void A_story_without_end_is_refused() =>
        Assert.Contains("a story of more than 1000 lines", Assert.Throws<EngramException>(() => Parse(string.Concat(Enumerable.Range(1, 1001).Select(id => $"{id} A b.\n")))).Message);

    [Fact]
    public void Questions_of_a_story_share_its_statements()
    {
        IReadOnlyList<Story> stories = Parse(Small);

        Assert.Same(stories[0].Statements[0], stories[1].Statements[0]);
        Assert.Same(((ArraySegment<string[]>)stories[0].Statements).Array, ((ArraySegment<string[]>)stories[1].Statements).Array);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_named()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Small);
        bytes[4] = 0xFF;

        Assert.Contains("line 1: byte 5 of the line is not UTF-8", Assert.Throws<EngramException>(() => StoryFile.Parse(bytes, "qa0.txt", "mend it")).Message);
    }

    [Fact]
    public void Whatever_is_done_to_a_file_every_line_is_either_read_or_refused_by_name()
    {
        byte[] whole = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Small, 3)));
        Gen<byte[]> damaged = Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, 4], Gen.Byte.Array[0, 12]).Select((at, value, kind, noise) => kind switch
        {
            0 => [.. whole[..at], value, .. whole[(at + 1)..]],
            1 => whole[..at],
            2 => [.. whole[..at], .. whole[(at + 1)..]],
            3 => [.. whole[..at], .. noise, .. whole[at..]],
            _ => [.. whole[at..], .. whole[..at]],
        });

        damaged.Sample(bytes =>
        {
            int lines = bytes.Count(one => one == '\n'), questions = 0;
            try
            {
                IReadOnlyList<Story> stories = StoryFile.Parse(bytes, "qa0.txt", "mend it");
                questions = Encoding.UTF8.GetString(bytes).Split('\n').Count(text => text.Contains('\t'));
                Assert.Equal(questions, stories.Count);
                Assert.Equal((byte)'\n', bytes[^1]);
                Assert.Equal(lines, questions + Encoding.UTF8.GetString(bytes).Split('\n').Count(text => text.EndsWith('.')));
            }
            catch (EngramException error)
            {
                Assert.Equal("corrupt-data", error.Code);
                Assert.Matches("^'qa0.txt' is damaged in line [0-9]+: .* was expected; mend it\\.$", error.Message);
            }
        }, iter: 3000);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<EngramException>(() => StoryFile.Read(Path.Combine(Path.GetTempPath(), "nowhere", "qa1.txt"), "mend it")).Message);

    private static IReadOnlyList<Story> Parse(string content) => StoryFile.Parse(Encoding.UTF8.GetBytes(content), "qa0.txt", "mend it");
}
