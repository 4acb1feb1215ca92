namespace Engram.Methods;

/// <summary>Something that a method shows to people after a task.</summary>
/// <param name="Name">What it is, in lower-case words, such as <c>generated images</c>.</param>
public abstract record Exhibit(string Name)
{
    /// <summary>What a method shows; nothing where it is no <see cref="IExhibitor"/>.</summary>
    public static IEnumerable<Exhibit> Of(LearningMethod method) => (method as IExhibitor)?.Exhibits() ?? [];
}

/// <summary>A method that has something to show besides numbers, such as images that a generator draws.</summary>
public interface IExhibitor
{
    /// <summary>What people may want to look at after a task; asked for after <see cref="LearningMethod.EndTask"/>, and changes nothing.</summary>
    IEnumerable<Exhibit> Exhibits();
}
