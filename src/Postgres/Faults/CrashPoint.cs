using System.Collections.Immutable;
using System.Diagnostics;

namespace Keystone.Postgres.Faults;

/// <summary>
/// Places at which a test kills a service, as a machine that loses power would. Nothing happens at them unless the process was started with the
/// environment variable <c>KEYSTONE_CRASH_AT</c> naming one, and then the process ends by SIGKILL the first time it comes there; with
/// <c>KEYSTONE_SUSPEND_AT</c> it stops there by SIGSTOP, as a machine that is suspended, until somebody sends it SIGCONT.
/// </summary>
public static class CrashPoint
{
    /// <summary>A step of the mirror is written and not committed.</summary>
    public const string IndexerBeforeCommit = "indexer.before_commit";

    /// <summary>A step of the mirror is committed; its signal is not sent.</summary>
    public const string IndexerAfterCommit = "indexer.after_commit";

    /// <summary>A fork is found; the blocks above it are not replaced. Only a reorg leads here.</summary>
    public const string IndexerForkFound = "indexer.fork_found";

    /// <summary>The feed has woken settlements; its cursor is not committed.</summary>
    public const string FeedBeforeCommit = "feed.before_commit";

    /// <summary>The cursor of the feed is committed.</summary>
    public const string FeedAfterCommit = "feed.after_commit";

    /// <summary>A group of settlements is claimed and decided; its rows and the commit are one trip, which has not begun.</summary>
    public const string EngineBeforeCommit = "engine.before_commit";

    /// <summary>A run of the engine is committed; its signals are not sent.</summary>
    public const string EngineAfterCommit = "engine.after_commit";

    /// <summary>A screening provider has answered; the answer is not written.</summary>
    public const string ScreeningAnswered = "screening.answered";

    /// <summary>A nonce is assigned to an intent and nothing is signed.</summary>
    public const string NonceAssigned = "transactions.nonce_assigned";

    /// <summary>A transaction is signed; the signature is only in memory.</summary>
    public const string Signed = "transactions.signed";

    /// <summary>The signature is committed; no node has it.</summary>
    public const string SignatureCommitted = "transactions.signature_committed";

    /// <summary>A node has the transaction; its response is not written.</summary>
    public const string Broadcast = "transactions.broadcast";

    /// <summary>A transaction is found in a block; that is not written.</summary>
    public const string BeforeInclusionRecorded = "transactions.before_inclusion_recorded";

    /// <summary>Webhook messages are written and not committed.</summary>
    public const string PublisherBeforeCommit = "publisher.before_commit";

    /// <summary>A webhook is sent; the attempt is not written.</summary>
    public const string WebhookSent = "webhooks.sent";

    /// <summary>A signature is written and not committed: the row of the sender is locked.</summary>
    public const string SignatureBeforeCommit = "transactions.signature_before_commit";

    /// <summary>A settlement that a request instructs is not committed; where nothing has to be read back its rows and the commit are one trip, which has not begun.</summary>
    public const string ApiBeforeCommit = "api.before_commit";

    /// <summary>It is committed; the request is not answered.</summary>
    public const string ApiAfterCommit = "api.after_commit";

    /// <summary>Every crash point of keeper and indexer. One round of settling reaches all but <see cref="IndexerForkFound"/>.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        IndexerBeforeCommit, IndexerAfterCommit, FeedBeforeCommit, FeedAfterCommit, EngineBeforeCommit, EngineAfterCommit,
        ScreeningAnswered, NonceAssigned, SignatureBeforeCommit, Signed, SignatureCommitted, Broadcast, BeforeInclusionRecorded,
        PublisherBeforeCommit, WebhookSent, IndexerForkFound,
    ];

    /// <summary>Every crash point of the API, which a request reaches.</summary>
    public static ImmutableArray<string> OfApi { get; } = [ApiBeforeCommit, ApiAfterCommit];

#pragma warning disable RS0030 // an order of a test to this process, and no setting; the signal is the test's, too
    static readonly string? Crashing = Environment.GetEnvironmentVariable("KEYSTONE_CRASH_AT"), Suspending = Environment.GetEnvironmentVariable("KEYSTONE_SUSPEND_AT");
    static int _suspended;

    /// <summary>Ends or suspends the process here when the test asked for it.</summary>
    /// <param name="name">One of the names of this class.</param>
    public static void Reach(string name)
    {
        if (name == Suspending && Interlocked.Exchange(ref _suspended, 1) == 0) Suspend();
        if (name != Crashing) return;
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
#pragma warning restore RS0030
}
