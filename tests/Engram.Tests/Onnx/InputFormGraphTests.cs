using Engram.Graphs;
using Engram.Onnx;
using Engram.OwnData;
using Engram.OwnData.Rows;
using Engram.Pictures;
using Engram.Tests.OwnData;
using Engram.Training;
using Microsoft.ML.OnnxRuntime;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.Onnx;

public sealed class InputFormGraphTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_table_is_answered_from_its_cells()
    {
        RandomSource random = new(3);
        string[] colours = ["red", "green", "ré \"d\"", ""], labels = ["on", "off", "stand by"];
        List<string> lines = ["label,probabilities,größe (mm),colour,when,far,state of,wide"];
        for (int i = 0; i < 90; i++)
            lines.Add($"{labels[i % 3]},{random.NextGaussian():R},{(i % 4 == 0 ? "" : $"{100 + i % 3 + random.NextGaussian():R}")},\"{colours[(i % 3 + random.NextInt(2)) % 4].Replace("\"", "\"\"", StringComparison.Ordinal)}\",2026-0{1 + i % 9}-11,{5 + i % 2},{(i % 2 == 0 ? "open" : "shut")},{1_700_000_000 + i % 3}");
        Records learned = files.Open(files.Write("a.csv", string.Join('\n', lines)));
        InputForm form = learned.Fit([.. Enumerable.Range(0, learned.Count)]);
        using Predictor predictor = Learn(learned, form);
        Records asked = files.Open(files.Write("b.csv", """"
            label,probabilities,größe (mm),colour,when,far,state of,wide
            on,0.5,101,red,2026-03-11,5,open,1700000001
            on,-0.5,,never seen,2031-03-11,6,shut,1700000000
            on,,102.25,,2020-01-01T12:00,,,1700000003
            on,0.1,n/A,"ré ""d""",2026-03-12,1000,closed,1700000002
            on,3,NaN,?,,5,open,
            on,3,100,Null,2026-05-11,5,Open,1700000001
            on,3e-3,100,green,2026-05-11,5,open,1700000001

            """"));

        using Exported exported = Exported.Of(predictor, new() { Form = form });

        double[] days = [.. new[] { "2026-03-11", "2031-03-11", "2020-01-01T12:00", "2026-03-12" }.Select(Days), double.NaN, Days("2026-05-11"), Days("2026-05-11")];
        (string, OrtValue)[] cells =
        [
            ("probabilities", Column(.5f, -.5f, float.NaN, .1f, 3, 3, 3e-3f)), ("größe (mm)", Column(101, float.NaN, 102.25f, float.NaN, float.NaN, 100, 100)),
            ("colour", Exported.Column("red", "never seen", "", "ré \"d\"", "?", "Null", "green")), ("when", Exported.Column(days)), ("far", Column(5, 6, float.NaN, 1000, 5, 5, 5)),
            ("state of", Exported.Column("open", "shut", "", "closed", "open", "Open", "open")), ("wide", Exported.Column(1700000001.0, 1700000000, 1700000003, 1700000002, double.NaN, 1700000001, 1700000001)),
        ];
        Assert.Equal(["probabilities_", "label"], exported.Outputs); // a column has the name
        Exported.AssertSame(predictor.Predict(Inputs(asked, form)), exported.Numbers("probabilities_", cells), exported.Texts("label", cells));
        foreach (var (_, value) in cells) value.Dispose();
    }

    [Fact]
    public void The_input_of_a_table_is_the_same_number_by_number()
    {
        Records records = files.Open(files.Write("a.csv", "label,a,b,c\nx,1,p,7\ny,,q,7\nx,3,,\ny,4,q,7\nx,5,p,7\n"));
        InputForm form = records.Fit([0, 1, 2, 3, 4]);

        float[][] found = Run(form, ("a", Column(1, float.NaN, 3, 4, 5)), ("b", Exported.Column("p", "q", "", "q", "p")), ("c", Column(7, 7, float.NaN, 7, 7)));

        Assert.Equal(Inputs(records, form), found);
    }

    [Fact]
    public void Missing_names_that_were_never_missing_first_count_as_never_seen()
    {
        Records records = files.Open(files.Write("a.csv", "label,b\nx,p\ny,q\nx,p\ny,\nx,r\ny,q\n"));
        InputForm form = records.Fit([0, 1, 2, 5]);

        float[][] found = Run(form, ("b", Exported.Column("p", "q", "p", "", "r", "q")));

        Assert.Equal(Inputs(records, form), found);
    }

    [Fact]
    public void Every_text_that_counts_as_missing_is_named()
    {
        string[] texts = [.. Cell.MissingTexts];

        Assert.All(texts, text => Assert.True(Cell.IsMissing(text), text));
        Assert.Equal(1 + 1 + 4 + 4 + 8 + 16, texts.Distinct().Count());
        Assert.Equal(texts.Length, texts.Distinct().Count());
    }

    [Theory]
    [InlineData("'<f4'", "(3, 2)")]
    [InlineData("'|u1'", "(3, 8)")]
    [InlineData("'|u1'", "(3, 2, 4)")]
    public void Stored_features_are_scaled(string type, string shape)
    {
        byte[] bytes = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))];
        float[] numbers = [1, 2, 3, 2, 8.5f, 2];
        bool areBytes = type == "'|u1'";
        files.Write("x.npy", areBytes ? Npy(type, shape, bytes) : Npy(type, shape, numbers));
        files.Write("x-labels.npy", Npy("'|u1'", "(3,)", new byte[] { 1, 2, 1 }));
        Records records = files.Open("x.npy");
        InputForm form = records.Fit([0, 1, 2]);

        float[][] found = Run(form, ("input", areBytes ? Exported.Rows([.. bytes.Chunk(8)], [.. form.Shape]) : Exported.Rows([.. numbers.Chunk(2)], 2)));

        Assert.Equal(Inputs(records, form), found);
    }

    [Fact]
    public void Pictures_are_pixels_as_bytes()
    {
        PictureForm form = new(2, 3);
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(i => (byte)(255 - i))];

        float[][] found = Run(form, ("input", Exported.Rows([.. pixels.Chunk(12)], 3, 2, 2)));

        Assert.Equal(pixels.Select(pixel => pixel / 255f), found.SelectMany(row => row));
    }

    [Fact]
    public void A_form_of_other_data_is_refused()
    {
        using Predictor predictor = TwoLessons.Learn();

        EngramException refused = Assert.Throws<EngramException>(() => OnnxExport.GraphOf(predictor, new() { Form = new PictureForm(28, 1) }));
        EngramException both = Assert.Throws<EngramException>(() => OnnxExport.GraphOf(predictor, new() { Form = new PictureForm(28, 1), Features = "resnet18" }));

        Assert.Contains("makes inputs of the shape [1, 28, 28], but the learner takes [6]", refused.Message);
        Assert.Equal("invalid-setting", both.Code);
    }

    private static OrtValue Column(params float[] numbers) => Exported.Column(numbers);

    private static double Days(string date) => Cell.IsDate(date, out double days) ? days : throw new ArgumentException(date);

    private static Predictor Learn(Records records, InputForm form)
    {
        using Learner learner = new(new() { Method = new("slda", new Engram.Methods.ClosedForm.StreamingDiscriminant.Options { Shrinkage = .1 }), Training = new() { Batch = 20 } });
        learner.Learn("all", Inputs(records, form), [.. Enumerable.Range(0, records.Count).Select(record => records.Classes[records.ClassOf(record)])]);
        return learner.ToPredictor();
    }

    private static float[][] Run(InputForm form, params (string Name, OrtValue Value)[] cells)
    {
        Graph graph = new();
        graph.Output("y", form.Describe(graph), GraphType.Single, form.Shape, "");
        using Exported exported = Exported.Of(graph);
        float[][] found = exported.Numbers("y", cells);
        foreach (var (_, value) in cells) value.Dispose();
        return found;
    }
}
