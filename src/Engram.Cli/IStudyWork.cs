namespace Engram.Cli;

/// <summary>A study in its folder, of whatever kind: what <c>resume</c>, <c>trial</c> and <c>collect</c> do with it. Each returns the exit code.</summary>
internal interface IStudyWork
{
    /// <summary>Goes on with all that is not done, and concludes.</summary>
    int GoOn(string path);

    /// <summary>Runs one trial, beside whoever runs others.</summary>
    int RunTrial(string path, int number);

    /// <summary>Concludes from trials that are all done.</summary>
    int Collect(string path);
}
