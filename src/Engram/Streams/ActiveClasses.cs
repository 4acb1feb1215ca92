namespace Engram.Streams;

/// <summary>Which classes compete in the class scenario, in training and in answers (the active classes of van de Ven et al. 2022, Nature Machine Intelligence 4).</summary>
public enum ActiveClasses
{
    /// <summary>Those met so far: nothing need be known of the tasks to come.</summary>
    Seen,

    /// <summary>All classes of the stream from the first task on, so that the old ones are trained against those that nobody has met.</summary>
    All,
}
