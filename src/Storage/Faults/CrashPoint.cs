using System.Collections.Immutable;
using System.Diagnostics;

namespace Keystone.Storage.Faults;

/// <summary>
/// Places at which a test kills a service, as a machine that loses power would. Nothing happens at them unless the process was started with the
/// environment variable <c>KEYSTONE_CRASH_AT</c> naming one, and then the process ends by SIGKILL the first time it comes there; with
/// <c>KEYSTONE_SUSPEND_AT</c> it stops there by SIGSTOP, as a machine that is suspended, until somebody sends it SIGCONT.
/// </summary>
public static class CrashPoint
{
    /// <summary>All of them: the number is the place in this list, from 1.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        "indexer: before a step is committed",
        "indexer: after a step is committed",
        "feed: before the cursor is committed",
        "feed: after the cursor is committed",
        "engine: before a run is committed",
        "engine: after a run is committed",
        "screening: after the provider answered",
        "desk: after a nonce was given",
        "desk: after signing, before the signature is committed",
        "desk: after the signature is committed, before it is offered",
        "desk: after it was offered",
        "desk: before it is written that it was mined",
        "publisher: before messages are committed",
        "deliverer: after a webhook was sent, before that is written",
        "desk: with a signature written, before that is committed",
        "indexer: after a fork was found, before the blocks above it are replaced",
    ];

    static readonly int Number = Named("KEYSTONE_CRASH_AT"), Suspended = Named("KEYSTONE_SUSPEND_AT");
    static int _suspended;

    static int Named(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : 0;

    /// <summary>Ends or suspends the process here when the test asked for it.</summary>
    /// <param name="number">Number of the point.</param>
    public static void Reach(int number)
    {
        if (number == Suspended && Interlocked.Exchange(ref _suspended, 1) == 0) Suspend();
        if (number != Number) return;
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        // The signal may take a moment, and nothing may happen after it.
        self.WaitForExit();
    }

    // The child that sends the signal is not stopped with us, and is waited for when we are awake again.
    static void Suspend()
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -s STOP {Environment.ProcessId}"]);
        kill.WaitForExit();
    }
}
