namespace Engram.Datasets;

/// <summary>A data set of questions about stories that can be found, got and loaded by its id.</summary>
public abstract class StoryDatasetSource : DatasetSource
{
    /// <summary>Loads it into memory, every file checked.</summary>
    /// <param name="folders">Where to look.</param>
    /// <exception cref="EngramException">It is not there, or a file is damaged.</exception>
    public abstract StoryDataset Load(DataFolders folders);
}
