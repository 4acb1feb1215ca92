namespace Engram.Datasets;

/// <summary>
/// Handwriting-like digits that Engram draws itself: strokes with random shift, rotation, scale, slant, bend, thickness and noise. Nothing to
/// download, the same bytes on every machine, about as hard as MNIST (a 784-400-400-10 network reaches 97 to 99 %).
/// </summary>
public sealed class Digits : ImageDatasetSource
{
    // The number moves whenever the drawing changes, so that an older cache is left alone instead of called damaged.
    private const string FolderName = "digits-1";
    private const int TrainCount = 60_000, TestCount = 10_000;
    private const long TotalBytes = (TrainCount + TestCount) * (long)(DigitPen.Side * DigitPen.Side + 1);
    private static readonly Seed Hand = new(28);
    private static readonly string[] ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private static readonly IdxChecksums Checksums = new()
    {
        TrainImages = "720f0892ce452b5645ed2cf828d10aad9c188be7bf4c4cc0c5aa7443a25d28be",
        TrainLabels = "8d8eeaedc9f62eaca2fd5936098a0f8c7035dcf86add8609ae88ad8fb3f6dfd9",
        TestImages = "49a041748ded3b6cefd20879e577b66fee170985069f16b84b62850905a48b17",
        TestLabels = "e27605128ada1b35e837d7890198c3f06bfcde6ef3e5a084a97901782871d229",
    };

    private Digits() { }

    /// <summary>The data set of 60,000 + 10,000 images.</summary>
    public static Digits Source { get; } = new();

    /// <inheritdoc/>
    public override string Id => "digits";

    /// <inheritdoc/>
    public override string Summary => "60,000 + 10,000 drawn digits, 28x28 grey, 10 classes; made on this machine in seconds";

    /// <inheritdoc/>
    public override string Licence => "MIT";

    /// <inheritdoc/>
    public override string Origin => "drawn by Engram";

    /// <inheritdoc/>
    public override string HowToGet => $"made when first used, or by '{base.HowToGet}'";

    /// <summary>Draws digits in memory. Image i does not depend on how many are asked for; each ten images hold every digit once.</summary>
    /// <param name="train">Training images, 0 or more.</param>
    /// <param name="test">Test images, 0 or more.</param>
    public static ImageDataset Generate(int train, int test)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(train);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        return new(Draw("digits-train", train), Draw("digits-test", test), ClassNames);
    }

    /// <inheritdoc/>
    public override string? Find(DataFolders folders) =>
        folders.Places(FolderName).FirstOrDefault(path => Folder(path).Missing.Count == 0);

    /// <summary>Loads the digits, or makes them where they are in none of the folders, and then keeps them in the cache for the next time.</summary>
    /// <exception cref="EngramException">A file of the cache is damaged.</exception>
    public override ImageDataset Load(DataFolders folders)
    {
        if (Find(folders) is { } path) return Folder(path).Load(ClassNames);
        ImageDataset drawn = Generate(TrainCount, TestCount);
        try
        {
            Folder(Path.Combine(folders.Cache, FolderName)).Write(drawn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The data are the same without a cache; only the next start takes seconds longer. 'data get digits' tells what is wrong with the folder.
        }
        return drawn;
    }

    /// <inheritdoc/>
    public override async Task<string> GetAsync(
        DataFolders folders, HttpClient client, Uri? mirror = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        string path = Find(folders.ForGet()) ?? Path.Combine(folders.DownloadTo, FolderName);
        IdxFolder folder = Folder(path);
        await Task.Run(() => Complete(folder), cancellation);
        progress?.Report(new(FolderName, TotalBytes, TotalBytes));
        return path;
    }

    private static void Complete(IdxFolder folder)
    {
        try
        {
            Directory.CreateDirectory(folder.Path);
            if (folder.Missing.Count > 0) folder.Write(Generate(TrainCount, TestCount));
            folder.Load(ClassNames);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Failure("cannot-write", $"The digits cannot be kept in '{folder.Path}' ({e.Message.TrimEnd('.')}); make room or choose another folder with --data.", e);
        }
    }

    private static IdxFolder Folder(string path) => new(path, Checksums, "delete the file and run 'engram data get digits' to make it anew");

    private static LabeledImages Draw(string part, int count)
    {
        const int size = DigitPen.Side * DigitPen.Side;
        byte[] pixels = new byte[count * size], labels = new byte[count];
        Parallel.For(0, count, () => new DigitPen(), (image, _, pen) =>
        {
            int digit = Hand.For($"{part}-labels", step: image / 10).Permutation(10)[image % 10];
            pen.Draw(digit, Hand.For(part, step: image), pixels.AsSpan(image * size, size));
            labels[image] = (byte)digit;
            return pen;
        }, _ => { });
        return new(pixels, labels, channels: 1, DigitPen.Side, DigitPen.Side);
    }
}
