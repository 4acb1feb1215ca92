namespace Engram.Datasets;

/// <summary>The binary form of CIFAR: files of records, each one or two bytes of labels and then the red, green and blue plane of an image of 32x32, row by row.</summary>
public sealed record CifarForm
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 32;

    /// <summary>Colour planes of an image.</summary>
    public const int Channels = 3;

    /// <summary>Name of the published archive, a <c>.tar.gz</c>.</summary>
    public required string Archive { get; init; }

    /// <summary>MD5 of the archive, in lower-case hexadecimal digits.</summary>
    public required string Md5 { get; init; }

    /// <summary>The folder within the archive.</summary>
    public required string Folder { get; init; }

    /// <summary>Files to learn from.</summary>
    public required IReadOnlyList<string> TrainFiles { get; init; }

    /// <summary>The file that tests.</summary>
    public required string TestFile { get; init; }

    /// <summary>Images in each file to learn from.</summary>
    public required int ImagesPerTrainFile { get; init; }

    /// <summary>Images in the file that tests.</summary>
    public required int TestImages { get; init; }

    /// <summary>Number of coarse labels, whose byte stands before that of the label; 0 where there is no such byte.</summary>
    public int CoarseLabels { get; init; }

    /// <summary>All files.</summary>
    public IEnumerable<string> Files => [.. TrainFiles, TestFile];

    /// <summary>Bytes of labels in a record.</summary>
    public int LabelBytes => CoarseLabels > 0 ? 2 : 1;

    /// <summary>Bytes of a record.</summary>
    public int RecordBytes => LabelBytes + Channels * Side * Side;
}
