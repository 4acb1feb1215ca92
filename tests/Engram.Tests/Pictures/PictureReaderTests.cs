using System.Runtime.InteropServices;
using Engram.OwnData;
using Engram.Pictures;
using Engram.Tests.Datasets;
using SkiaSharp;

namespace Engram.Tests.Pictures;

public sealed class PictureReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Root => folder.Path;

    [Fact]
    public void Folders_are_classes()
    {
        Draw("dog/b.png", SKColors.Red);
        Draw("dog/a.JPEG", SKColors.Red, SKEncodedImageFormat.Jpeg);
        Draw("cat/x.png", SKColors.Blue);

        using Records records = Open();

        Assert.Equal(["cat", "dog"], records.Classes);
        Assert.Equal([0, 1, 1], Enumerable.Range(0, records.Count).Select(records.ClassOf));
        Assert.Empty(records.Tasks);
        Assert.Equal("The picture 'dog/a.JPEG'", records.Where(1).Replace('\\', '/'));
        Assert.Equal(RecordPart.Unsaid, records.PartOf(0));
        Assert.Equal(records.ContentHash(0), Records.HashOf(File.ReadAllBytes(Path.Combine(Root, "cat/x.png"))));
    }

    [Fact]
    public void Folders_around_classes_are_tasks_in_the_order_of_their_numbers()
    {
        foreach (string task in new[] { "month 10", "month 2" })
            foreach (string label in new[] { "07", "7" }) Draw($"{task}/{label}/x.png", SKColors.Red);

        using Records records = Open();

        Assert.Equal(["month 2", "month 10"], records.Tasks);
        Assert.Equal(["07", "7"], records.Classes);
        Assert.Equal([0, 0, 1, 1], Enumerable.Range(0, records.Count).Select(records.TaskOf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("first/")]
    public void Train_and_test_on_top_are_parts(string task)
    {
        Draw($"train/{task}cat/x.png", SKColors.Red);
        Draw($"Test/{task}cat/y.png", SKColors.Red);
        Draw($"val/{task}dog/z.png", SKColors.Red);

        using Records records = Open();

        Assert.Equal([RecordPart.Test, RecordPart.Train, RecordPart.Validation], Enumerable.Range(0, records.Count).Select(records.PartOf));
        Assert.Equal(["cat", "dog"], records.Classes);
        Assert.Equal(task.Length == 0 ? [] : ["first"], records.Tasks);
    }

    [Fact]
    public void What_is_hidden_is_not_there_and_what_is_no_picture_is_said()
    {
        Draw("cat/x.png", SKColors.Red);
        Draw(".trash/cat/y.png", SKColors.Red);
        Draw("cat/.z.png", SKColors.Red);
        Draw("cat/notes.txt", SKColors.Red);
        Directory.CreateDirectory(Path.Combine(Root, "bird"));

        using Records records = Open();

        Assert.Equal(1, records.Count);
        Assert.Equal(["cat"], records.Classes);
        Assert.Equal(["1 file is no picture and left out, such as 'cat/notes.txt'.", "1 folder holds no picture, such as 'bird'."], records.Remarks.Select(remark => remark.Replace('\\', '/')));
    }

    [Fact]
    public void Links_are_followed_and_those_that_lead_back_are_not()
    {
        Draw("cat/x.png", SKColors.Red);
        string elsewhere = Path.Combine(Root, "..", Path.GetFileName(Root) + "-elsewhere", "dog");
        Drawn.Write(elsewhere, "y.png", Drawn.Plain(4, 4, SKColors.Blue));
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(Root, "dog"), elsewhere);
            Directory.CreateSymbolicLink(Path.Combine(Root, "cat", "loop"), Root);
            Directory.CreateSymbolicLink(Path.Combine(Root, "self"), Path.Combine(Root, "self"));

            using Records records = Open();

            Assert.Equal(["cat", "dog"], records.Classes);
            Assert.Contains(records.Remarks, remark => remark.StartsWith("1 link leads back", StringComparison.Ordinal) || remark.StartsWith("2 links lead back", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(elsewhere)!, recursive: true);
        }
    }

    public static TheoryData<string, string, string> Misplaced => new()
    {
        { "x.png", "no-class", "1 pictures lie directly in" },
        { "train/x.png;test/cat/y.png", "no-class", "'train', which is a part" },
        { "cat/x.png;jan/dog/y.png", "mixed-folders", "'cat' holds pictures, so folders are classes, but 'jan' holds folders" },
        { "cat/x.png;cat/kitten/y.png", "mixed-folders", "'cat' holds pictures" },
        { "a/b/c/x.png", "mixed-folders", "is a class of the task 'a' and holds a folder, 'c'" },
        { "cat/x.tiff", "no-pictures", "1 other files, such as 'x.tiff'" },
        { "cat/a\nb.png;y.png", "no-class", "'y.png'" },
    };

    [Theory, MemberData(nameof(Misplaced))]
    public void Pictures_without_a_class_are_an_error_that_says_where(string files, string code, string says)
    {
        foreach (string file in files.Split(';')) Draw(file, SKColors.Red);

        EngramException error = Assert.Throws<EngramException>(() => Open());

        Assert.Equal(code, error.Code);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void A_damaged_picture_is_named_and_left_out_only_when_asked()
    {
        for (int i = 0; i < 8; i++) Draw($"cat/{i}.png", SKColors.Red);
        File.WriteAllBytes(Path.Combine(Root, "cat", "3.png"), []);
        byte[] spoilt = Drawn.Of(40, 40, (column, row) => new((byte)(column * row), 3, 7));
        spoilt.AsSpan(60, 40).Fill(0xEE);
        Drawn.Write(Root, "cat/5\nand a half.png", spoilt); // whole by its chunks, and no picture

        EngramException error = Assert.Throws<EngramException>(() => Open());
        using Records records = Open(new() { SkipDamaged = true });

        Assert.Contains("3.png' is empty", error.Message);
        Assert.Equal(7, records.Count);
        Assert.Equal(2, records.Remarks.Count(remark => remark.StartsWith("Left out: ", StringComparison.Ordinal)));
        Assert.Contains(records.Remarks, remark => remark.Contains("5?and a half.png' cannot be decoded", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_damaged_pictures_are_an_error_even_where_they_are_skipped()
    {
        Drawn.Write(Root, "cat/x.png", []);

        Assert.Equal("no-pictures", Assert.Throws<EngramException>(() => Open(new() { SkipDamaged = true })).Code);
    }

    [Theory]
    [InlineData(0, 10, 28)]
    [InlineData(0, 50, 50)]
    [InlineData(0, 300, 224)]
    [InlineData(17, 300, 17)]
    public void The_size_is_that_of_the_middle_picture_learned_first_within_bounds(int asked, int side, int expected)
    {
        Draw("cat/small.png", SKColors.Red, side: 2);
        for (int i = 0; i < 3; i++) Draw($"cat/{i}.png", SKColors.Red, side: side);

        using Records records = Open(new() { PictureSize = asked });
        InputForm form = records.Fit([0, 1, 2]);

        Assert.Equal([3, expected, expected], form.Shape);
        Assert.Equal($"Pictures are brought to {expected} x {expected} pixels, the short side scaled and the centre cut out, and are in colour.", Assert.Single(form.Remarks));
    }

    [Fact]
    public void One_channel_is_enough_where_all_are_grey()
    {
        Drawn.Write(Root, "cat/x.png", Drawn.Grey(40, 40, 51));
        using Records grey = Open();
        Draw("dog/x.png", SKColors.Red);
        using Records mixed = Open();

        Assert.Equal([1, 40, 40], grey.Fit([0]).Shape);
        Assert.Equal([3, 40, 40], mixed.Fit([0]).Shape);
        float[] input = new float[40 * 40];
        grey.Fit([0]).Read(grey, 0, input);
        Assert.All(input, value => Assert.Equal(0.2f, value));
        Assert.Equal("mixed", mixed.Describe()[1].Kind);
    }

    [Fact]
    public void Inputs_are_the_same_from_any_thread_kept_or_not()
    {
        for (int i = 0; i < 12; i++) Drawn.Write(Root, $"c{i % 3}/{i}.png", Drawn.Of(40, 30, (column, row) => new((byte)(column * i), (byte)(row * i), (byte)i)));
        using Records records = Open();

        foreach (int side in new[] { 32, 70 })
        {
            PictureForm form = new(side, 3);
            UInt128[] Read() => [.. Enumerable.Range(0, 48).AsParallel().AsOrdered().Select(i =>
            {
                float[] input = new float[3 * side * side];
                form.Read(records, i % 12, input);
                Assert.InRange(input.Max(), 0, 1);
                return ContentHash.Of(MemoryMarshal.AsBytes<float>(input));
            })];
            UInt128[] inputs = Read();

            for (int i = 12; i < 48; i++) Assert.Equal(inputs[i % 12], inputs[i]);
            Assert.Equal(inputs, Read());
            Assert.Equal(12, inputs.Distinct().Count());
        }
    }

    [Fact]
    public void An_input_is_known_by_its_file_and_its_size()
    {
        Draw("cat/x.png", SKColors.Red);
        Draw("dog/y.png", SKColors.Red);
        Draw("dog/z.png", SKColors.Blue);
        using Records records = Open();
        PictureForm form = new(28, 3);

        Assert.Equal(form.ContentHash(records, 0), form.ContentHash(records, 1));
        Assert.NotEqual(form.ContentHash(records, 0), form.ContentHash(records, 2));
        Assert.NotEqual(form.ContentHash(records, 0), new PictureForm(29, 3).ContentHash(records, 0));
        Assert.NotEqual(form.ContentHash(records, 0), new PictureForm(28, 1).ContentHash(records, 0));
    }

    [Fact]
    public void A_picture_that_went_away_is_named()
    {
        string path = Draw("cat/x.png", SKColors.Red);
        using Records records = Open();
        File.Delete(path);

        Assert.Contains("x.png' cannot be read", Assert.Throws<EngramException>(() => records.Fit([0]).Read(records, 0, new float[3 * 28 * 28])).Message);
    }

    [Fact]
    public void A_list_gives_labels_tasks_and_parts()
    {
        Draw("a/x 1.png", SKColors.Red);
        Draw("b/y.png", SKColors.Blue);
        string list = WriteList("\uFEFFtask;file;label;split\r\nmonday;\"a/x 1.png\";\"cat; grey\";train\r\n\r\ntuesday;b/y.png;\"a \"\"dog\"\"\";test");

        using Records records = OpenAt(list, new());

        Assert.True(new PictureReader().Reads(list));
        Assert.Equal(["cat; grey", "a \"dog\""], records.Classes);
        Assert.Equal(["monday", "tuesday"], records.Tasks);
        Assert.Equal([RecordPart.Train, RecordPart.Test], [records.PartOf(0), records.PartOf(1)]);
        Assert.Equal($"The picture 'b/y.png' in line 4 of '{Quote.Of(list)}'", records.Where(1));
    }

    public static TheoryData<string, string, string> WrongLists => new()
    {
        { "", "empty-table", "no line" },
        { "path,label\n", "empty-table", "no picture" },
        { "path,kind\nx.png,cat\n", "missing-column", "no column for the label" },
        { "where,label\nx.png,cat\n", "missing-column", "no column for the path" },
        { "path,label,path\nx.png,cat,x.png\n", "column-twice", "2 columns named 'path'" },
        { "path,label\nx.png\n", "wrong-line", "Line 2 of" },
        { "path,label\nx.png,cat\nx.png, \n", "empty-cell", "Line 3 of" },
        { "path,label\nx.png,\"cat", "open-quote", "line 2 of" },
        { "path,label,split\nx.png,cat,later\n", "wrong-part", "'later', which must be train, validation or test" },
        { "path,label\nnowhere.png,cat\n", "cannot-read", "'nowhere.png' in line 2 of" },
        { "path,label\nnote.png,cat\n", "damaged-picture", "'note.png' in line 2 of" },
    };

    [Theory, MemberData(nameof(WrongLists))]
    public void A_wrong_list_is_an_error_that_names_the_line(string text, string code, string says)
    {
        Draw("x.png", SKColors.Red);
        File.WriteAllText(Path.Combine(Root, "note.png"), "no picture");

        EngramException error = Assert.Throws<EngramException>(() => OpenAt(WriteList(text), new()));

        Assert.Equal(code, error.Code);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void A_list_in_another_encoding_is_refused_by_name()
    {
        string list = WriteList("");
        File.WriteAllBytes(list, [0xFF, 0xFE, 0x70, 0]);
        Assert.Contains("UTF-16", Assert.Throws<EngramException>(() => OpenAt(list, new())).Message);
        File.WriteAllBytes(list, [.. "path,label\nx.png,caf"u8, 0xE9, .. "\n"u8]);
        Assert.Contains("byte 20 is E9", Assert.Throws<EngramException>(() => OpenAt(list, new())).Message);
    }

    [Theory]
    [InlineData("path,label\nx.png,cat\n", true)]
    [InlineData("label,Image\ncat,a/b.JPG\n", true)]
    [InlineData("path,label\nx.txt,cat\n", false)]
    [InlineData("x,label\nx.png,cat\n", false)]
    [InlineData("path,label\n", false)]
    [InlineData("\"path", false)]
    public void A_table_is_a_list_of_pictures_where_its_paths_are(string text, bool isList) => Assert.Equal(isList, new PictureReader().Reads(WriteList(text)));

    [Fact]
    public void A_folder_of_tables_is_none_of_pictures()
    {
        File.WriteAllText(Path.Combine(Root, "a.csv"), "x,label\n1,2\n");
        Draw("plot.png", SKColors.Red);
        Assert.False(new PictureReader().Reads(Root));
        Assert.False(new PictureReader().Reads(Path.Combine(Root, "plot.png")));
        Assert.False(new PictureReader().Reads(Path.Combine(Root, "nowhere")));

        Draw("jan/cat/x.png", SKColors.Red);
        Assert.True(new PictureReader().Reads(Root));
    }

    [Fact]
    public void Progress_is_heard_to_the_end_and_reading_can_be_stopped()
    {
        for (int i = 0; i < 250; i++) Drawn.Write(Root, $"cat/{i}.gif", Drawn.Gif(SKColors.Red));
        List<long> heard = [];
        using CancellationTokenSource stop = new();

        using Records records = new PictureReader().Open(Root, new(), new Heard(progress => heard.Add(progress.Done)), TestContext.Current.CancellationToken);
        stop.Cancel();

        Assert.Equal([100, 200, 250], heard);
        Assert.ThrowsAny<OperationCanceledException>(() => new PictureReader().Open(Root, new(), null, stop.Token));
    }

    [Theory]
    [InlineData("task 2", "task 10", -1)]
    [InlineData("07", "7", -1)]
    [InlineData("b1", "a2", 1)]
    [InlineData("a", "a1", -1)]
    [InlineData("a10b2", "a10b10", -1)]
    [InlineData("x", "x", 0)]
    [InlineData("99999999999999999999999", "100000000000000000000000", -1)]
    public void Names_are_ordered_by_their_numbers(string left, string right, int order) => Assert.Equal((order, -order), (Math.Sign(NaturalOrder.Instance.Compare(left, right)), Math.Sign(NaturalOrder.Instance.Compare(right, left))));

    public void Dispose() => folder.Dispose();

    private string Draw(string name, SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int side = 4) => Drawn.Write(Root, name, Drawn.Plain(side, side, colour, format));

    private Records Open(RecordOptions? options = null) => OpenAt(Root, options ?? new());

    private static Records OpenAt(string path, RecordOptions options) => new PictureReader().Open(path, options, null, TestContext.Current.CancellationToken);

    private string WriteList(string text)
    {
        string path = Path.Combine(Root, "list.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Heard(Action<ReadProgress> hear) : IProgress<ReadProgress>
    {
        public void Report(ReadProgress value) => hear(value);
    }
}
