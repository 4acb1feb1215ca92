namespace Engram.Datasets;

/// <summary>A data set of labelled images that can be found, got and loaded by its id.</summary>
public abstract class ImageDatasetSource : DatasetSource
{
    /// <summary>Loads it into memory, every file checked against its checksum.</summary>
    /// <param name="folders">Where to look.</param>
    /// <exception cref="EngramException">It is not there, or a file is damaged.</exception>
    public abstract ImageDataset Load(DataFolders folders);
}
