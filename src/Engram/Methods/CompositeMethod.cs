using System.Reflection;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>
/// Several methods at work together, such as EWC's penalty beside replayed samples. Every hook runs in one order, whatever the order in
/// which the parts are named: first come those that follow the task's own gradient, then those that pull at it, those that project it and those
/// that freeze parameters (<see cref="GradientStage"/>), and among equals the id decides. Hooks that give one answer come from the one part that has
/// its own; two such parts cannot be combined, nor can bounds, methods that must work alone, or a method with itself.
/// </summary>
public sealed class CompositeMethod : LearningMethod, IExhibitor
{
    private static readonly (Hooks Hook, string Words)[] Exclusive =
    [
        (Hooks.TrainingData, "choice of what a task is learned from"),
        (Hooks.Prepare, "batch"),
        (Hooks.Loss, "loss"),
        (Hooks.Predict, "prediction"),
        (Hooks.ParameterCount, "set of networks"),
    ];

    private readonly IReadOnlyList<LearningMethod> parts;
    private readonly int paths; // how many follow the task's own gradient; they stand first
    private readonly LearningMethod trainingData, prepare, loss, predict, parameterCount;

    /// <summary>Combines methods that are not part of a run yet; they are disposed with the combination.</summary>
    /// <param name="parts">In any order.</param>
    /// <exception cref="EngramException">They cannot be combined; the message says which and why.</exception>
    public CompositeMethod(params IReadOnlyList<LearningMethod> parts)
    {
        Refuse([.. parts.Select(part => part.GetType())]);
        parts = [.. parts.OrderBy(Stage).ThenBy(part => Id(part.GetType()), StringComparer.Ordinal)];
        (this.parts, paths) = (parts, parts.Count(part => Stage(part) == GradientStage.Path));
        // Where no part has its own, all of them do the plain thing, so the first one can.
        LearningMethod Owner(Hooks hook) => parts.FirstOrDefault(part => Owns(part.GetType(), hook)) ?? parts[0];
        (trainingData, prepare, loss, predict, parameterCount) = (Owner(Hooks.TrainingData), Owner(Hooks.Prepare), Owner(Hooks.Loss), Owner(Hooks.Predict), Owner(Hooks.ParameterCount));
    }

    /// <inheritdoc/>
    public override bool LearnsByGradient => parts.All(part => part.LearnsByGradient);

    /// <inheritdoc/>
    public override long ParameterCount => parameterCount.ParameterCount;

    /// <inheritdoc/>
    public override long StoredBytes => parts.Sum(part => part.StoredBytes);

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => parts.Sum(part => part.VectorsKept(tasks));

    /// <inheritdoc/>
    public override long StoredSamples => parts.Sum(part => part.StoredSamples);

    /// <summary>Refuses methods that cannot be combined.</summary>
    /// <exception cref="EngramException">The message says which and why.</exception>
    internal static void Refuse(IReadOnlyList<Type> parts)
    {
        if (parts.Count < 2) throw Refusal(parts, "it names fewer than two methods", "name at least two");
        if (parts.GroupBy(part => part).FirstOrDefault(same => same.Count() > 1) is { } twice) throw Refusal(parts, $"{Id(twice.Key)} is named twice", "name it once");
        foreach (Type part in parts)
        {
            MethodAttribute? attribute = part.GetCustomAttribute<MethodAttribute>();
            string reason = attribute is { Bound: not Bound.None } ? "it is a bound that other methods are measured against" : attribute?.Alone ?? "";
            if (reason.Length > 0) throw Refusal(parts, $"{Id(part)} works alone, since {reason}", $"leave {Id(part)} out");
        }
        foreach (var (hook, words) in Exclusive)
        {
            Type[] owners = [.. parts.Where(part => Owns(part, hook))];
            if (owners.Length > 1) throw Refusal(parts, $"{string.Join(" and ", owners.Select(Id))} each have their own {words}, and there can be only one", "choose one of them");
        }
    }

    /// <inheritdoc/>
    public override void Join(Model run)
    {
        base.Join(run);
        foreach (LearningMethod part in parts) part.Join(run);
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task) => InTurn(part => part.BeginTask(task));

    /// <inheritdoc/>
    public override Samples TrainingData(LearningTask task) => trainingData.TrainingData(task);

    /// <inheritdoc/>
    public override Batch Prepare(Batch batch) => prepare.Prepare(batch);

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits) => loss.Loss(batch, logits);

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step)
    {
        TrainingStep first = paths > 1 ? step.With(step.OwnGradient.clone()) : step;
        for (int i = 0; i < parts.Count; i++) parts[i].EditGradient(i < paths || i == 0 ? first : step.Later());
    }

    /// <inheritdoc/>
    public override void AfterStep(TrainingStep step)
    {
        foreach (LearningMethod part in parts) part.AfterStep(step);
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task) => InTurn(part => part.EndTask(task));

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs) => predict.Predict(inputs);

    /// <inheritdoc/>
    internal override IDescribesAnswers? Describer => predict.Describer;

    /// <inheritdoc/>
    public IEnumerable<Exhibit> Exhibits() => parts.SelectMany(Exhibit.Of);

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        foreach (LearningMethod part in parts) part.Visit(state.Part(Id(part.GetType())));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (LearningMethod part in parts) part.Dispose();
        base.Dispose(disposing);
    }

    // What the other parts keep belongs to the parameters of the network they began with.
    private void InTurn(Action<LearningMethod> hook)
    {
        Network network = Model.Network;
        foreach (LearningMethod part in parts)
        {
            hook(part);
            if (!ReferenceEquals(network, Model.Network))
                throw Refusal([.. parts.Select(one => one.GetType())], $"{Id(part.GetType())} replaces the network, which the others cannot follow", $"use {Id(part.GetType())} alone");
        }
    }

    private static GradientStage Stage(LearningMethod part) => part.GetType().GetCustomAttribute<MethodAttribute>()?.Gradient ?? default;

    private static bool Owns(Type part, Hooks hook) => part.GetCustomAttribute<MethodAttribute>()?.Owns.HasFlag(hook) == true;

    private static string Id(Type part) => part.GetCustomAttribute<MethodAttribute>()?.Id ?? part.Name;

    private static EngramException Refusal(IReadOnlyList<Type> parts, string reason, string advice) =>
        EngramException.Input("invalid-combination", $"'{string.Join('+', parts.Select(Id))}' is no combination: {reason}; {advice}.");
}
