using Engram.Tests;
using Engram.Tests.Cli;
using Engram.Tests.Fleet;
using Engram.Tests.Methods;
using Engram.Tests.Server;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Engram.Tests;

/// <summary>Begins with the classes that take longest and mostly wait for others, so that none of them is left alone in the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [typeof(SlurmTests).FullName!, typeof(FleetServerTests).FullName!, typeof(BrowserTests).FullName!, typeof(ProcessesTests).FullName!, typeof(EveryMethodTests).FullName!];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Longest.Length)];
}
