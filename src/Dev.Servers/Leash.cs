using System.Collections.Concurrent;
using System.Diagnostics;

namespace Keystone.Dev.Servers;

/// <summary>
/// A child process that cannot outlive this one, however this one ends. A shell holds our pipe as its standard input and ends the child
/// when the pipe closes: the kernel closes it even after SIGKILL, which no handler of ours would see.
/// </summary>
public sealed class Leash : IAsyncDisposable
{
    // $1 is the signal for an orderly end, $2 the one that follows after ten seconds; the child's own words follow. A background job's standard input is
    // /dev/null, so the pipe travels as descriptor 3; the child must not inherit it.
    const string Script = """
        signal=$1; force=$2; shift 2
        exec 3<&0
        "$@" </dev/null 3<&- &
        child=$!
        (
          while read -r _ <&3; do :; done
          kill -s "$signal" "$child"; tries=0
          while kill -0 "$child" && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
          kill -s "$force" "$child"
        ) >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        wait "$child"; status=$?
        kill "$watcher" 2>/dev/null
        exit "$status"
        """;

    const string SetSid = "/usr/bin/setsid";

    readonly Process _shell;
    readonly ConcurrentQueue<string> _lines = new();
    readonly string _name;
    bool _disposed;

    Leash(Process shell, string name) => (_shell, _name) = (shell, name);

    /// <summary>Starts a program. Its standard output and error are kept for <see cref="WaitForLineAsync"/> and for messages.</summary>
    /// <param name="program">The native file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="endSignal">Signal for an orderly end, without <c>SIG</c>: <c>TERM</c>, or <c>INT</c> for Postgres.</param>
    /// <param name="environment">Variables beside the inherited ones.</param>
    /// <param name="forceSignal">Signal that follows when the child has not ended after ten seconds.</param>
    /// <param name="workingDirectory">Must be open to the user that the program runs as; null keeps this process's.</param>
    public static Leash Start(
        string program, IEnumerable<string> arguments, string endSignal = "TERM", IReadOnlyDictionary<string, string>? environment = null,
        string forceSignal = "KILL", string? workingDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(arguments);
        // A session of its own: Ctrl-C at a terminal goes to every process of the foreground group, and would end a database under the
        // services that are still writing to it.
        string[] shell = File.Exists(SetSid) ? [SetSid, "/bin/sh"] : ["/bin/sh"];
        ProcessStartInfo start = new(shell[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (string argument in (string[])[.. shell[1..], "-c", Script, "leash", endSignal, forceSignal, program, .. arguments])
            start.ArgumentList.Add(argument);
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        Process process = new() { StartInfo = start, EnableRaisingEvents = true };
        Leash leash = new(process, Path.GetFileName(program));
        process.OutputDataReceived += leash.Keep;
        process.ErrorDataReceived += leash.Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return leash;
    }

    /// <summary>True until the child has ended.</summary>
    public bool IsRunning => !_shell.HasExited;

    /// <summary>Exit status of the child after <see cref="DisposeAsync"/>; 137 when it had to be forced. Null when it never ended.</summary>
    public int? ExitStatus { get; private set; }

    /// <summary>Waits until the child has ended; its exit status.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _shell.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _shell.ExitCode;
    }

    /// <summary>What the child printed last.</summary>
    public string LastOutput => string.Join(Environment.NewLine, _lines.TakeLast(20));

    /// <summary>Waits for a line that satisfies <paramref name="matches"/>.</summary>
    /// <exception cref="InvalidOperationException">The child ended, or the time is over; with its last words.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> matches, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (_lines.FirstOrDefault(matches) is { } line)
                return line;
            if (!IsRunning)
            {
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                if (_lines.FirstOrDefault(matches) is { } last)
                    return last;
                throw new InvalidOperationException($"{_name} ended before it was ready.{Environment.NewLine}{LastOutput}");
            }
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{_name} was not ready within {timeout.TotalSeconds} s.{Environment.NewLine}{LastOutput}");
            }
        }
    }

    /// <summary>Ends the child with SIGKILL, as a machine that runs out of memory would: no handler of it runs.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (await ChildAsync(cancellationToken).ConfigureAwait(false) is not { } child)
            return;
        using (Process program = Process.GetProcessById(child))
            program.Kill();
        await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends the child a signal by its name without <c>SIG</c>, for example <c>STOP</c> or <c>CONT</c>.</summary>
    public async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        if (await ChildAsync(cancellationToken).ConfigureAwait(false) is not { } child)
            return;
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -s {signal} {child}"]);
        await kill.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True while the child is stopped by SIGSTOP.</summary>
    public async Task<bool> IsSuspendedAsync(CancellationToken cancellationToken) =>
        await ChildAsync(cancellationToken).ConfigureAwait(false) is { } child
        && (await File.ReadAllTextAsync($"/proc/{child}/status", cancellationToken).ConfigureAwait(false)).Contains("State:\tT", StringComparison.Ordinal);

    async Task<int?> ChildAsync(CancellationToken cancellationToken)
    {
        // The shell's children are the program and the watcher, in this order.
        string children = await File.ReadAllTextAsync($"/proc/{_shell.Id}/task/{_shell.Id}/children", cancellationToken).ConfigureAwait(false);
        string? child = children.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return child is null ? null : int.Parse(child, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Everything that the child printed, up to its last 500 lines.</summary>
    public string Output => string.Join(Environment.NewLine, _lines);

    /// <summary>Ends the child: by its signal, and by the stronger one when it has not ended within ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_shell.HasExited)
        {
            _shell.StandardInput.Close();
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(15));
            try
            {
                await _shell.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _shell.Kill(entireProcessTree: true);
            }
        }
        if (_shell.HasExited)
            ExitStatus = _shell.ExitCode;
        _shell.Dispose();
    }

    /// <summary>A process is gone before the last of its output is read; whoever judges it by its words needs them. Descendants may hold the pipe open for longer.</summary>
    async Task DrainAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await _shell.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What has come by now is what there is.
        }
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _lines.Enqueue(line.Data);
        while (_lines.Count > 500)
            _lines.TryDequeue(out _);
    }
}
