using System.Globalization;
using System.Text;
using Engram.OwnData;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

public sealed class TableTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("label,a,b\nx,1,2\ny,3,4\n")]
    [InlineData("label;a;b\nx;1;2\ny;3;4\n")]
    [InlineData("label\ta\tb\nx\t1\t2\ny\t3\t4\n")]
    [InlineData("label|a|b\r\nx|1|2\r\ny|3|4")]
    [InlineData("label:a:b\rx:1:2\ry:3:4")]
    [InlineData("b,a,label\n2,1,x\n4,3,y\n")]
    [InlineData("\"label\",\"a\",\"b\"\n\"x\",\"1\",\"2\"\n\"y\",\"3\",\"4\"\n")]
    [InlineData("LABEL, a, b\n\n x ,1.0,2e0\n\ny,+3,4.00\n\n")]
    [InlineData(" label ,a,b\nx,1, \"2\"\ny,3,4")]
    public void However_a_table_is_written_it_says_the_same(string text)
    {
        files.Write("plain.csv", "label,a,b\nx,1,2\ny,3,4\n");
        Records plain = files.Open("plain.csv"), records = files.Open(files.Write("other.csv", text));

        Assert.Equal("x y", ClassesOf(records));
        Assert.Equal([[-1, -1], [1, 1]], Inputs(records));
        Assert.Equal([plain.ContentHash(0), plain.ContentHash(1)], [records.ContentHash(0), records.ContentHash(1)]);
    }

    [Theory]
    [InlineData("utf-8", true), InlineData("utf-16", true), InlineData("utf-16BE", true), InlineData("utf-16", false), InlineData("utf-16BE", false), InlineData("utf-8", false)]
    public void Encodings_are_told_apart(string name, bool marked)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        files.Write("a.csv", [.. marked ? encoding.GetPreamble() : [], .. encoding.GetBytes("label,größe\nä,1\nö,2\n")]);

        Records records = files.Open("a.csv");

        Assert.Equal("ä ö", ClassesOf(records));
        Assert.Equal("größe", records.Describe()[1].Name);
    }

    [Fact]
    public void A_packed_table_is_read()
    {
        files.Write("a.csv.gz", Gzip("label,a\nx,1\ny,2\n"u8.ToArray()));

        Assert.Equal("x y", ClassesOf(files.Open("a.csv.gz")));
    }

    [Fact]
    public void Labels_are_names_and_come_in_the_order_of_first_sight()
    {
        Records records = files.Open(files.Write("a.csv", "a,Class\n1,07\n2,7\n3,7.0\n4,07\n5,\"a \"\"b\"\", c\"\n"));

        Assert.Equal(["07", "7", "7.0", "a \"b\", c"], records.Classes);
        Assert.Equal([0, 1, 2, 0, 3], Enumerable.Range(0, 5).Select(records.ClassOf));
    }

    [Fact]
    public void Columns_have_roles_by_name_or_by_wish()
    {
        files.Write("a.csv", "month,state,split,id,v\nmay,on,train,i1,1\njune,off,test,i2,2\nmay,off,val,i3,3\n");
        RecordOptions options = new() { Label = "state", Task = "month", Ignore = ["id"] };

        Records records = files.Open("a.csv", options);

        Assert.Equal(["may", "june"], records.Tasks);
        Assert.Equal(["on", "off"], records.Classes);
        Assert.Equal([RecordPart.Train, RecordPart.Test, RecordPart.Validation], Enumerable.Range(0, 3).Select(records.PartOf));
        Assert.Equal(["task", "label", "part", "left out", "number"], records.Describe().Select(field => field.Kind));
        Assert.Equal([1L], records.Fit([0, 1]).Shape);
    }

    [Fact]
    public void A_line_is_named_where_it_begins()
    {
        Records records = files.Open(files.Write("a.csv", "label,t\n\nx,\"one\ntwo\"\ny,three\n\n\nz,four\nx,five"));

        Assert.Equal(["line 3", "line 5", "line 8", "line 9"], Enumerable.Range(0, 4).Select(record => records.Where(record).Split(" of ")[0]));
    }

    [Fact]
    public void Missing_values_become_the_mean_with_an_indicator()
    {
        Records records = files.Open(files.Write("a.csv", "label,a,b\nx,1,5\ny,NA,6\nx,3,7\ny,?,8\nx,nan,5\ny,NULL,6\nx,,7\n"));

        Assert.Equal((5, 0), (records.Describe()[1].Missing, records.Describe()[2].Missing));
        Assert.Equal([[-1, 0], [0, 1], [1, 0], [0, 1], [0, 1], [0, 1], [0, 1]], Inputs(records).Select(input => input[..2]));
    }

    [Fact]
    public void A_name_that_is_missing_has_a_place_of_its_own_where_one_was_missing_first()
    {
        Records records = files.Open(files.Write("a.csv", "label,a\nx,p\ny,\nx,p\ny,q\nx,q\n"));

        Assert.Equal([[1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 1, 0]], Inputs(records, records.Fit([0, 1, 2])));
        Assert.Equal([[1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]], Inputs(records, records.Fit([0, 1, 2, 3, 4])));
    }

    [Fact]
    public void Only_training_records_make_the_form()
    {
        Records records = files.Open(files.Write("a.csv", "label,a,b,c\nx,1,p,1\ny,3,q,1\nx,100,r,5\ny,,p,1\n"));
        InputForm form = records.Fit([0, 1]);
        float[][] inputs = Inputs(records, form);

        Assert.Equal([[-1, 1, 0, 0], [1, 0, 1, 0], [98, 0, 0, 1], [0, 1, 0, 0]], inputs);
        Assert.Equal(["The column 'c' is left out: it is the same in all training records."], form.Remarks);
        Assert.Equal(2, form.RemarksOn(records).Count);
        Assert.Contains("1 of 4 records have no value in the column 'a'", form.RemarksOn(records)[0]);
        Assert.Contains("names that were not in what was learned first, such as 'r'", form.RemarksOn(records)[1]);
    }

    [Fact]
    public void Another_table_is_read_by_the_names_of_its_columns()
    {
        InputForm form = files.Open(files.Write("a.csv", "label,a,b,c\nx,1,p,2020-01-01\ny,3,q,2020-01-03\nx,1,p,2020-01-01\ny,3,q,2020-01-03\n")).Fit([0, 1, 2, 3]);
        Records other = files.Open(files.Write("b.csv", "c,new,b,a,label\n2020-01-02,7,7,2,x\n2020-01-02,7,7,,x\n"));

        Assert.Equal([[0, 0, 0, 1, 0], [0, 0, 0, 1, 0]], Inputs(other, form));
        Assert.Collection(form.RemarksOn(other),
            remark => Assert.StartsWith("1 of 2 records have no value in the column 'a'", remark),
            remark => Assert.StartsWith("The column 'b' has names that were not in what was learned first, such as '7'", remark),
            remark => Assert.StartsWith("The columns 'new' were not learned first", remark));
    }

    [Fact]
    public void A_number_that_no_input_can_hold_is_refused_where_it_stands()
    {
        InputForm form = files.Open(files.Write("a.csv", "label,a\nx,1e-20\ny,2e-20\n")).Fit([0, 1]);
        Records far = files.Open(files.Write("b.csv", "label,a\nx,1\ny,1e30\n"));

        Assert.Contains($"holds 1E+30 in line 3 of '{files["b.csv"]}'", Assert.Throws<EngramException>(() => form.Read(far, 1, new float[1])).Message);
    }

    [Fact]
    public void A_table_with_other_columns_is_refused_with_both_sides()
    {
        InputForm form = files.Open(files.Write("a.csv", "label,a,b\nx,1,2\ny,3,4\n")).Fit([0, 1]);
        Records renamed = files.Open(files.Write("b.csv", "label,a,B\nx,1,2\ny,3,4\n")), retyped = files.Open(files.Write("c.csv", "label,a,b\nx,1,p\ny,3,p\n"));

        string message = Assert.Throws<EngramException>(() => form.Read(renamed, 0, new float[2])).Message;
        Assert.Contains($"'{files["b.csv"]}' lacks 'b', which '{files["a.csv"]}' has, and has 'B', which '{files["a.csv"]}' has not", message);
        Assert.Contains("The column 'b' of", Assert.Throws<EngramException>(() => form.Read(retyped, 0, new float[2])).Message);
    }

    [Fact]
    public void A_folder_of_tables_holds_a_task_each_and_parts()
    {
        files.Write("year/10.csv", "label,a\nx,1\n");
        files.Write("year/9-train.csv", "a,label\n2,y\n");
        files.Write("year/9-test.csv", "a,label\n3,x\n");
        files.Write("parts/test.csv", "a,label\n3,x\n");
        files.Write("parts/train.csv", "a,label\n4,y\n");
        files.Write("deep/test/june.csv", "a,label\n3,x\n");
        files.Write("deep/train/june.csv", "a,label\n4,y\n");
        files.Write("deep/train/may.csv", "a,label\n4,y\n");

        Assert.Equal("9: train y, 9: test x, 10: unsaid x", Shown(files.Open("year")));
        Assert.Equal("train y, test x", Shown(files.Open("parts")));
        Assert.Equal("june: train y, june: test x, may: train y", Shown(files.Open("deep")));

        static string Shown(Records records) => string.Join(", ", Enumerable.Range(0, records.Count).Select(record =>
            $"{(records.Tasks.Count > 0 ? $"{records.Tasks[records.TaskOf(record)]}: " : "")}{records.PartOf(record).ToString().ToLowerInvariant()} {records.Classes[records.ClassOf(record)]}"));
    }

    [Fact]
    public void Numbers_in_which_a_name_comes_late_are_read_again_as_names()
    {
        StringBuilder text = new("label,code,v\n");
        for (int i = 0; i < 3000; i++) text.Append($"{(i % 2 == 0 ? "x" : "y")},{(i == 2500 ? "B7" : $"{i % 5}")},{2 * i}\n");

        Records records = files.Open(files.Write("a.csv", text.ToString()));

        Assert.Equal("category (6)", records.Describe()[1].Kind);
        Assert.Contains($"'B7' in line 2502 of '{files["a.csv"]}'", Assert.Single(records.Remarks));
        Assert.Equal(6 + 1 + 1, records.Fit([.. Enumerable.Range(0, 3000)]).Shape[0]);
    }

    [Fact]
    public void A_column_that_is_empty_at_first_gets_its_kind_from_its_first_value()
    {
        StringBuilder text = new("label,late,date,never,name\n");
        for (int i = 0; i < 3000; i++) text.Append($"{(i % 2 == 0 ? "x" : "y")},{(i < 2000 ? "" : $"{i}.5")},{(i < 2000 ? "" : "2020-01-05")},,{(i < 2000 ? "" : "abc"[i % 3])}\n");

        Records records = files.Open(files.Write("a.csv", text.ToString()));

        Assert.Equal(["label", "number", "date", "left out", "category (3)"], records.Describe().Select(field => field.Kind));
        Assert.Equal([0, 2000, 2000, 3000, 2000], records.Describe().Select(field => field.Missing));
    }

    [Fact]
    public void Names_of_people_and_constant_columns_are_left_out_and_said()
    {
        StringBuilder text = new("label,name,always,v,,pet\n");
        for (int i = 0; i < 300; i++) text.Append($"{(i % 2 == 0 ? "x" : "y")},person {i},5,{i},{i},{(i % 3 == 0 ? "cat" : "dog")}\n");

        Records records = files.Open(files.Write("a.csv", text.ToString()));

        Assert.Equal(["label", "left out", "left out", "number", "left out", "category (2)"], records.Describe().Select(field => field.Kind));
        Assert.Equal([
            "The column 'name' is left out: it has 300 different texts in 300 values, as names and ids have.",
            "The column 'v' holds a number of its own for each row, without a gap, as row numbers and ids are, which say nothing about new rows; leave it out with --ignore v.",
            "The column 'column 5' is left out: it has no name."], records.Remarks);
        Assert.Equal(1 + 3, records.Fit([.. Enumerable.Range(0, 300)]).Shape[0]);
        Assert.NotEqual(records.ContentHash(0), records.ContentHash(2));
    }

    [Theory]
    [InlineData(20, 7, true)] // in any order, from any number
    [InlineData(19, 7, false)]
    [InlineData(20, 10, false)] // 0, 10, 0, ...
    [InlineData(20, 0.5, false)]
    public void A_column_that_numbers_the_rows_is_told_of(int rows, double step, bool isTold)
    {
        StringBuilder text = new("label,id,gap,half\n");
        for (int i = 0; i < rows; i++) text.Append(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? "x" : "y")},{100 + (i * step % rows)},{(i < rows - 1 ? i : i + 1)},{(i == 3 ? 3.5 : i)}\n");
        string file = files.Write("a.csv", text.ToString());

        Assert.Equal(isTold ? 1 : 0, files.Open(file).Remarks.Count(remark => remark.StartsWith("The column 'id' holds a number of its own for each row", StringComparison.Ordinal)));
        Assert.DoesNotContain(files.Open(file).Remarks, remark => remark.Contains("'gap'", StringComparison.Ordinal) || remark.Contains("'half'", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_far_from_zero_keep_what_tells_them_apart()
    {
        Records records = files.Open(files.Write("a.csv", "label,time\nx,1700000000\ny,1700000001\nx,1700000002\n"));

        float far = MathF.Sqrt(1.5f);
        Assert.Equal([[-far], [0], [far]], Inputs(records));
    }

    [Fact]
    public void Codes_with_leading_zeros_are_names()
    {
        Records records = files.Open(files.Write("a.csv", "label,zip\nx,01234\ny,1234\nx,01234\ny,1234\n"));

        Assert.Equal(("category (2)", "01234, 1234"), (records.Describe()[1].Kind, records.Describe()[1].Detail));
    }

    [Fact]
    public void A_table_of_numbers_alone_has_numbered_columns()
    {
        files.Write("digits.csv", "0,1,2,7\n3,4,5,8\n0,1,9,7\n");

        Records records = files.Open("digits.csv", new() { Label = "4" });

        Assert.Equal("7 8 7", ClassesOf(records));
        Assert.Contains("the columns are named 1 to 4", Assert.Single(records.Remarks));
        Assert.Contains("'1', '2', '3', '4'", files.Refusal("digits.csv"));
    }

    [Fact]
    public void Content_hashes_know_the_content_alone()
    {
        Records a = files.Open(files.Write("a.csv", "label,task,split,n,name,empty\nx,1,train,1.50,p,\ny,2,test,1.5,p,\ny,2,test,1.5,q,\ny,2,test,-0,q,\n"));
        Records b = files.Open(files.Write("b.jsonl", """{"name": "p", "n": 15e-1, "label": 3}""" + "\n" + """{"name": "q", "n": 0, "label": 3}"""));

        Assert.Equal(a.ContentHash(0), a.ContentHash(1));
        Assert.NotEqual(a.ContentHash(1), a.ContentHash(2));
        Assert.Equal([a.ContentHash(0), a.ContentHash(3)], [b.ContentHash(0), b.ContentHash(1)]);
    }

    [Fact]
    public void Ten_thousand_classes_are_as_good_as_two()
    {
        Records records = files.Open(files.Write("a.csv", "label,a\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"name {i % 10_000},{i % 7}\n"))));

        Assert.Equal((10_000, 9_999), (records.Classes.Count, records.ClassOf(19_999)));
    }

    [Fact]
    public void Progress_comes_and_a_stop_is_heard()
    {
        files.Write("a.csv", "label,a\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i % 2},{i}\n")));
        List<ReadProgress> heard = [];
        using CancellationTokenSource stop = new();
        stop.Cancel();

        new RecordCatalog(typeof(Engram.Tables.CsvReader).Assembly).Open(files["a.csv"], new(), new Heard(heard), TestContext.Current.CancellationToken).Dispose();

        Assert.Equal((heard[^1].Total, new FileInfo(files["a.csv"]).Length), (heard[^1].Done, heard[^1].Total));
        Assert.Throws<OperationCanceledException>(() => new RecordCatalog(typeof(Engram.Tables.CsvReader).Assembly).Open(files["a.csv"], new(), null, stop.Token));
    }

    private sealed class Heard(List<ReadProgress> all) : IProgress<ReadProgress>
    {
        public void Report(ReadProgress value) => all.Add(value);
    }
}
