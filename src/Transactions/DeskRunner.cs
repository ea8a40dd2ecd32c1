using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>Holds the sender's lease and looks at its book until stopped. A desk without the lease stands by.</summary>
internal sealed partial class DeskRunner(
    NpgsqlDataSource database, IEnumerable<IEthereumNode> nodes, ITransactionSigner signer, ITransactionPlan plan, IOptions<DeskOptions> options,
    DeskSignal signal, TimeProvider time, ILogger<DeskRunner> log) : BackgroundService
{
    readonly IEthereumNode[] _nodes = [.. nodes];
    readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());

    TimeSpan Ttl => TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    TimeSpan Poll => TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long? chainId = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                chainId ??= await _nodes[0].GetChainIdAsync(stoppingToken);
                DeskStore store = new(database, time, chainId.Value, signer.Address);
                await CheckIdentityAsync(store, chainId.Value, stoppingToken);
                if (await store.TakeLeaseAsync(_holder, Ttl, stoppingToken) is { } epoch)
                    await WorkAsync(store, chainId.Value, epoch, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NodeException or NpgsqlException)
            {
                Interrupted(e.Message);
            }
            await Task.Delay(Ttl / 3, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A development chain that was started anew would leave our nonces above it for ever.
    async Task CheckIdentityAsync(DeskStore store, long chainId, CancellationToken cancellationToken)
    {
        ChainView? mirror = await store.ReadChainAsync(cancellationToken);
        BlockHeader? genesis = mirror?.Genesis is null ? null : await _nodes[0].GetBlockAsync(BlockTag.AtNumber(0), cancellationToken);
        if (genesis is not null && genesis.Hash != mirror!.Genesis)
            throw new InvalidOperationException(
                $"The node's chain {chainId} begins with block {genesis.Hash}, the database's with {mirror.Genesis}: it is another chain. "
                + "Point the node setting at the right one, or reset the development database with it.");
    }

    async Task WorkAsync(DeskStore store, long chainId, long epoch, CancellationToken stoppingToken)
    {
        Holding(signer.Address, epoch);
        DeskMetrics.Epoch.Record(epoch);
        using CancellationTokenSource lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task renewal = RenewAsync(store, epoch, lost);
        DeskPass pass = new(store, _nodes, signer, plan, options.Value, chainId, time, log);
        try
        {
            while (!lost.IsCancellationRequested)
            {
                try
                {
                    await pass.RunAsync(epoch, lost.Token);
                }
                catch (LeaseLostException)
                {
                    return;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever was half done is in the database, and the next look finds it there.
                    Failed(e);
                }
                await signal.WaitAsync(Poll, lost.Token);
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // Stopped, or the lease is gone.
        }
        finally
        {
            await lost.CancelAsync();
            await renewal;
            DeskMetrics.Epoch.Record(0);
            await ReleaseAsync(store, epoch);
        }
    }

    async Task RenewAsync(DeskStore store, long epoch, CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Ttl / 3, time, lost.Token);
                try
                {
                    if (await store.RenewLeaseAsync(epoch, Ttl, lost.Token)) continue;
                    Lost(signer.Address);
                    await lost.CancelAsync();
                    return;
                }
                catch (NpgsqlException e)
                {
                    // Nobody can take it without the database either; the fence decides when it is back.
                    Interrupted(e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is over.
        }
    }

    async Task ReleaseAsync(DeskStore store, long epoch)
    {
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2), time);
            await store.RenewLeaseAsync(epoch, TimeSpan.Zero, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            Interrupted(e.Message);
        }
    }

    [LoggerMessage(20, LogLevel.Information, "Holds the lease of {Sender}, epoch {Epoch}")]
    partial void Holding(Address sender, long epoch);

    [LoggerMessage(21, LogLevel.Warning, "Lost the lease of {Sender}; another desk has it")]
    partial void Lost(Address sender);

    [LoggerMessage(22, LogLevel.Warning, "Interrupted: {Reason}")]
    partial void Interrupted(string reason);

    [LoggerMessage(23, LogLevel.Error, "A look failed; the next one begins again")]
    partial void Failed(Exception exception);
}
