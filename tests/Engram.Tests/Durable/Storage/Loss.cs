namespace Engram.Tests.Durable.Storage;

/// <summary>What is lost, at a power failure, of the writes that were not forced to disk.</summary>
internal enum Loss
{
    None,
    All,
    Torn,
    Some,
}
