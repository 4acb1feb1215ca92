namespace Engram.Datasets;

/// <summary>One question with all that was said before it.</summary>
/// <param name="Statements">The statements of its story before the question, in their order: the words of each, in lower case. Earlier questions are none of them.</param>
/// <param name="Question">The words of the question, in lower case.</param>
/// <param name="Answer">The right answer, in lower case; a list or a path such as <c>apple,milk</c> is one answer.</param>
/// <param name="Supporting">Which statements the answer rests on, from 0, as the data set says them.</param>
public sealed record Story(IReadOnlyList<string[]> Statements, string[] Question, string Answer, int[] Supporting);
