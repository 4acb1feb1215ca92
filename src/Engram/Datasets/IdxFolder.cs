using System.Security.Cryptography;

namespace Engram.Datasets;

/// <summary>A folder with the four files of a grey 28x28 data set in the layout of MNIST, each plain or with <c>.gz</c>.</summary>
/// <param name="path">The folder; it need not exist.</param>
/// <param name="checksums">What the files must contain.</param>
/// <param name="remedy">What the user should do if a file is damaged.</param>
internal sealed class IdxFolder(string path, IdxChecksums checksums, string remedy)
{
    private const int Side = 28;
    private static readonly int[] ImageShape = [Side, Side];

    private readonly Part trainImages = new("train-images-idx3-ubyte", checksums.TrainImages, ImageShape);
    private readonly Part trainLabels = new("train-labels-idx1-ubyte", checksums.TrainLabels, []);
    private readonly Part testImages = new("t10k-images-idx3-ubyte", checksums.TestImages, ImageShape);
    private readonly Part testLabels = new("t10k-labels-idx1-ubyte", checksums.TestLabels, []);

    /// <summary>One of the four files: its name without <c>.gz</c>, its checksum, and the shape of an item.</summary>
    public sealed record Part(string Name, string Sha256, int[] ItemShape);

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The four files.</summary>
    public IEnumerable<Part> Parts => [trainImages, trainLabels, testImages, testLabels];

    /// <summary>The files that are not there.</summary>
    public IReadOnlyList<Part> Missing => [.. Parts.Where(part => Find(part) is null)];

    /// <summary>The path of one file, or null where it is not there.</summary>
    public string? Find(Part part) =>
        new[] { part.Name, $"{part.Name}.gz" }.Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists);

    /// <summary>Reads all four files and checks everything about them.</summary>
    /// <exception cref="EngramException">A file is missing, unreadable, damaged or does not fit the others.</exception>
    public ImageDataset Load(IReadOnlyList<string> classNames) =>
        new(Load(trainImages, trainLabels, classNames.Count), Load(testImages, testLabels, classNames.Count), classNames);

    /// <summary>Reads one file and checks its content against its checksum.</summary>
    /// <exception cref="EngramException">The file is unreadable or damaged.</exception>
    public static void Check(string file, Part part, string remedy) => Check(IdxFile.Read(file, remedy, part.ItemShape), file, part, remedy);

    /// <summary>Writes the files that are not there, each under a temporary name first. What is there stays.</summary>
    /// <exception cref="EngramException">The data are not those of the checksums.</exception>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public void Write(ImageDataset data)
    {
        Directory.CreateDirectory(path);
        Write(trainImages, data.Train.AllPixels, data.Train.Count);
        Write(trainLabels, data.Train.Labels, data.Train.Count);
        Write(testImages, data.Test.AllPixels, data.Test.Count);
        Write(testLabels, data.Test.Labels, data.Test.Count);
    }

    private LabeledImages Load(Part imagePart, Part labelPart, int classes)
    {
        string imagePath = Find(imagePart) ?? System.IO.Path.Combine(path, imagePart.Name);
        string labelPath = Find(labelPart) ?? System.IO.Path.Combine(path, labelPart.Name);
        IdxFile images = IdxFile.Read(imagePath, remedy, imagePart.ItemShape), labels = IdxFile.Read(labelPath, remedy, labelPart.ItemShape);
        if (images.Count != labels.Count)
            throw IdxFile.Corrupt(labelPath, remedy, $"it holds {labels.Count} labels, but '{imagePath}' holds {images.Count} images");
        int wrong = labels.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0) throw IdxFile.Corrupt(labelPath, remedy, $"at byte {8 + wrong} the label {labels.Data[wrong]} was found and 0 to {classes - 1} expected");
        // The checksums come last, so that an error names the first wrong byte wherever that can be told.
        Check(images, imagePath, imagePart, remedy);
        Check(labels, labelPath, labelPart, remedy);
        return new(images.Data, labels.Data, channels: 1, Side, Side);
    }

    private static void Check(IdxFile read, string file, Part part, string remedy)
    {
        if (read.Sha256 != part.Sha256)
            throw IdxFile.Corrupt(file, remedy, $"its content has the checksum (sha256) {read.Sha256} and {part.Sha256} was expected");
    }

    private void Write(Part part, ReadOnlySpan<byte> data, int count)
    {
        if (Find(part) is not null) return;
        byte[] header = IdxFile.Header(count, part.ItemShape);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(data);
        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != part.Sha256)
            throw EngramException.Failure("wrong-bytes", $"This machine made '{part.Name}' with the checksum {found}, {part.Sha256} was expected; please report it with the name of your processor.");
        string target = System.IO.Path.Combine(path, part.Name), temporary = $"{target}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                file.Write(header);
                file.Write(data);
                file.Flush(flushToDisk: true);
            }
            // Another process may have been faster; the same bytes are then already there.
            if (!File.Exists(target)) File.Move(temporary, target, overwrite: false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
