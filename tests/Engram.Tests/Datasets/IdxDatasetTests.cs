using CsCheck;
using Engram.Datasets;

namespace Engram.Tests.Datasets;

public sealed class IdxDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TinyDataset tiny = new();

    private string TrainImages => folder["tiny", "train-images-idx3-ubyte"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Plain_and_gzip_files_load_side_by_side()
    {
        DataFolders folders = tiny.WriteTo(folder);
        File.Delete(TrainImages);
        File.WriteAllBytes(TrainImages + ".gz", TinyDataset.Gzip(tiny.Files[0]));

        ImageDataset data = tiny.Source.Load(folders);

        Assert.Equal(tiny.Files[0].AsSpan(16), data.Train.AllPixels);
        Assert.Equal(tiny.Files[1].AsSpan(8), data.Train.Labels);
        Assert.Equal(tiny.Files[2].AsSpan(16), data.Test.AllPixels);
        Assert.Equal((12, 7, 1, 28, 28), (data.Train.Count, data.Test.Count, data.Train.Channels, data.Train.Height, data.Train.Width));
        Assert.Equal("class 9", data.ClassNames[9]);
    }

    [Fact]
    public void A_gzip_file_of_thousands_of_members_is_refused()
    {
        DataFolders folders = tiny.WriteTo(folder);
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(TrainImages, [.. Enumerable.Repeat(empty, 2000).SelectMany(member => member), .. TinyDataset.Gzip(tiny.Files[0])]);

        Assert.Contains("more than 1000 gzip members", Assert.Throws<EngramException>(() => tiny.Source.Load(folders)).Message);
    }

    [Fact]
    public void A_file_that_a_browser_unpacked_without_renaming_still_loads()
    {
        DataFolders folders = tiny.WriteTo(folder);
        File.Move(TrainImages, TrainImages + ".gz");

        Assert.Equal(12, tiny.Source.Load(folders).Train.Count);
    }

    [Fact]
    public void The_first_folder_that_holds_all_files_is_taken()
    {
        DataFolders last = tiny.WriteTo(folder);
        using TemporaryFolder half = new();
        tiny.WriteTo(half);
        File.Delete(half["tiny", "t10k-labels-idx1-ubyte"]);

        DataFolders folders = new(half.Path, last.Cache);

        Assert.Equal(folder["tiny"], tiny.Source.Find(folders));
        Assert.Equal(12, tiny.Source.Load(folders).Train.Count);
    }

    [Fact]
    public void Missing_data_names_the_paths_tried_the_missing_file_and_the_command()
    {
        DataFolders folders = tiny.WriteTo(folder);
        File.Delete(folder["tiny", "t10k-labels-idx1-ubyte"]);

        EngramException error = Assert.Throws<EngramException>(() => tiny.Source.Load(new(folder["nowhere"], folders.Cache)));

        Assert.Equal(("missing-data", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Contains($"'{folder["nowhere", "tiny"]}'", error.Message);
        Assert.Contains($"'{folder["tiny"]}' (lacks t10k-labels-idx1-ubyte)", error.Message);
        Assert.Contains("engram data get tiny", error.Message);
    }

    public static TheoryData<string, int, byte[]?, string> Damages => new()
    {
        { "train-images-idx3-ubyte", 100, null, "it ends at byte 100 and 9424 bytes were expected" },
        { "train-images-idx3-ubyte", 9, null, "it ends at byte 9, inside its header of 16 bytes" },
        { "train-images-idx3-ubyte", 0, null, "it ends at byte 0, inside its header of 16 bytes" },
        { "train-images-idx3-ubyte", 9424, [1], "it goes on after byte 9424" },
        { "train-images-idx3-ubyte", 3, [1], "at byte 0 the mark 0x00000801 was found and 0x00000803 expected" },
        { "train-images-idx3-ubyte", 4, [255, 255, 255, 255], "at byte 4 a count of 4294967295 was found" },
        { "train-images-idx3-ubyte", 4, [0, 0, 0, 0], "at byte 4 a count of 0 was found" },
        { "train-images-idx3-ubyte", 11, [32], "at byte 8 an image height of 32 was found and 28 expected" },
        { "train-images-idx3-ubyte", 15, [32], "at byte 12 an image width of 32 was found and 28 expected" },
        { "train-images-idx3-ubyte", 0, [0x1f, 0x8b], "its gzip stream is broken" },
        { "train-labels-idx1-ubyte", 10, [17], "at byte 10 the label 17 was found and 0 to 9 expected" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_named_with_what_was_found_and_expected(string file, int at, byte[]? overwrite, string finding)
    {
        DataFolders folders = tiny.WriteTo(folder);
        string path = folder["tiny", file];
        using (FileStream damaged = new(path, FileMode.Open))
        {
            damaged.Position = at;
            if (overwrite is null) damaged.SetLength(at);
            else damaged.Write(overwrite);
        }

        EngramException error = Assert.Throws<EngramException>(() => tiny.Source.Load(folders));

        Assert.Equal(("corrupt-data", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Contains($"'{path}' is damaged: {finding}", error.Message);
        Assert.EndsWith("; delete the file and run 'engram data get tiny'.", error.Message);
    }

    [Fact]
    public void One_changed_pixel_is_found_by_the_checksum()
    {
        DataFolders folders = tiny.WriteTo(folder);
        byte[] changed = [.. tiny.Files[0]];
        changed[5000]++;
        File.WriteAllBytes(TrainImages, changed);

        EngramException error = Assert.Throws<EngramException>(() => tiny.Source.Load(folders));

        Assert.Contains("its content has the checksum (sha256)", error.Message);
    }

    [Fact]
    public void More_labels_than_images_is_an_error_that_names_both_files()
    {
        TinyDataset uneven = new(testLabels: 8);
        DataFolders folders = uneven.WriteTo(folder);

        EngramException error = Assert.Throws<EngramException>(() => uneven.Source.Load(folders));

        Assert.Contains($"it holds 8 labels, but '{folder["tiny", "t10k-images-idx3-ubyte"]}' holds 7 images", error.Message);
    }

    [Fact]
    public void A_small_file_that_announces_gigabytes_does_not_take_them()
    {
        File.WriteAllBytes(folder["huge.gz"], TinyDataset.Gzip([.. IdxFile.Header(2_500_000, 28, 28), 1, 2, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        EngramException error = Assert.Throws<EngramException>(() => IdxFile.Read(folder["huge.gz"], "delete it", 28, 28));

        Assert.Contains("it ends at byte 19 and 1960000016 bytes were expected", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_too()
    {
        EngramException error = Assert.Throws<EngramException>(() => IdxFile.Read(folder["absent"], "get it"));

        Assert.Equal("unreadable-data", error.Code);
        Assert.Contains(folder["absent"], error.Message);
    }

    [Fact]
    public void Any_damage_to_any_file_is_an_engram_error_or_leaves_the_content_as_it_was()
    {
        DataFolders folders = tiny.WriteTo(folder);
        byte[][] stored = [tiny.Files[0], tiny.Files[1], TinyDataset.Gzip(tiny.Files[2]), TinyDataset.Gzip(tiny.Files[3])];
        Gen<byte[]> noise = Gen.Byte.Array[0, 40];

        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Double[0, 1], noise).Sample((which, kind, where, bytes) =>
        {
            int at = (int)(where * (stored[which].Length - 1));
            byte[] start = stored[which][..at], end = stored[which][at..];
            byte[] damaged = kind switch
            {
                0 => start,
                1 => bytes,
                2 => [.. start, .. bytes, .. end],
                _ => [.. start, .. bytes, .. end.Skip(bytes.Length)],
            };
            File.WriteAllBytes(folder["tiny", TinyDataset.FileNames[which]], damaged);
            try
            {
                ImageDataset data = tiny.Source.Load(folders);
                return data.Train.AllPixels.SequenceEqual(tiny.Files[0].AsSpan(16)) && data.Test.Labels.SequenceEqual(tiny.Files[3].AsSpan(8));
            }
            catch (EngramException e)
            {
                return e.Code == "corrupt-data";
            }
            finally
            {
                File.WriteAllBytes(folder["tiny", TinyDataset.FileNames[which]], stored[which]);
            }
        }, iter: 2000, threads: 1);
    }
}
