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
                local line="${COMP_LINE:0:COMP_POINT}" cur="${COMP_LINE:0:COMP_POINT}" found
                cur="${cur##*[[:space:]]}"
                found="$(engram '[suggest]' "${line#*[[:space:]]}" 2>/dev/null)"
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$found" -- "$cur"))
                # Readline takes the word after the last = or : for what is completed.
                local last="${COMP_WORDS[COMP_CWORD]}" i
                [[ "$last" == [=:] ]] && last=""
                local before="${cur%"$last"}"
                if [[ -n "$before" ]]; then for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]="${COMPREPLY[i]#"$before"}"; done; fi
                [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]] && compopt -o nospace
            }
            complete -o default -F _engram engram
            """,
        ["zsh"] = """
            #compdef engram
            _engram() {
                local line="${BUFFER[1,CURSOR]}"
                local -a found
                found=("${(@f)$(engram '[suggest]' "${line#*[[:space:]]}" 2>/dev/null)}")
                if [[ ${#found} -gt 0 && -n "${found[1]}" ]]; then compadd -Q -- "${found[@]}"; else _files; fi
            }
            compdef _engram engram
            """,
        ["fish"] = """
            function __engram_complete
                set -l line (string replace -r '^\S+\s*' '' -- (commandline -cp))
                engram '[suggest]' "$line" 2>/dev/null
            end
            complete -c engram -a '(__engram_complete)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName engram -ScriptBlock {
                param($word, $ast, $position)
                $line = $ast.ToString().PadRight($position).Substring(0, $position) -replace '^\S+\s*', ''
                engram '[suggest]' "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
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
