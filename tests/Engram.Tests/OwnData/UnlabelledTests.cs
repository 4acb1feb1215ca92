using Engram.OwnData;
using Engram.Pictures;
using Engram.Streams;
using Engram.Tables;
using Engram.Tests.Pictures;
using Parquet.Serialization;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

/// <summary>Data without labels, such as those that a model is asked about.</summary>
public sealed class UnlabelledTests : IDisposable
{
    private static readonly RecordOptions Unlabelled = new() { Unlabelled = true };

    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("a.csv", "a,b\n1,x\n3,y\n")]
    [InlineData("a.tsv", "b\ta\nx\t1\ny\t3\n")]
    [InlineData("a.jsonl", "{\"a\": 1, \"b\": \"x\"}\n{\"b\": \"y\", \"a\": 3}")]
    public void A_table_without_a_label_is_read_by_what_was_learned(string name, string text)
    {
        InputForm form = files.Open(files.Write("learned.csv", "label,a,b\nx,1,x\ny,3,y\nx,1,x\ny,3,y\n")).Fit([0, 1, 2, 3]);

        Records records = files.Open(files.Write(name, text), Unlabelled);

        AssertUnlabelled(records, 2);
        Assert.Empty(records.Remarks);
        Assert.Equal([[-1, 1, 0, 0], [1, 0, 1, 0]], Inputs(records, form));
        Assert.Empty(DataDescription.Of(records).Classes);
    }

    [Fact]
    public async Task Parquet_without_a_label_is_read()
    {
        string path = files["a.parquet"];
        await ParquetSerializer.SerializeAsync([new Row { A = 1 }, new Row { A = 3 }], path, cancellationToken: TestContext.Current.CancellationToken);

        AssertUnlabelled(files.Open(path, Unlabelled), 2);
        Assert.Contains("has no column named label", files.Refusal(path));
    }

    private sealed class Row
    {
        public double A { get; set; }
    }

    [Fact]
    public void A_label_that_is_there_is_read_and_is_no_input()
    {
        Records found = files.Open(files.Write("a.csv", "a,label\n1,x\n2,y\n"), Unlabelled), named = files.Open("a.csv", Unlabelled with { Label = "a" });

        Assert.Equal((true, "x y"), (found.HasLabels, ClassesOf(found)));
        Assert.Equal("1 2", ClassesOf(named));
    }

    [Fact]
    public void A_label_that_is_named_and_not_there_makes_no_other_column_the_label()
    {
        Records records = files.Open(files.Write("a.csv", "a,y\n1,5\n2,6\n"), Unlabelled with { Label = "state" });

        AssertUnlabelled(records, 2);
        Assert.Equal([2L], records.Fit([0, 1]).Shape);
    }

    [Fact]
    public void Labels_of_some_rows_are_not_used_which_is_said()
    {
        Records some = files.Open(files.Write("some.csv", "a,label\n1,x\n2,\n3,y\n"), Unlabelled), none = files.Open(files.Write("none.csv", "a,label\n1,\n2,\n"), Unlabelled);

        AssertUnlabelled(some, 3);
        AssertUnlabelled(none, 2);
        Assert.Equal("1 of 3 rows have no label, so the labels of the others are not used.", Assert.Single(some.Remarks));
        Assert.Empty(none.Remarks);
    }

    [Fact]
    public void One_column_and_one_row_are_enough()
    {
        Records text = files.Open(files.Write("t.csv", "text\nhello\n"), Unlabelled), number = files.Open(files.Write("n.csv", "a\n5\n"), Unlabelled);

        Assert.Equal(("hello", 1, false), (text.Text(0), text.Count, text.HasLabels));
        AssertUnlabelled(number, 1);
        Assert.Contains("names of at least two columns were expected", files.Refusal("n.csv"));
    }

    [Fact]
    public void A_single_row_with_a_name_is_read_by_the_categories_that_were_learned()
    {
        InputForm form = files.Open(files.Write("learned.csv", "label,a,b\nx,1,p\ny,3,q\nx,1,p\ny,3,q\n")).Fit([0, 1, 2, 3]);

        Records records = files.Open(files.Write("one.csv", "b,a\nq,3\n"), Unlabelled);

        Assert.Equal([[1, 0, 1, 0]], Inputs(records, form));
        Assert.Empty(records.Remarks);
    }

    [Fact]
    public void Features_need_no_labels()
    {
        files.Write("a/photos.npy", Npy("'<f4'", "(2, 2)", 1f, 2, 3, 4));
        files.Write("b/photos.npy", Npy("'<f4'", "(2, 2)", 1f, 2, 3, 4));
        files.Write("b/photos-labels.npy", Npy("'<i8'", "(2,)", 7L, 8));
        files.Write("c/x.idx", Idx(8, [2, 2], [1, 2, 3, 4]));
        files.Write("d.safetensors", SafeTensors("""{"features":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""", [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)]));

        AssertUnlabelled(files.Open("a/photos.npy", Unlabelled), 2);
        AssertUnlabelled(files.Open("c/x.idx", Unlabelled), 2);
        AssertUnlabelled(files.Open("d.safetensors", Unlabelled), 2);
        Assert.Equal("7 8", ClassesOf(files.Open("b/photos.npy", Unlabelled)));
        Assert.Equal(Inputs(files.Open("b/photos.npy")), Inputs(files.Open("a/photos.npy", Unlabelled)));
        Assert.Contains("has no labels beside it", files.Refusal("a/photos.npy"));
        Assert.Contains("has no tensor 'labels'", files.Refusal("d.safetensors"));
    }

    [Fact]
    public void Features_of_which_one_file_has_no_labels_have_none()
    {
        files.Write("all/one.npy", Npy("'<f4'", "(2, 1)", 1f, 2));
        files.Write("all/one-labels.npy", Npy("'<i8'", "(2,)", 7L, 8));
        files.Write("all/two.npy", Npy("'<f4'", "(1, 1)", 3f));

        Records records = files.Open("all", Unlabelled);

        AssertUnlabelled(records, 3);
        Assert.Contains("two.npy' has no labels, so those of", Assert.Single(records.Remarks));
        Assert.Equal(["one.npy record 1", "one.npy record 2", "two.npy record 1"], Enumerable.Range(0, 3).Select(records.Name));
    }

    [Fact]
    public void Pictures_and_texts_that_lie_in_no_folder_of_a_class_have_no_label()
    {
        Drawn.Write(files.Path, "new/b.png", Drawn.Grey(30, 30, 51));
        Drawn.Write(files.Path, "new/a.png", Drawn.Grey(30, 30, 102));
        files.Write("mails/2.txt", "two");
        files.Write("mails/10.txt", "ten");
        files.Write("mails/old/3.txt", "three");

        using Records pictures = Open([files["new"]]), texts = Open([files["mails"]]);

        AssertUnlabelled(pictures, 2);
        AssertUnlabelled(texts, 2);
        Assert.Equal(["a.png", "b.png"], Names(pictures));
        Assert.Equal(["2.txt", "10.txt"], Names(texts));
        Assert.Equal("1 folder lies beside the texts and is not looked into, such as 'old'.", Assert.Single(texts.Remarks));
        Assert.Equal("no-class", Assert.Throws<EngramException>(() => Open([files["new"]], new())).Code);
    }

    [Fact]
    public void Folders_of_classes_are_labels_also_where_none_are_needed()
    {
        Drawn.Write(files.Path, "new/cat/b.png", Drawn.Grey(30, 30, 51));

        using Records records = Open([files["new"]]);

        Assert.Equal((true, "cat", "cat/b.png"), (records.HasLabels, ClassesOf(records), records.Name(0).Replace('\\', '/')));
    }

    [Fact]
    public void A_single_picture_or_text_is_a_record()
    {
        Drawn.Write(files.Path, "a.png", Drawn.Grey(30, 30, 51));

        using Records picture = Open([files["a.png"]]), text = Open([files.Write("a.txt", "hello")]);

        AssertUnlabelled(picture, 1);
        AssertUnlabelled(text, 1);
        Assert.Equal(("a.png", "a.txt", "hello"), (picture.Name(0), text.Name(0), text.Text(0)));
        Assert.Equal("unknown-data", Assert.Throws<EngramException>(() => Open([files["a.png"]], new())).Code);
    }

    [Fact]
    public void A_list_of_pictures_needs_no_labels()
    {
        Drawn.Write(files.Path, "a.png", Drawn.Grey(30, 30, 51));

        using Records plain = Open([files.Write("list.csv", "path\na.png\n")]), labelled = Open([files.Write("labelled.csv", "path,label\na.png,cat\n")]), partly = Open([files.Write("partly.csv", "path,label\na.png,cat\na.png,\n")]);

        AssertUnlabelled(plain, 1);
        AssertUnlabelled(partly, 2);
        Assert.Equal(("a.png", "cat"), (plain.Name(0), ClassesOf(labelled)));
        Assert.Equal("missing-column", Assert.Throws<EngramException>(() => Open([files["list.csv"]], new())).Code);
    }

    [Fact]
    public void Several_files_are_one_set_in_their_order()
    {
        foreach (string name in new[] { "x/a.png", "y/a.png", "b.png" }) Drawn.Write(files.Path, name, Drawn.Grey(30, 30, (byte)name.Length));

        using Records pictures = Open([files["x/a.png"], files["b.png"]]), twice = Open([files["x/a.png"], files["y/a.png"]]), texts = Open([files.Write("2.txt", "two"), files.Write("1.text", "one")]);

        AssertUnlabelled(pictures, 2);
        Assert.Equal(["a.png", "b.png"], Names(pictures));
        Assert.Equal([files["x/a.png"], files["y/a.png"]], Names(twice));
        Assert.Equal($"{files["x/a.png"]} and 1 more", pictures.Source);
        Assert.Equal(("two", "one"), (texts.Text(0), texts.Text(1)));
    }

    [Fact]
    public void Several_paths_that_are_no_set_are_refused_by_name()
    {
        Drawn.Write(files.Path, "a.png", Drawn.Grey(30, 30, 51));
        string picture = files["a.png"], text = files.Write("t.txt", "hello"), table = files.Write("t.csv", "a,b\n1,2\n");

        Assert.Contains("'" + text + "' is of another than", Said(picture, text));
        Assert.Contains("'" + table + "' is neither", Said(picture, table));
        Assert.Contains("'" + files.Path + "' is a folder", Said(picture, files.Path));
        Assert.Contains("no file or folder 'nowhere.png'", Said(picture, "nowhere.png"));
        Assert.Contains("named where labels are needed", Assert.Throws<EngramException>(() => Open([picture, picture], new())).Message);
        Assert.Equal("missing-data", Assert.Throws<EngramException>(() => Open([])).Code);
        Assert.Equal("no-columns", Assert.Throws<EngramException>(() => Open([text, text], Unlabelled with { Text = "t" })).Code);
        Assert.Equal(2, Open([text, text], Unlabelled with { Label = "t" }).Count);

        string Said(params string[] paths) => Assert.Throws<EngramException>(() => Open(paths)).Message;
    }

    [Fact]
    public void A_damaged_picture_among_several_is_named_or_left_out()
    {
        Drawn.Write(files.Path, "a.png", Drawn.Grey(30, 30, 51));
        string damaged = files.Write("b.png", "none");

        Assert.Contains("b.png", Assert.Throws<EngramException>(() => Open([files["a.png"], damaged])).Message);
        using Records rest = Open([files["a.png"], damaged], Unlabelled with { SkipDamaged = true });
        Assert.Equal(["a.png"], Names(rest));
    }

    [Fact]
    public void Rows_are_named_by_their_line_and_by_their_file_where_there_are_several()
    {
        files.Write("t/one.csv", "a,b\n1,2\n\n3,4\n");
        files.Write("t/two.csv", "a,b\n1,2\n");

        Assert.Equal(["line 2", "line 4"], Names(files.Open("t/one.csv", Unlabelled)));
        Assert.Equal(["one.csv line 2", "one.csv line 4", "two.csv line 2"], Names(files.Open("t", Unlabelled)));
    }

    [Fact]
    public void Samples_without_labels_have_no_target()
    {
        Records records = files.Open(files.Write("a.csv", "a,b\n1,2\n3,4\n"), Unlabelled);

        Assert.Equal(-1, new RecordSamples(records, records.Fit([0, 1]), [0, 1], [], 0).Target(1));
    }

    private static void AssertUnlabelled(Records records, int count)
    {
        Assert.Equal((count, false, 0), (records.Count, records.HasLabels, records.Classes.Count));
        Assert.All(Enumerable.Range(0, count), record => Assert.Equal(-1, records.ClassOf(record)));
    }

    private static Records Open(IReadOnlyList<string> paths, RecordOptions? options = null) => new RecordCatalog(typeof(CsvReader).Assembly, typeof(PictureReader).Assembly).Open(paths, options ?? Unlabelled);

    private static string[] Names(Records records) => [.. Enumerable.Range(0, records.Count).Select(records.Name)];
}
