using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Schema <c>chain</c> as <see cref="IMirror"/>: leases, positions, steps, halts, refolds and replacements are classes of their own.</summary>
public sealed class MirrorStore : IMirror
{
    readonly NpgsqlDataSource _database;
    readonly MirrorLease _lease;
    readonly MirrorPositions _positions;
    readonly StepWriter _steps;
    readonly MirrorHalt _halt;
    readonly MirrorRefold _refold;
    readonly MirrorReplacement _replacement;

    /// <summary>The mirror that is read.</summary>
    public MirrorStore(NpgsqlDataSource database) : this(database, beside: false)
    {
    }

    MirrorStore(NpgsqlDataSource database, bool beside)
    {
        _database = database;
        MirrorTables tables = new(database, beside);
        MirrorFence fence = new(tables);
        MirrorFeed feed = new(tables);
        MirrorRows rows = new(tables);
        MirrorFold fold = new(tables, rows);
        _lease = new MirrorLease(tables);
        _positions = new MirrorPositions(tables);
        _steps = new StepWriter(tables, fence, rows, fold, feed);
        _halt = new MirrorHalt(tables, fence, feed);
        _refold = new MirrorRefold(tables, fence, rows, fold);
        _replacement = new MirrorReplacement(tables, fence);
    }

    /// <inheritdoc/>
    public Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken) => _lease.EnsureAsync(identity, startBlock, cancellationToken);

    /// <inheritdoc/>
    public Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken) =>
        _lease.TakeLeaseAsync(chainId, holder, ttl, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken) => _lease.RenewLeaseAsync(chainId, epoch, ttl, cancellationToken);

    /// <inheritdoc/>
    public Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken) => _positions.ReadPositionAsync(chainId, cancellationToken);

    /// <inheritdoc/>
    public Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken) =>
        _positions.ReadKnownAsync(position, most, cancellationToken);

    /// <inheritdoc/>
    public Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken) =>
        _steps.WriteAsync(chainId, epoch, step, cancellationToken);

    /// <inheritdoc/>
    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken) => _halt.HaltAsync(chainId, epoch, reason, cancellationToken);

    /// <inheritdoc/>
    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken) => _halt.ClearHaltAsync(chainId, epoch, cancellationToken);

    /// <inheritdoc/>
    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) => _refold.RefoldAsync(chainId, epoch, escrow, cancellationToken);

    /// <inheritdoc/>
    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken) =>
        _replacement.ResetAsync(chainId, epoch, startBlock, reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<IMirror> BesideAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken)
    {
        await _replacement.BeginAsync(chainId, epoch, startBlock, cancellationToken);
        return new MirrorStore(_database, beside: true);
    }

    /// <inheritdoc/>
    public Task SwapAsync(long chainId, long epoch, CancellationToken cancellationToken) => _replacement.SwapAsync(chainId, epoch, cancellationToken);
}
