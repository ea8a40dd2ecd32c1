using Keystone.Ethereum;
using Keystone.Postgres.Leases;

namespace Keystone.Mirror;

/// <summary>
/// What following a chain, and rebuilding its mirror, asks of that mirror. <see cref="MirrorStore"/> is the mirror; the other one is the model that the simulator compares with it.
/// Each member is one transaction: all of it happens, or nothing.
/// </summary>
public interface IMirror
{
    /// <summary>Writes the identity of a chain that is not known yet.</summary>
    Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken);

    /// <summary>Takes the lease when it is free or expired, and gives its epoch. Null when another indexer has it.</summary>
    Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken);

    /// <summary>Prolongs the lease; false when it is lost. A <paramref name="ttl"/> of zero gives it back.</summary>
    Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken);

    /// <summary>Where the mirror is; null when the chain is not known.</summary>
    Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken);

    /// <summary>The canonical chain from finality to the head; of its blocks the final one and the newest ones, so many at most.</summary>
    Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken);

    /// <summary>Writes a step.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken);

    /// <summary>Stops the mirror of a chain until an operator clears it.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken);

    /// <summary>Drops the folds of a chain and folds all its canonical logs again.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken);

    /// <summary>Forgets everything of a chain but its identity and its feed, and halts it.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a mirror of a chain beside the one that is read, or goes on with one that was begun. One that can hold no other forgets everything and is halted instead, so that
    /// its readers do not take what is missing for missing on the chain.
    /// </summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    async Task<IMirror> BesideAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken)
    {
        await ResetAsync(chainId, epoch, startBlock, reason, cancellationToken);
        return this;
    }

    /// <summary>Puts the mirror beside in the place of the one that is read. A halt ends with it.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    Task SwapAsync(long chainId, long epoch, CancellationToken cancellationToken) => ClearHaltAsync(chainId, epoch, cancellationToken);

    /// <summary>Ends a halt of the mirror.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken);
}
