using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>Something under way that can be shown: drawn in place on a terminal, in lines elsewhere.</summary>
internal interface IBoard
{
    /// <summary>What is being done, in a line.</summary>
    string Title { get; }

    /// <summary>The picture at this moment.</summary>
    IRenderable Draw(Profile console);

    /// <summary>One line about this moment.</summary>
    string Status();

    /// <summary>Those of the events that a picture does not show, since the last call: what people should know before the work begins.</summary>
    IReadOnlyList<string> TakeNotes() => [];

    /// <summary>What happened since the last call, in lines.</summary>
    IReadOnlyList<string> TakeEvents();
}
