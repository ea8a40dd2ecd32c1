using System.Diagnostics;

namespace Keystone.Transactions.Tests;

/// <summary>A child that ends when this process does, however that ends: the shell that started it waits for our end of a pipe.</summary>
internal sealed class LeashedProcess : IAsyncDisposable
{
    readonly Process _shell;

    LeashedProcess(Process shell) => _shell = shell;

    public static LeashedProcess Start(string command, string stopSignal, Action<string>? onLine = null)
    {
        Process shell = new()
        {
            StartInfo = new ProcessStartInfo("/bin/sh", ["-c", $"{command} & child=$!; cat > /dev/null; kill -{stopSignal} $child; wait $child"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        shell.OutputDataReceived += (_, line) => onLine?.Invoke(line.Data ?? "");
        shell.ErrorDataReceived += (_, line) => onLine?.Invoke(line.Data ?? "");
        shell.Start();
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
        return new LeashedProcess(shell);
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
