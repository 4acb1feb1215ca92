using System.Runtime.InteropServices;
using System.Text;
using Engram.OwnData;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

/// <summary>Wrong files of every form: each is refused in one line with file, place, what was found and what to do, or is read as it should be.</summary>
public sealed class WrongDataTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("", "is empty (0 bytes)")]
    [InlineData(" \n\n", "holds no text")]
    [InlineData("label,a\n", "has no rows below the names")]
    [InlineData("label,a,b\nx,1,2\ny,3\n", "Line 3 of 'FILE' has 2 values, and the first line has 3")]
    [InlineData("label,a\nx,1\ny,3,4\n", "Line 3 of 'FILE' has 3 values, and the first line has 2; put values with a separator")]
    [InlineData("label,a\nx,\"1\ny,3\n", "A quote that opens in line 2 of 'FILE' is never closed")]
    [InlineData("label,a\nx,\"1\n", "A quote that opens in line 2 of 'FILE' is never closed")]
    [InlineData("label,t,a\nx,5\" pipe,1\ny,6\" pipe,2\nz,3,4\n", "A quote stands inside a value in line 2 of 'FILE', and the next one only in line 3")]
    [InlineData("label,t,a\nx,\"5 pipe,1\ny,6\",3,4\n", "Line 2 of 'FILE' has 4 values and goes on to line 3, for a quote opens in it")]
    [InlineData("label,a,a\nx,1,2\n", "has 2 columns named 'a' (columns 2 and 3)")]
    [InlineData("label,a\nx,1\n,2\n", "The label is empty in line 3 of 'FILE' (column 'label')")]
    [InlineData("label,task,a\nx,m,1\ny,,2\n", "The task is empty in line 3 of 'FILE' (column 'task')")]
    [InlineData("label,split,a\nx,train,1\ny,holdout,2\n", "'holdout' stands in line 3 of 'FILE', column 'split', where train, validation or test was expected")]
    [InlineData("label,a\nx,1\ny,inf\n", "'inf' stands in line 3 of 'FILE', column 'a', and is infinity")]
    [InlineData("label,a\nx,1\ny,-Infinity\n", "'-Infinity' stands in line 3")]
    [InlineData("label,a\nx,1\ny,1e999\n", "'1e999' stands in line 3")]
    [InlineData("label,a\nx,1\ny,1e39\n", "'1e39' stands in line 3")]
    [InlineData("label;a\nx;1,5\ny;2,5\n", "The column 'a' has a number with a comma, '1,5'")]
    [InlineData("label,a\nx,\"1,234\"\ny,2\n", "The column 'a' has a number with a comma, '1,234'")]
    [InlineData("colour,a\nx,1\n", "has no column named label, class, target or y")]
    [InlineData("label,class,a\nx,y,1\n", "has more than one column that may be the class, 'label', 'class'")]
    [InlineData("Label,label,a\nx,y,1\n", "has more than one column that may be the class")]
    [InlineData("label\nx\ny\n", "is one value, 'label', where names of at least two columns were expected")]
    [InlineData("label,task\nx,1\ny,2\n", "has no column besides 'label', 'task' that could be learned from")]
    [InlineData("5.1,3.5,Iris\n4.9,3.0,Iris\n", "A table without a first line of names needs one")]
    [InlineData("label,a\nx,1\0\n", "holds a byte of zero near its beginning")]
    [InlineData("Task,task,label,a\n1,1,x,1\n", "has the columns 'Task', 'task', which differ only in case")]
    public void A_wrong_table_is_refused(string text, string expected)
    {
        string path = files.Write("wrong.csv", text);

        Assert.Contains(expected.Replace("FILE", path), files.Refusal(path));
    }

    [Theory]
    [InlineData("quoted newline at the end", "label,a\nx,1\ny,\"2\n\"", "x y")]
    [InlineData("no newline at the end", "label,a\nx,1\ny,2", "x y")]
    [InlineData("mark of UTF-8", "\ufefflabel,a\nx,1\ny,2\n", "x y")]
    [InlineData("a class seen once", "label,a\nx,1\nx,2\nrare,3\n", "x x rare")]
    [InlineData("a name with a line break", "label,\"a\nb\"\nx,1\ny,2\n", "x y")]
    [InlineData("mixed line ends", "label,a\r\nx,1\ny,2\rz,3\r\n", "x y z")]
    [InlineData("a label that is missing elsewhere", "label,a\nNA,1\nnull,2\n", "NA null")]
    public void A_strange_table_is_read(string what, string text, string classes)
    {
        Assert.NotEmpty(what);

        Assert.Equal(classes, ClassesOf(files.Open(files.Write("strange.csv", text))));
    }

    [Theory]
    [InlineData("--label", "has no column 'lable', which --label names; did you mean 'label'?")]
    [InlineData("--task", "has no column 'lable', which --task names")]
    [InlineData("--text", "has no column 'lable', which --text names")]
    [InlineData("--ignore", "has no column 'lable', which --ignore names")]
    public void A_column_that_is_not_there_is_named_with_those_that_are(string option, string expected)
    {
        string path = files.Write("a.csv", "label,a\nx,1\n"), name = "lable";
        RecordOptions options = option switch { "--label" => new() { Label = name }, "--task" => new() { Task = name }, "--text" => new() { Text = name }, _ => new() { Ignore = [name] } };

        string message = files.Refusal(path, options);
        Assert.Contains(expected, message);
        Assert.Contains("'label', 'a'", message);
    }

    [Fact]
    public void A_column_has_one_use()
    {
        string path = files.Write("a.csv", "label,a\nx,1\n");

        Assert.Contains("cannot have two uses", files.Refusal(path, new() { Task = "label" }));
        Assert.Contains("to be ignored and used at once", files.Refusal(path, new() { Label = "a", Ignore = ["a"] }));
    }

    [Theory]
    [InlineData("\xff\xfe\0\0label", "is in UTF-32")]
    [InlineData("label,a\nM\xfcller,1\n", "is not in UTF-8: the byte 0xfc")]
    [InlineData("\xff\xfel\0a\0\0", "is not in UTF-16")]
    public void A_text_in_another_encoding_is_refused(string bytes, string expected)
    {
        string path = files.Write("wrong.csv", Encoding.Latin1.GetBytes(bytes));

        Assert.Contains(expected, files.Refusal(path));
    }

    [Fact]
    public void A_quote_that_is_never_closed_does_not_fill_the_memory()
    {
        StringBuilder text = new("label,a\nx,1\ny,\"2\n");
        while (text.Length < 18_000_000) text.Append("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz,1\n");
        string path = files.Write("wrong.csv", text.ToString());

        Assert.Contains($"What begins after line 2 of '{path}' is longer than 16 million letters", files.Refusal(path));
    }

    [Fact]
    public void Numbers_with_a_stray_name_are_refused_with_the_line()
    {
        StringBuilder late = new("label,a\n"), early = new("label,a\n"), date = new("label,a\n"), comma = new("label,a\n");
        for (int i = 0; i < 2000; i++)
        {
            late.Append($"{i % 2},{(i == 1500 ? "unknown" : $"{i}.5")}\n");
            early.Append($"{i % 2},{(i == 500 ? "unknown" : $"{i}.5")}\n");
            date.Append($"{i % 2},{(i == 1500 ? "yesterday" : $"2020-01-{1 + i % 28:00}")}\n");
            comma.Append($"{i % 2},{(i == 1500 ? "\"1,5\"" : $"{i % 3}")}\n");
        }

        Assert.Contains("The column 'a' holds numbers, but 'unknown' in line 1502 of", files.Refusal(files.Write("late.csv", late.ToString())));
        Assert.Contains("The column 'a' holds numbers, but 'unknown' in line 502 of", files.Refusal(files.Write("early.csv", early.ToString())));
        Assert.Contains("The column 'a' holds dates, but 'yesterday' in line 1502 of", files.Refusal(files.Write("date.csv", date.ToString())));
        Assert.Contains("has a number with a comma, '1,5' in line 1502", files.Refusal(files.Write("comma.csv", comma.ToString())));
    }

    [Fact]
    public void Numbers_that_no_two_rows_share_are_no_classes()
    {
        string path = files.Write("a.csv", "a,target\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},{i}.25\n")));

        Assert.Contains("holds 200 different numbers, such as 0.25", files.Refusal(path));
    }

    [Fact]
    public void Tables_of_a_folder_must_have_the_same_columns()
    {
        files.Write("f/1.csv", "label,a,b\nx,1,2\n");
        files.Write("f/2.csv", "label,a,c\nx,1,2\n");

        Assert.Contains($"'{files["f/2.csv"]}' lacks 'b', which '{files["f/1.csv"]}' has, and has 'c', which '{files["f/1.csv"]}' has not", Assert.Throws<EngramException>(() => files.Open("f")).Message);
    }

    [Theory]
    [InlineData("[1, 2]", "Line 1 of 'FILE' begins with '[1, 2]', and an object")]
    [InlineData("{\"label\": \"x\", \"a\": 1}\n{\"label\": \"y\", \"a\": ", "Line 2 of 'FILE' is no JSON object after the key 'a'")]
    [InlineData("{\"label\": \"x\", \"a\": 1} {\"label\": \"y\"}", "Line 1 of 'FILE' is no JSON object")]
    [InlineData("{\"label\": \"x\", \"a\": [1, 2]}", "Line 1 of 'FILE' has a list under the key 'a'")]
    [InlineData("{\"label\": \"x\", \"a\": {\"b\": 2}}", "Line 1 of 'FILE' has an object under the key 'a'")]
    [InlineData("{\"label\": \"x\", \"a\": 1, \"a\": 2}", "Line 1 of 'FILE' has the key 'a' twice")]
    [InlineData("{\"label\": \"x\", \"a\": NaN}", "Line 1 of 'FILE' is no JSON object after the key 'a'")]
    [InlineData("{\"label\": \"x\", \"a\": 1e999}", "'1e999' stands in line 1 of 'FILE', column 'a', and is infinity")]
    [InlineData("{\"label\": \"x\", \"a\": 1}\n{\"a\": 1}", "The label is empty in line 2 of 'FILE'")]
    [InlineData("{\"label\": \"x\", \"a\": \"\\ud800\"}", "Line 1 of 'FILE' is no JSON object after the key 'a'")]
    [InlineData("\n\n", "holds no line with an object")]
    [InlineData("", "is empty (0 bytes)")]
    [InlineData("{\"a\": 1}", "has no column named label")]
    public void Wrong_json_lines_are_refused(string text, string expected)
    {
        string path = files.Write("wrong.jsonl", text);

        Assert.Contains(expected.Replace("FILE", path), files.Refusal(path));
    }

    [Fact]
    public void Json_lines_in_utf_16_are_refused()
    {
        string path = files.Write("wrong.jsonl", Encoding.Unicode.GetBytes("{\"label\": 1}"));

        Assert.Contains("is in UTF-16 or UTF-32", files.Refusal(path));
    }

    public static TheoryData<string, byte[], string> WrongArrays => new()
    {
        { "empty", [], "is empty (0 bytes)" },
        { "mark", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "does not begin as a .npy file does: 010203040506 was found and 934E554D5059 expected" },
        { "short", NpyOf("'<f4'", "(2,)", [])[..8], "ends at byte 8, inside its header" },
        { "version", [0x93, .. "NUMPY"u8, 9, 0, 1, 0, 0, 0], "is of version 9" },
        { "header", [0x93, .. "NUMPY"u8, 2, 0, 0xff, 0xff, 0xff, 0x7f], "announces a header of 2147483647 bytes" },
        { "header-end", NpyOf("'<f4'", "(2,)", [])[..60], "ends at byte 60, inside its header" },
        { "no-descr", [0x93, .. "NUMPY"u8, 1, 0, 4, 0, .. "{1}\n"u8], "has no type ('descr') that can be read" },
        { "object", NpyOf("'|O'", "(2,)", new byte[16]), "holds Python objects ('|O')" },
        { "complex", NpyOf("'<c8'", "(2,)", new byte[16]), "of the type '<c8', which cannot be read" },
        { "fields", NpyOf("[('a', '<f4')]", "(2,)", new byte[8]), "records with named fields" },
        { "fortran", NpyOf("'<f4'", "(2, 2)", new byte[16], "True"), "is in Fortran order" },
        { "huge", NpyOf("'<f4'", "(9223372036854775807, 9223372036854775807)", new byte[16]), "needs 3" },
        { "huge-size", NpyOf("'<f4'", "(99999999999999999999, 2)", new byte[16]), "has the size '99999999999999999999' in its shape" },
        { "less", NpyOf("'<f4'", "(3, 2)", new byte[20]), "of shape [3, 2] and type float32 needs 24 bytes, and there are 20" },
        { "more", NpyOf("'<f4'", "(3, 2)", new byte[25]), "needs 24 bytes, and there are 25" },
        { "none", NpyOf("'<f4'", "(0, 2)", []), "which has no numbers" },
        { "scalar", NpyOf("'<f4'", "()", new byte[4]), "of 0 dimensions" },
        { "text", NpyOf("'<U1'", "(2,)", new byte[8]), "holds text of 1 letters and should hold numbers" },
        { "nan", Npy("'<f4'", "(2, 2)", 1f, 2, 3, float.NaN), "Record 2 of 'FILE' has no number (NaN) at place 2 of 2" },
        { "infinity", Npy("'<f8'", "(2,)", 1.0, 1e300), "Record 2 of 'FILE' has infinity at place 1 of 1" },
        { "count", Npy("'<f4'", "(3,)", 1f, 2, 3), "holds 2 labels, but 'FILE' holds 3 records" },
    };

    [Theory]
    [MemberData(nameof(WrongArrays))]
    public void A_wrong_array_is_refused(string name, byte[] content, string expected)
    {
        string path = files.Write($"{name}.npy", content);
        files.Write($"{name}-labels.npy", Npy("'<i4'", "(2,)", 0, 1));

        string message = Assert.Throws<EngramException>(() => files.Open(path)).Message;
        Assert.Contains(expected.Replace("FILE", path), message);
        Assert.Contains($"{name}", message);
        Assert.Matches("; .*\\.$", message);
    }

    [Fact]
    public void Labels_of_arrays_must_be_there_and_be_labels()
    {
        files.Write("a.npy", Npy("'<f4'", "(2, 1)", 1f, 2));
        Assert.Contains("has no labels beside it; save them as 'a-labels.npy'", files.Refusal("a.npy"));

        files.Write("a-labels.npy", Npy("'<f4'", "(2,)", 1f, 0.5f));
        Assert.Contains("Label 2 of", Assert.Throws<EngramException>(() => files.Open("a.npy")).Message);
        files.Write("a-labels.npy", Npy("'<f4'", "(2, 3)", new float[6]));
        Assert.Contains("holds 3 numbers for each label", Assert.Throws<EngramException>(() => files.Open("a.npy")).Message);
        files.Write("a-y.npy", Npy("'<i4'", "(2,)", 0, 1));
        Assert.Contains("more than one file of labels beside it: 'a-labels.npy', 'a-y.npy'", files.Refusal("a.npy"));
    }

    [Theory]
    [InlineData("few", new byte[] { 1, 2 }, "a header of -1 bytes was announced in a file of 2")]
    [InlineData("2-to-the-60", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x10, 1 }, "a header of 1152921504606846976 bytes was announced in a file of 9")]
    public void A_wrong_length_of_safetensors_is_refused(string name, byte[] content, string expected)
    {
        Assert.Contains(expected, files.Refusal(files.Write($"{name}.safetensors", content)));
    }

    [Theory]
    [InlineData("""{"features":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""", "has no tensor 'labels' (it has 'features')")]
    [InlineData("""{"features":{"dtype":"F32","shape":[3,1],"data_offsets":[0,8]}}""", "has 8 bytes but its shape [3, 1] needs 12")]
    [InlineData("""{"features":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", "has the unknown type 'F99'")]
    [InlineData("""{"features":{"dtype":"F32","shape":[2],"data_offsets":[0,80]}}""", "lies at [0, 80] of 16 bytes")]
    [InlineData("""{"features":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"labels":{"dtype":"I32","shape":[3],"data_offsets":[4,16]}}""", "shares bytes with other tensors")]
    [InlineData("{]", "the header is not valid")]
    public void Wrong_safetensors_are_refused(string header, string expected)
    {
        string path = files.Write("wrong.safetensors", SafeTensors(header, new byte[16]));

        Assert.Contains(expected, files.Refusal(path));
    }

    public static TheoryData<string, byte[], string> WrongIdx => new()
    {
        { "mark", [1, 0, 8, 1, 0, 0, 0, 2, 0, 0], "the mark 0x01000801 was found" },
        { "type", [0, 0, 7, 1, 0, 0, 0, 2, 0, 0], "the mark 0x00000701 was found" },
        { "header", [0, 0, 8, 3, 0, 0, 0, 2], "ends at byte 8, inside its header of 16 bytes" },
        { "less", Idx(8, [2, 3], new byte[5]), "needs 6 bytes, and there are 5" },
        { "packed-less", Gzip(Idx(8, [2, 3], new byte[5])), "ends at byte 17 and 18 bytes were expected" },
        { "packed-more", Gzip(Idx(8, [2, 3], new byte[7])), "goes on after byte 18" },
        { "packed-huge", Gzip(Idx(8, [int.MaxValue, 60_000_000], new byte[7])), "would have to be read whole; unpack it" },
        { "broken", [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8], "its gzip stream is broken" },
        { "zero", Idx(8, [0, 3], []), "which has no numbers" },
    };

    [Theory]
    [MemberData(nameof(WrongIdx))]
    public void Wrong_idx_is_refused(string name, byte[] content, string expected)
    {
        string path = files.Write($"{name}.idx", content);
        files.Write($"{name}-labels.idx", Idx(8, [2], [0, 1]));

        Assert.Contains(expected, files.Refusal(path));
    }

    [Fact]
    public void A_path_that_leads_nowhere_or_to_no_data_is_refused()
    {
        Assert.Contains("There is no file or folder", files.Refusal("nothing.csv"));
        Directory.CreateDirectory(files["empty"]);
        Assert.Contains("is of no form that can be read; what can be read: ", files.Refusal("empty"));
        Assert.Contains("*.csv", files.Refusal(files.Write("a.xlsx", "x")));
        files.Write("both/a.csv", "label,a\nx,1\n");
        files.Write("both/b.jsonl", "{}");
        Assert.Contains("holds data of several forms (csv, jsonl)", files.Refusal("both"));
    }

    [Fact]
    public void Links_that_lead_to_themselves_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "links need a right on Windows");
        File.CreateSymbolicLink(files["loop.csv"], files["loop.csv"]);
        Assert.Contains("loop.csv", Assert.Throws<EngramException>(() => files.Open("loop.csv")).Message);
        File.Delete(files["loop.csv"]);
        files.Write("f/a.csv", "label,a\nx,1\ny,2\n");
        Directory.CreateSymbolicLink(files["f/again"], files["f"]);

        Assert.Contains("is a link to one that it lies in", Assert.Throws<EngramException>(() => files.Open("f")).Message);
    }

    [Fact]
    public void A_name_with_a_line_break_is_shown_on_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "no such names on Windows");
        string path = files.Write("a\nb.csv", "label,a\nx,\"1\n");

        string message = Assert.Throws<EngramException>(() => files.Open(path)).Message;
        Assert.Contains("a b.csv", message);
        Assert.Equal("x", ClassesOf(files.Open(files.Write("c\nd.csv", "label,a\nx,1\n"))));
    }
}
