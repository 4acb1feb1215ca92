namespace Engram.Streams;

/// <summary>One sequence of symbols and the right answer after its last step.</summary>
/// <param name="Tokens">For each step the input that is 1, counted from 1; 0 where all are 0. The sequence ends with its last step.</param>
/// <param name="Answer">The right answer, from 0.</param>
/// <param name="Shown">How many of the first steps show what is to be remembered; the rest is the question.</param>
public readonly record struct Sequence(byte[] Tokens, int Answer, int Shown);
