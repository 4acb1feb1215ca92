using System.Text;
using Engram.OwnData;

namespace Engram.Tests.OwnData;

/// <summary>Texts that are files in class folders.</summary>
public sealed class TextFilesTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Folders_are_classes_and_those_around_them_tasks()
    {
        files.Write("may/spam/2.txt", "win money");
        files.Write("may/spam/10.txt", "win more");
        files.Write("may/ham/1.TXT", "see you");
        files.Write("june/ham/1.text", "see you later");

        Records records = files.Open();

        Assert.Equal(["june", "may"], records.Tasks);
        Assert.Equal(["ham", "spam"], records.Classes);
        Assert.Equal([("june", "ham", "see you later"), ("may", "ham", "see you"), ("may", "spam", "win money"), ("may", "spam", "win more")],
            Enumerable.Range(0, 4).Select(i => (records.Tasks[records.TaskOf(i)], records.Classes[records.ClassOf(i)], records.Text(i)!)));
        Assert.EndsWith("10.txt'", records.Where(3));
        Assert.Equal("texts", Assert.Single(records.Describe()).Kind + "s");
    }

    [Fact]
    public void Parts_stand_on_top()
    {
        foreach (string part in new[] { "train", "test" }) files.Write($"{part}/ham/1.txt", part);

        Records records = files.Open();

        Assert.Equal([("train", RecordPart.Train), ("test", RecordPart.Test)], Enumerable.Range(0, 2).Select(i => (records.Text(i)!, records.PartOf(i))).OrderBy(one => one.Item2));
    }

    [Fact]
    public void Texts_of_any_common_encoding_are_read_and_equal_ones_have_one_hash()
    {
        files.Write("a/1.txt", Encoding.UTF8.GetBytes("caf\u00e9"));
        files.Write("a/2.txt", [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes("caf\u00e9")]);
        files.Write("a/3.txt", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("caf\u00e9")]);
        files.Write("a/4.txt", [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("caf\u00e9")]);
        files.Write("b/5.txt", Encoding.Latin1.GetBytes("caf\u00e9"));
        files.Write("b/6.txt", "cafe");

        Records records = files.Open();

        Assert.Equal([.. Enumerable.Repeat("caf\u00e9", 5), "cafe"], Enumerable.Range(0, 6).Select(records.Text));
        Assert.Equal(2, Enumerable.Range(0, 6).Select(records.ContentHash).Distinct().Count());
        Assert.Equal(["1 text is no UTF-8 and read as Latin-1."], records.Remarks);
    }

    [Theory]
    [InlineData("0-byte", "is empty (0 bytes)")]
    [InlineData("binary", "has the byte 0 at 3")]
    [InlineData("long", "has 1048577 bytes, and a text has 1048576 at most")]
    public void What_is_no_text_is_refused_with_its_file(string what, string expected)
    {
        files.Write("a/wrong.txt", what switch { "0-byte" => [], "binary" => [1, 2, 3, 0], _ => new byte[TextFilesReader.MostBytes + 1] });

        EngramException error = Assert.Throws<EngramException>(() => files.Open());

        Assert.Contains("wrong.txt", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Texts_beside_class_folders_and_other_files_are_told()
    {
        files.Write("a/1.txt", "one");
        files.Write("a/notes.docx", "other");
        Assert.Contains("1 file is no text and left out", Assert.Single(files.Open().Remarks));

        files.Write("loose.txt", "loose");
        Assert.Contains("1 texts lie directly in", Assert.Throws<EngramException>(() => files.Open()).Message);
    }

    [Theory]
    [InlineData("label")]
    [InlineData("task")]
    [InlineData("text")]
    [InlineData("ignore")]
    public void A_column_of_files_is_refused(string what)
    {
        files.Write("a/1.txt", "one");
        RecordOptions options = what switch { "label" => new() { Label = "x" }, "task" => new() { Task = "x" }, "text" => new() { Text = "x" }, _ => new() { Ignore = ["x"] } };

        Assert.Equal($"Texts in class folders have no columns, but --{what} names 'x'; leave it out.", Assert.Throws<EngramException>(() => files.Open(options: options)).Message);
    }

    [Fact]
    public void A_network_that_does_not_read_is_refused()
    {
        files.Write("a/1.txt", "one");

        Assert.Contains("name one with --features", Assert.Throws<EngramException>(() => files.Open().Fit([0])).Message);
    }
}
