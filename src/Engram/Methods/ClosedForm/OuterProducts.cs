namespace Engram.Methods.ClosedForm;

/// <summary>Which sums of outer products x x' are kept beside the sums of the samples.</summary>
public enum OuterProducts
{
    /// <summary>None: means are all that is wanted.</summary>
    None,

    /// <summary>One over all samples, for a covariance that the classes share.</summary>
    Shared,

    /// <summary>One for each class, for a covariance of its own.</summary>
    OfEachClass,
}
