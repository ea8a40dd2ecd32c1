using System.Collections.Immutable;
using System.Diagnostics;

namespace Keystone.Storage.Faults;

/// <summary>
/// Places at which a test kills a service, as a machine that loses power would. Nothing happens at them unless the process was started with the
/// environment variable <c>KEYSTONE_CRASH_AT</c> naming one, and then the process ends by SIGKILL the first time it comes there.
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
    ];

    static readonly int Number = int.TryParse(Environment.GetEnvironmentVariable("KEYSTONE_CRASH_AT"), out int number) ? number : 0;

    /// <summary>Ends the process here when the test asked for it.</summary>
    /// <param name="number">Number of the point.</param>
    public static void Reach(int number)
    {
        if (number != Number) return;
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        // The signal may take a moment, and nothing may happen after it.
        self.WaitForExit();
    }
}
