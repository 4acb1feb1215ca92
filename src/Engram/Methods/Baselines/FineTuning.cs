namespace Engram.Methods.Baselines;

/// <summary>Learns every task on top of the last and does nothing against forgetting: the lower bound of all methods.</summary>
[Method("fine-tuning", Family = "baselines", LearnsAnyAnswers = true, LearnsFromBatches = true, Bound = Bound.Lower, Summary = "goes on training on each new task and does nothing against forgetting: the lower bound")]
public sealed class FineTuning : LearningMethod;
