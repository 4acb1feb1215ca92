namespace Engram.Datasets;

/// <summary>How far one file is.</summary>
/// <param name="File">Its name without the folder.</param>
/// <param name="Bytes">Bytes on disk so far, those of an earlier attempt included.</param>
/// <param name="TotalBytes">Bytes of the whole file, or null where the server does not tell.</param>
public sealed record DownloadProgress(string File, long Bytes, long? TotalBytes);
