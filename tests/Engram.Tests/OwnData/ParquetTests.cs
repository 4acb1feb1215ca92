using System.Text;
using Engram.OwnData;
using Parquet;
using Parquet.Schema;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

public sealed class ParquetTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Columns_of_every_type_say_what_a_table_in_text_says()
    {
        await Write("a.parquet", group =>
        [
            (new DataField<long>("label"), field => group().WriteAsync<long>(field, new long[] { 7, 8, 7, 8 }.AsMemory())),
            (new DataField<double?>("a"), field => group().WriteAsync<double>(field, new double?[] { 1.5, null, double.NaN, 3.5 }.AsMemory())),
            (new DataField<string>("b"), field => group().WriteAsync(field, (string[])["07", "7", null!, "07"])),
            (new DataField<DateTime>("c"), field => group().WriteAsync<DateTime>(field, new[] { Day(1), Day(2), Day(3), Day(4) }.AsMemory())),
            (new DataField<bool>("d"), field => group().WriteAsync<bool>(field, new[] { true, false, true, false }.AsMemory())),
            (new DataField<decimal>("e"), field => group().WriteAsync<decimal>(field, new[] { 0.5m, 1, 2, 3 }.AsMemory())),
            (new DataField<float>("f"), field => group().WriteAsync<float>(field, new[] { 1f, 1, 1, 1 }.AsMemory())),
        ]);
        files.Write("a.csv", "label,a,b,c,d,e,f\n7,1.5,07,2020-01-01,true,0.5,1\n8,,7,2020-01-02,false,1,1\n7,NaN,,2020-01-03,true,2,1\n8,3.5,07,2020-01-04,false,3,1\n");

        Records table = files.Open("a.parquet"), text = files.Open("a.csv");

        Assert.Equal(ClassesOf(text), ClassesOf(table));
        Assert.Equal(text.Describe(), table.Describe());
        Assert.Equal(Inputs(text), Inputs(table));
        Assert.Equal(Enumerable.Range(0, 4).Select(text.ContentHash), Enumerable.Range(0, 4).Select(table.ContentHash));
        Assert.StartsWith("row 4 of", table.Where(3));

        static DateTime Day(int day) => new(2020, 1, day, 0, 0, 0, DateTimeKind.Utc);
    }

    [Fact]
    public async Task Many_groups_of_rows_are_one_table()
    {
        ParquetSchema schema = new(new DataField<string>("label"), new DataField<int>("a"));
        await using (FileStream file = File.Create(files["a.parquet"]))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: TestContext.Current.CancellationToken))
            for (int part = 0; part < 3; part++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAsync(schema.DataFields[0], [.. Enumerable.Range(0, 700).Select(i => $"{i % 2}")]);
                await group.WriteAsync<int>(schema.DataFields[1], Enumerable.Range(700 * part, 700).ToArray().AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
            }

        Records records = files.Open("a.parquet");

        Assert.Equal((2100, "0 to 2099, mean 1049.5"), (records.Count, records.Describe()[1].Detail));
        Assert.StartsWith("row 2100 of", records.Where(2099));
    }

    [Fact]
    public async Task A_nested_column_is_refused_by_name_unless_it_is_ignored()
    {
        DataField label = new DataField<string>("label"), list = new("scores", typeof(int), isNullable: false, isArray: true);
        ParquetSchema schema = new(label, new DataField<int>("a"), list);
        await using (FileStream file = File.Create(files["a.parquet"]))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: TestContext.Current.CancellationToken))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], (string[])["x", "y"]);
            await group.WriteAsync<int>(schema.DataFields[1], new[] { 1, 2 }.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
            await group.WriteAsync<int>(schema.DataFields[2], new[] { 1, 2, 3 }.AsMemory(), new[] { 0, 1, 0 }.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Contains("The column 'scores'", files.Refusal("a.parquet"));
        Assert.Contains("is nested", files.Refusal("a.parquet"));
        Assert.Equal("x y", ClassesOf(files.Open("a.parquet", new() { Ignore = ["scores"] })));
    }

    [Fact]
    public async Task A_damaged_file_is_refused()
    {
        await Write("a.parquet", group =>
        [
            (new DataField<string>("label"), field => group().WriteAsync(field, (string[])["x", "y"])),
            (new DataField<double>("a"), field => group().WriteAsync<double>(field, new[] { 1.0, double.PositiveInfinity }.AsMemory())),
        ]);
        byte[] whole = File.ReadAllBytes(files["a.parquet"]);
        Assert.Contains("row 2 of", files.Refusal("a.parquet"));
        Assert.Contains("infinity", files.Refusal("a.parquet"));

        files.Write("cut.parquet", whole[..(whole.Length / 2)]);
        Assert.Contains("it was cut off", files.Refusal("cut.parquet"));
        foreach (string end in new[] { "\0\0\0\0", "1+\u0003\u0003\0\0\0", "\u0019\u007f\u0002\0\0\0" })
        {
            files.Write("endless.parquet", [.. "PAR1"u8, .. Encoding.Latin1.GetBytes(end), .. "PAR1"u8]);
            Assert.Contains("it is damaged", files.Refusal("endless.parquet"));
        }
        files.Write("none.parquet", "label,a\nx,1\ny,2\n");
        Assert.Contains("begins otherwise than a Parquet file", files.Refusal("none.parquet"));
        for (int at = 4; at < whole.Length - 8; at += 3)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x55;
            files.Write("changed.parquet", changed);
            try
            {
                files.Open("changed.parquet");
            }
            catch (EngramException refused)
            {
                Assert.Equal(ErrorKind.Input, refused.Kind);
            }
        }
    }

    private async Task Write(string name, Func<Func<ParquetRowGroupWriter>, (DataField Field, Func<DataField, Task> Write)[]> columns)
    {
        ParquetRowGroupWriter? open = null;
        (DataField Field, Func<DataField, Task> Write)[] made = columns(() => open!);
        ParquetSchema schema = new(made.Select(column => column.Field));
        await using FileStream file = File.Create(files[name]);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file);
        using ParquetRowGroupWriter group = open = writer.CreateRowGroup();
        foreach (var (field, write) in made) await write(schema.DataFields.Single(one => one.Name == field.Name));
    }
}
