using Engram.Answering;
using Engram.Streams;

namespace Engram.Methods;

/// <summary>What goes into a model and what comes out of it.</summary>
/// <param name="InputShape">Shape of one input.</param>
/// <param name="Scenario">Which outputs compete.</param>
/// <param name="Answers">What is answered.</param>
/// <param name="Outputs">Outputs that the network begins with, at least 1; it gets more where a task has classes beyond them.</param>
/// <param name="ActiveClasses">Which classes compete in the class scenario.</param>
public sealed record ModelForm(IReadOnlyList<long> InputShape, Scenario Scenario, Answers Answers, int Outputs, ActiveClasses ActiveClasses = ActiveClasses.Seen);
