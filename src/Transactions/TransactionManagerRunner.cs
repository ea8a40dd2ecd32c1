using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>For each chain: holds the sender's lease and looks at its book until stopped. A transaction manager without the lease stands by.</summary>
internal sealed partial class TransactionManagerRunner(
    NpgsqlDataSource database, IChainMirror mirror, IEthereumNodes nodes, ITransactionSigner signer, ITransactionPlan plan, IOptions<TransactionsOptions> options,
    TransactionSignal signal, TimeProvider time, ILogger<TransactionManagerRunner> log) : BackgroundService
{
    readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());

    TimeSpan Ttl => TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    TimeSpan Poll => TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);

    /// <summary>Refuses a start on another chain than the settings' or the database's. A node that does not answer is waited for later.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ChainOptions chain in nodes.Chains)
        {
            try
            {
                await CheckIdentityAsync(new SenderStores(database, mirror, time, chain.ChainId, signer.Address), chain, cancellationToken);
            }
            catch (Exception e) when (e is NodeException or NpgsqlException)
            {
                Interrupted(e.Message);
            }
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAll(nodes.Chains.Select(async chain =>
        {
            try
            {
                await ServeAsync(chain, all.Token);
            }
            catch
            {
                // A chain that cannot be served stops the host, not only itself.
                await all.CancelAsync();
                throw;
            }
        }));
    }

    async Task ServeAsync(ChainOptions chain, CancellationToken stoppingToken)
    {
        SenderStores stores = new(database, mirror, time, chain.ChainId, signer.Address);
        bool known = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!known) await CheckIdentityAsync(stores, chain, stoppingToken);
                known = true;
                if (await stores.Lease.TakeAsync(_holder, Ttl, stoppingToken) is { } epoch)
                    await WorkAsync(stores, chain.ChainId, epoch, stoppingToken);
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
    async Task CheckIdentityAsync(SenderStores stores, ChainOptions chain, CancellationToken cancellationToken)
    {
        ChainIdentity identity = await ChainIdentityReader.ReadAsync(nodes.For(chain.ChainId), chain, cancellationToken);
        if (await stores.Chain.ReadAsync(cancellationToken) is { Genesis: { } genesis } && genesis != identity.GenesisHash)
            throw new ChainIdentityException(
                $"Chain {chain.ChainId} begins with block {identity.GenesisHash}, the database's with {genesis}: use that chain, or a new database.");
    }

    async Task WorkAsync(SenderStores stores, long chainId, long epoch, CancellationToken stoppingToken)
    {
        Holding(signer.Address, epoch);
        TransactionsMetrics.Epoch.Record(epoch);
        using CancellationTokenSource lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task renewal = RenewAsync(stores, epoch, lost);
        TransactionManager pass = new(stores, nodes.AllFor(chainId), signer, plan, options.Value, chainId, time, log);
        try
        {
            while (!lost.IsCancellationRequested)
            {
                Task woken = signal.Next;
                try
                {
                    await pass.RunAsync(epoch, lost.Token);
                }
                catch (LeaseLostException)
                {
                    return;
                }
                catch (NpgsqlException e)
                {
                    Interrupted(e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever was half done is in the database, and the next look finds it there.
                    Failed(e);
                }
                await Task.WhenAny(woken, Task.Delay(Poll, time, lost.Token));
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
            TransactionsMetrics.Epoch.Record(0);
            await ReleaseAsync(stores, epoch);
        }
    }

    async Task RenewAsync(SenderStores stores, long epoch, CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Ttl / 3, time, lost.Token);
                try
                {
                    if (await stores.Lease.RenewAsync(epoch, Ttl, lost.Token)) continue;
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

    async Task ReleaseAsync(SenderStores stores, long epoch)
    {
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2), time);
            await stores.Lease.RenewAsync(epoch, TimeSpan.Zero, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            Interrupted(e.Message);
        }
    }

    [LoggerMessage(5020, LogLevel.Information, "Holds the lease of {Sender}, epoch {Epoch}")]
    partial void Holding(Address sender, long epoch);

    [LoggerMessage(5021, LogLevel.Warning, "Lost the lease of {Sender}; another transaction manager has it")]
    partial void Lost(Address sender);

    [LoggerMessage(5022, LogLevel.Warning, "Interrupted: {Reason}")]
    partial void Interrupted(string reason);

    [LoggerMessage(5023, LogLevel.Error, "A poll failed; it is tried again")]
    partial void Failed(Exception exception);
}
