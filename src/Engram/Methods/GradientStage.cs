namespace Engram.Methods;

/// <summary>What a method's <see cref="LearningMethod.EditGradient"/> does to a step; where several methods work together, it is their order.</summary>
public enum GradientStage
{
    /// <summary>Looks at the task's own gradient and the network's outputs (<see cref="TrainingStep"/>), as along the path of learning, and may add something.</summary>
    Path = -1,

    /// <summary>Adds something, such as the gradient of a penalty.</summary>
    Pull = 0,

    /// <summary>Turns the whole gradient so that it meets a condition, which nothing added later may break.</summary>
    Projection,

    /// <summary>Keeps parameters where they are, whatever pulls at them.</summary>
    Freeze,
}
