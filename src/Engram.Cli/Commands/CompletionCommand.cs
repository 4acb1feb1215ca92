using System.CommandLine;

namespace Engram.Cli.Commands;

/// <summary><c>engram completion SHELL</c>: a script by which a shell completes commands, options, streams, methods and networks.</summary>
internal static class CompletionCommand
{
    // Each asks the command itself what fits the line up to the cursor, and falls back to files where nothing does.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _engram() {
                local line="${COMP_LINE:0:COMP_POINT}" word
                local cur="${line##*[[:space:]]}" last="${COMP_WORDS[COMP_CWORD]}"
                line="${line#*[[:space:]]}"
                # Readline completes only what follows the last = or : of a word.
                [[ "$last" == [=:] ]] && last=""
                local before="${cur%"$last"}"
                COMPREPLY=()
                while IFS= read -r word; do
                    [[ -n "$word" && "$word" == "$cur"* ]] && COMPREPLY+=("${word#"$before"}")
                done <<< "$(engram "[suggest:${#line}]" "$line" 2>/dev/null)"
                [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2>/dev/null
                return 0
            }
            complete -o default -F _engram engram
            """,
        ["zsh"] = """
            #compdef engram
            _engram() {
                local line="${BUFFER[1,CURSOR]#*[[:space:]]}"
                local -a found
                found=("${(@f)$(engram "[suggest:${#line}]" "$line" 2>/dev/null)}")
                if [[ ${#found} -gt 0 && -n "${found[1]}" ]]; then compadd -Q -- "${found[@]}"; else _files; fi
            }
            compdef _engram engram
            """,
        ["fish"] = """
            function __engram_complete
                set -l line (string replace -r '^\S+\s*' '' -- (commandline -cp))
                engram "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c engram -a '(__engram_complete)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName engram -ScriptBlock {
                param($word, $ast, $position)
                $line = $ast.ToString().PadRight($position).Substring(0, $position) -replace '^\S+\s*', ''
                engram "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    private static readonly Dictionary<string, string> Installations = new()
    {
        ["bash"] = "engram completion bash > ~/.local/share/bash-completion/completions/engram",
        ["zsh"] = "engram completion zsh > ~/.zfunc/_engram   # with ~/.zfunc in fpath",
        ["fish"] = "engram completion fish > ~/.config/fish/completions/engram.fish",
        ["pwsh"] = "engram completion pwsh >> $PROFILE",
    };

    public static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = string.Join(", ", Scripts.Keys) };
        shell.Offering(() => Scripts.Keys);
        CommandWithNotes command = new("completion", "print a script by which a shell completes commands, streams, methods and networks",
            (writer, _) => RunOptions.WriteExamples(writer, [.. Installations.Values])) { shell };
        command.SetAction(parse =>
        {
            string name = parse.GetRequiredValue(shell);
            if (!Scripts.TryGetValue(name, out string? script))
                throw EngramException.Input("unknown-shell", $"There is no script for the shell '{name}'{NearestNames.Suggest(name, Scripts.Keys)} There are {string.Join(", ", Scripts.Keys)}.");
            script = script.ReplaceLineEndings("\n");
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new System.Text.Json.Nodes.JsonObject { ["shell"] = name, ["script"] = script });
            else Console.Out.Write(script + "\n");
        });
        return command;
    }
}
