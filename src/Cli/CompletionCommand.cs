using System.CommandLine;

namespace Keystone.Cli;

/// <summary><c>keystone completion</c>: what a shell needs to complete commands, options and their values. The program itself says what fits (directive <c>[suggest]</c>).</summary>
internal static class CompletionCommand
{
    const string Bash = """
        _keystone() {
          local line="${COMP_LINE}" IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _keystone keystone
        """;

    const string Zsh = """
        #compdef keystone
        _keystone() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -- "${found[@]}"
        }
        compdef _keystone keystone
        """;

    const string Fish = """
        complete -c keystone -f -a '(set -l line (commandline -cp); keystone "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return new Command("completion", "Prints the completion of a shell: source <(keystone completion bash).") { shell }.Runs((parsed, _) =>
        {
            Console.WriteLine(parsed.GetRequiredValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash });
            return Task.FromResult(0);
        });
    }
}
