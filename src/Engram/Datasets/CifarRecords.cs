namespace Engram.Datasets;

/// <summary>Reads files of CIFAR's binary form, with an error that names the first byte that cannot be.</summary>
/// <param name="form">What a record looks like.</param>
/// <param name="classes">Number of labels.</param>
internal sealed class CifarRecords(CifarForm form, int classes)
{
    private const int PixelBytes = CifarForm.Channels * CifarForm.Side * CifarForm.Side;

    /// <summary>Images with their labels, the files one after another.</summary>
    /// <param name="files">Each file's content, its number of images, and what makes the error of what was found.</param>
    /// <exception cref="EngramException">A file is not of this form.</exception>
    public LabeledImages Read(IReadOnlyList<(byte[] Content, int Images, Func<string, EngramException> Damaged)> files)
    {
        int count = files.Sum(file => file.Images), image = 0;
        byte[] pixels = new byte[count * PixelBytes], labels = new byte[count];
        foreach (var (content, images, damaged) in files)
        {
            long expected = (long)images * form.RecordBytes;
            if (content.Length != expected) throw damaged($"it has {content.Length} bytes and {expected} were expected, {images} images of {form.RecordBytes} bytes");
            for (int at = 0; at < content.Length; at += form.RecordBytes)
            {
                if (form.CoarseLabels > 0) Check(content, at, form.CoarseLabels, "coarse label", damaged);
                Check(content, at + form.LabelBytes - 1, classes, "label", damaged);
                labels[image] = content[at + form.LabelBytes - 1];
                content.AsSpan(at + form.LabelBytes, PixelBytes).CopyTo(pixels.AsSpan(image++ * PixelBytes));
            }
        }
        return new(pixels, labels, CifarForm.Channels, CifarForm.Side, CifarForm.Side);
    }

    private void Check(byte[] content, int at, int labels, string what, Func<string, EngramException> damaged)
    {
        if (content[at] >= labels) throw damaged($"at byte {at} (image {at / form.RecordBytes + 1}) the {what} {content[at]} was found and 0 to {labels - 1} expected");
    }
}
