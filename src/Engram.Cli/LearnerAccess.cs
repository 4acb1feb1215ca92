using System.CommandLine;
using Engram.Durable;

namespace Engram.Cli;

/// <summary>What the commands of a learner that lasts share: where it is, and how it is opened.</summary>
internal static class LearnerAccess
{
    /// <summary>The learner that a command is about.</summary>
    public static Argument<string> Argument() => new("ENGRAM") { Description = "file of the learner, such as line3.engram, or postgres://user:password@host/database/name" };

    /// <summary>Opens a learner that is there.</summary>
    public static DurableLearner Open(ParseResult parse, Argument<string> engram) => DurableLearner.Open(parse.GetRequiredValue(engram), Workbench.Assemblies);

    /// <summary>A version as people type it.</summary>
    public static Argument<int> Version(string description) => new("VERSION") { Description = description };
}
