namespace Engram.Methods.ClosedForm;

/// <summary>
/// A method that can forget a lesson exactly: it then answers as if that lesson had never been. What it keeps are sums, so a lesson's own can be put away
/// (<see cref="VisitLesson"/>) and melted into those of all lessons (<see cref="Fold"/>): what is at hand then stays as large as it is, however many lessons come.
/// </summary>
public interface IForgetsLessons
{
    /// <summary>Forgets a lesson whose sums are at hand apart from others.</summary>
    /// <param name="lesson">Index of the task, from 0.</param>
    /// <exception cref="EngramException">Its sums were not kept apart.</exception>
    void Forget(int lesson);

    /// <summary>Declares the sums of one lesson, to put them away or to have them again under this or another index.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="lesson">Index of the task, from 0.</param>
    /// <exception cref="EngramException">Its sums are not at hand apart from others.</exception>
    void VisitLesson(StateBag state, int lesson);

    /// <summary>Melts the sums of all lessons into one, bit for bit what they add up to; none of them can be forgotten any more before it is restored apart.</summary>
    void Fold();
}
