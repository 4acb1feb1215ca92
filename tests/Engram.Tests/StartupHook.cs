using System.Reflection;
using System.Text;
using System.Text.Json;
using Engram.Tests.Cli;

/// <summary>
/// Makes the command stay: where <c>DOTNET_STARTUP_HOOKS</c> names this assembly, .NET calls <see cref="Initialize"/> before the command's
/// own entry, which is called from here once for every request on standard input. See <see cref="CommandWorker"/>, who asks.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        Environment.SetEnvironmentVariable(CommandWorker.HookVariable, null); // not for programs that the command starts
        MethodInfo entry = Assembly.Load("Engram.Cli").EntryPoint!;
        using StreamReader requests = new(Console.OpenStandardInput(), Encoding.UTF8);
        while (requests.ReadLine() is { } line)
        {
            CommandRequest request = JsonSerializer.Deserialize<CommandRequest>(line)!;
            Directory.SetCurrentDirectory(request.Folder);
            Console.SetIn(new StringReader(request.Input));
            int exitCode = 0;
            Thread thread = new(() => exitCode = (int)entry.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [request.Arguments], null)!); // with nothing yet that belongs to a thread
            thread.Start();
            thread.Join();
            Directory.SetCurrentDirectory(AppContext.BaseDirectory); // so that the folder can be removed
            Console.Error.Write(CommandWorker.End);
            Console.Out.Write($"{CommandWorker.End}{exitCode}\n");
        }
        Environment.Exit(0);
    }
}
