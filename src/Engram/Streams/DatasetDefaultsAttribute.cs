namespace Engram.Streams;

/// <summary>What a kind of image stream suggests for a run on one data set, in place of <see cref="StreamAttribute.RunDefaults"/>.</summary>
/// <param name="dataset">Id of the data set.</param>
/// <param name="runDefaults">Settings of a run as JSON, as there.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class DatasetDefaultsAttribute(string dataset, string runDefaults) : Attribute
{
    /// <summary>Id of the data set.</summary>
    public string Dataset { get; } = dataset;

    /// <summary>Settings of a run as JSON.</summary>
    public string RunDefaults { get; } = runDefaults;
}
