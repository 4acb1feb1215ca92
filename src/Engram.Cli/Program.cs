using System.CommandLine;
using Engram.Cli;
using Engram.Cli.Commands;

RootCommand engram = new("Engram: one network learns task after task, and one picture shows what it kept, what it lost and what it gained.")
{
    RunCommand.Create(),
    CompareCommand.Create(),
    OrderCommand.Create(),
    AffinityCommand.Create(),
    ReproduceCommand.Create(),
    ResumeCommand.Create(),
    TrialCommand.Create(),
    CollectCommand.Create(),
    RunsCommand.Create(),
    AskCommand.Create(),
    LearnCommand.Create(),
    PredictCommand.Create(),
    TestCommand.Create(),
    CheckCommand.Create(),
    HistoryCommand.Create(),
    ShowCommand.Create(),
    PromoteCommand.Create(),
    ServeCommand.Create(),
    RollbackCommand.Create(),
    ForgetCommand.Create(),
    PruneCommand.Create(),
    ExportCommand.Create(),
    KeysCommand.Create(),
    MethodsCommand.Create(),
    StreamsCommand.Create(),
    NetworksCommand.Create(),
    OptimizersCommand.Create(),
    RecipesCommand.Create(),
    DataCommand.Create(),
    DoctorCommand.Create(),
    CompletionCommand.Create(),
    GlobalOptions.Json,
    GlobalOptions.Verbose,
    GlobalOptions.Quiet,
};
return CommandLine.Run(engram, args);
