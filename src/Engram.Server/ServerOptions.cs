namespace Engram.Server;

/// <summary>What a server does with its learners; bound from the section <c>Engram</c> of a program's configuration.</summary>
public sealed class ServerOptions
{
    /// <summary>Name of the section of a program's configuration.</summary>
    public const string Section = "Engram";

    /// <summary>Folder whose files and folders may be named as lessons (<c>{"path": "2026-11"}</c>); null allows uploads alone.</summary>
    public string? Data { get; set; }

    /// <summary>Folders whose files and folders are learned as lessons when they come, by the name of the learner; none at first.</summary>
    public Dictionary<string, string> LearnFrom { get; } = [];

    /// <summary>How often these folders are looked into. More than 0.</summary>
    public TimeSpan LearnEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long nobody must have written to a file or folder before it is taken as a lesson. At least 0.</summary>
    public TimeSpan LearnOnceQuietFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Folder for lessons that were taken in and are not learned yet; null puts it beside the learners as <c>engram-lessons</c>.</summary>
    public string? Spool { get; set; }

    /// <summary>Requests that may wait for one learner's answer; more are refused with 503. At least 1.</summary>
    public int MostWaiting { get; set; } = 1024;

    /// <summary>Inputs that are answered in one call to the network at most, 1 to 512.</summary>
    public int MostTogether { get; set; } = 128;

    /// <summary>How often a server looks whether another process has made another version current. More than 0.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Lessons that may wait for one learner; more are refused with 503. At least 1.</summary>
    public int MostLessonsWaiting { get; set; } = 100;

    /// <summary>Lessons that are learned at the same time, of different learners; one leaves a core to answers. At least 1.</summary>
    public int LessonsAtOnce { get; set; } = 1;

    /// <summary>Inputs of earlier answers that are remembered for each learner, so that a right answer can be told later. At least 0.</summary>
    public int AnswersRemembered { get; set; } = 10_000;

    /// <summary>Bytes of a request that asks for answers.</summary>
    public long MostBytesAsked { get; set; } = 32L << 20;

    /// <summary>Bytes of an uploaded lesson.</summary>
    public long MostBytesOfLesson { get; set; } = 4L << 30;

    /// <summary>Bytes of an uploaded lesson once it is unpacked.</summary>
    public long MostBytesUnpacked { get; set; } = 16L << 30;

    /// <summary>Files of an uploaded lesson once it is unpacked.</summary>
    public int MostFilesUnpacked { get; set; } = 1_000_000;

    /// <summary>Requests of one key (of one address where there are no keys) within a second; 0 for any number.</summary>
    public int MostRequestsPerSecond { get; set; }
}

/// <summary>Whether options can be worked with.</summary>
internal static class ServerOptionsRanges
{
    /// <summary>What is expected.</summary>
    public const string Words = "A setting of the section 'Engram' is out of its range: MostWaiting, MostLessonsWaiting, LessonsAtOnce and the limits of bytes and files are at least 1, MostTogether is 1 to 512, LookEvery and LearnEvery are more than 0, AnswersRemembered and MostRequestsPerSecond are at least 0.";

    /// <summary>Refuses the path of a setting that is none.</summary>
    /// <param name="path">Such as <c>Engram:MostWaiting</c>.</param>
    /// <exception cref="EngramException">There is none of that name.</exception>
    public static void RequireKnown(string path)
    {
        string[] parts = path.Split(':');
        string[] names = [.. typeof(ServerOptions).GetProperties().Select(property => property.Name)];
        if (parts[0] != ServerOptions.Section || (parts.Length > 1 && names.Contains(parts[1], StringComparer.OrdinalIgnoreCase))) return;
        throw EngramException.Input("invalid-setting", $"There is no setting '{Quote.Of(string.Join(':', parts[1..]))}' of the server; there are {string.Join(", ", names)}.");
    }

    /// <summary>Whether all are in their ranges.</summary>
    public static bool Hold(ServerOptions options) => options is
    {
        MostWaiting: >= 1, MostLessonsWaiting: >= 1, LessonsAtOnce: >= 1, MostTogether: >= 1 and <= 512, AnswersRemembered: >= 0, MostRequestsPerSecond: >= 0,
        MostBytesAsked: >= 1, MostBytesOfLesson: >= 1, MostBytesUnpacked: >= 1, MostFilesUnpacked: >= 1,
    } && options.LookEvery > TimeSpan.Zero && options.LearnEvery > TimeSpan.Zero && options.LearnOnceQuietFor >= TimeSpan.Zero;
}
