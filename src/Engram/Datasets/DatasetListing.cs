namespace Engram.Datasets;

/// <summary>One line of the list of data sets.</summary>
/// <param name="Id">The name in commands.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Licence">Under which terms it may be used.</param>
/// <param name="Origin">Who made it, and where it was published.</param>
/// <param name="Folder">Where its files are, or null where they are not all there.</param>
/// <param name="HowToGet">What a user does to have it.</param>
public sealed record DatasetListing(string Id, string Summary, string Licence, string Origin, string? Folder, string HowToGet);
