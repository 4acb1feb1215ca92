namespace Engram.Methods;

/// <summary>Those hooks that give one answer: where methods work together it comes from the one that has its own (<see cref="MethodAttribute.Owns"/>).</summary>
[Flags]
public enum Hooks
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><see cref="LearningMethod.TrainingData"/>.</summary>
    TrainingData = 1,

    /// <summary><see cref="LearningMethod.Prepare"/>.</summary>
    Prepare = 2,

    /// <summary><see cref="LearningMethod.Loss"/>.</summary>
    Loss = 4,

    /// <summary><see cref="LearningMethod.Predict"/>.</summary>
    Predict = 8,

    /// <summary><see cref="LearningMethod.ParameterCount"/>.</summary>
    ParameterCount = 16,
}
