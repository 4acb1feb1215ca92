namespace Engram.Methods.ClosedForm;

/// <summary>A method that can forget a lesson exactly: it then answers as if that lesson had never been.</summary>
public interface IForgetsLessons
{
    /// <summary>Forgets a lesson.</summary>
    /// <param name="lesson">Index of the task, from 0.</param>
    /// <exception cref="EngramException">Its sums were not kept apart.</exception>
    void Forget(int lesson);
}
