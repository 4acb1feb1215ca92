using System.ComponentModel;

namespace Engram.Methods.ClosedForm;

/// <summary>Settings that all methods in closed form share.</summary>
public abstract record ClosedFormOptions
{
    /// <summary>What is learned from.</summary>
    [Description("what is learned from: the input itself, or the last hidden layer of the network, which then learns the first task by gradient and is frozen")]
    public FeatureSource Features { get; init; }

    /// <summary>Whether sums are kept for each lesson apart, so that a lesson can be forgotten exactly.</summary>
    [Description("keep the sums of each lesson apart, so that a lesson can be forgotten exactly; takes their room for every lesson")]
    public bool KeepLessons { get; init; }
}
