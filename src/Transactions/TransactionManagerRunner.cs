using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>
/// For each chain and each account that this process has a key of: takes the account's lease and polls while it holds it. A process without the lease stands by, and an
/// account that is not in service and does not drain has no lease.
/// </summary>
internal sealed partial class TransactionManagerRunner(
    NpgsqlDataSource database, IChainMirror mirror, IEthereumNodes nodes, ITransactionSigner signer, ITransactionPlan plan, IOptions<TransactionsOptions> options,
    TransactionSignal signal, TransactionsHealth health, TimeProvider time, ILogger<TransactionManagerRunner> log, LoopPulses? pulses = null, SignerSet? signers = null,
    DedicatedSigner? dedicated = null) : BackgroundService
{
    readonly SignerSet _signers = signers ?? new SignerSet([signer]);
    readonly HashSet<(long, Address)> _keyless = [];
    readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());

    // Longer than a keeper is silent about a key that it has.
    static readonly TimeSpan KeySilence = TimeSpan.FromMinutes(2);

    // A node that asked for a pause fails each poll until it is over.
    static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(5);

    TimeSpan Poll => TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);

    /// <summary>
    /// Fails the start if the node is on another chain than the settings or the database name, or if an account is dedicated by the settings and not by the database, or the other way
    /// round. A node that does not respond does not prevent the start.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ChainOptions chain in nodes.Chains)
        {
            try
            {
                await CheckDutiesAsync(chain.ChainId, cancellationToken);
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
        TransactionsMetrics.Begin();
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAll(nodes.Chains.SelectMany(Accounts, (chain, one) => (Chain: chain, Signer: one)).Select(async served =>
        {
            try
            {
                await ServeAsync(served.Chain, served.Signer, all.Token);
            }
            catch
            {
                // If one chain cannot be served, the whole host stops.
                await all.CancelAsync();
                throw;
            }
        }));
    }

    IEnumerable<ITransactionSigner> Accounts(ChainOptions chain) => dedicated?.ChainIds.Contains(chain.ChainId) == true ? [.. _signers.All, dedicated.Signer] : _signers.All;

    // One key that sends swaps and writes what the gate of a swap asks for would be no second key.
    async Task CheckDutiesAsync(long chainId, CancellationToken cancellationToken)
    {
        if (dedicated is not null
            && await SenderStore.StatusAsync(database, chainId, dedicated.Signer.Address, cancellationToken) is { } status and not (SenderStatus.Standby or SenderStatus.Dedicated))
            throw new InvalidOperationException($"{dedicated.Signer.Address} is {status} on chain {chainId} (keystone sender list), so it cannot become a dedicated account; make a key of its own.");
        foreach (ITransactionSigner one in _signers.All)
            if (await SenderStore.StatusAsync(database, chainId, one.Address, cancellationToken) == SenderStatus.Dedicated)
                throw new InvalidOperationException($"{one.Address} is a dedicated account on chain {chainId} (keystone sender list), so it cannot send anything else; make another key for Signer.");
    }

    Task ServeAsync(ChainOptions chain, ITransactionSigner account, CancellationToken stoppingToken)
    {
        bool first = account == _signers.First;
        SenderStores stores = new(database, mirror, time, chain.ChainId, account.Address, takesService: first, isDedicated: account == dedicated?.Signer);
        bool known = false;
        LeaseLoop loop = new(stores.Lease, _holder, TimeSpan.FromSeconds(options.Value.LeaseSeconds), time)
        {
            Passes = fault => fault is NodeException or NpgsqlException,
            Report = fault => Interrupted(fault.Message),
            Lost = () => Lost(account.Address),
        };
        return loop.RunAsync(
            prepare: async cancellationToken =>
            {
                if (!known) await CheckIdentityAsync(stores, chain, cancellationToken);
                known = true;
                if (first) await FindKeylessAsync(chain.ChainId, cancellationToken);
            },
            work: (epoch, held) => WorkAsync(stores, chain.ChainId, account, epoch, held), stoppingToken);
    }

    // After a restart of a development chain, the nonces in the database would be above the chain's for ever.
    async Task CheckIdentityAsync(SenderStores stores, ChainOptions chain, CancellationToken cancellationToken)
    {
        ChainIdentity identity = await ChainIdentityReader.ReadAsync(nodes.For(chain.ChainId), chain, cancellationToken);
        if (await stores.Chain.ReadAsync(cancellationToken) is { Genesis: { } genesis } && genesis != identity.GenesisHash)
            throw new ChainIdentityException(
                $"Chain {chain.ChainId} begins with block {identity.GenesisHash}, the database's with {genesis}: use that chain, or a new database.");
        // From now on that a node is on another chain is that node's fault: nothing is sent to it, and the others are asked.
        nodes.Expect(identity);
    }

    // For the report of this process: an account that has nothing to send would else never be read.
    async Task ReadFundsAsync(long chainId, Address account, CancellationToken cancellationToken)
    {
        IEthereumNode node = nodes.For(chainId);
        if (await node.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } head)
            health.Funds(chainId, account, await node.GetBalanceAsync(account, BlockTag.Latest, cancellationToken), head);
    }

    // Only a keeper that has the key of an account can send for it. Reported once, and again only after a key was there.
    async Task FindKeylessAsync(long chainId, CancellationToken cancellationToken)
    {
        Address[] without = [.. (await SenderStore.WithoutKeyAsync(database, chainId, KeySilence, cancellationToken)).Except(_signers.All.Select(one => one.Address)).Where(one => one != dedicated?.Signer.Address)];
        lock (_keyless)
        {
            _keyless.RemoveWhere(one => one.Item1 == chainId && !without.Contains(one.Item2));
            foreach (Address one in without.Where(one => _keyless.Add((chainId, one))))
            {
                Keyless(one, chainId);
                TransactionsMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "sender_without_key"));
            }
        }
    }

    async Task WorkAsync(SenderStores stores, long chainId, ITransactionSigner account, long epoch, CancellationToken held)
    {
        Holding(account.Address, epoch);
        TransactionsMetrics.Epoch.Record(epoch);
        health.Took(chainId, account.Address);
        string loop = account == _signers.First ? $"transactions {chainId}" : $"transactions {chainId} {account.Address}";
        long? looked = null;
        TransactionManager pass = new(stores, nodes.AllFor(chainId), account, plan, options.Value, chainId, time, log, health);
        long? said = null;
        try
        {
            while (!held.IsCancellationRequested)
            {
                Task woken = signal.Next;
                // A pass asks several nodes, each with its own limit, about every pending transaction.
                pulses?.Turn(loop, TimeSpan.FromMinutes(5));
                try
                {
                    await pass.RunAsync(epoch, held);
                    health.Answered(chainId, account.Address);
                    if (looked is not { } before || time.GetElapsedTime(before) >= KeySilence / 4)
                    {
                        await FindKeylessAsync(chainId, held);
                        await ReadFundsAsync(chainId, account.Address, held);
                        looked = time.GetTimestamp();
                    }
                }
                catch (Exception e) when (e is NodeException or NpgsqlException)
                {
                    if (e is NodeException) health.Failed(chainId, account.Address, e.Message);
                    if (said is not { } last || time.GetElapsedTime(last) >= SayAgain)
                    {
                        Interrupted(e.Message);
                        said = time.GetTimestamp();
                    }
                }
                catch (Exception e) when (e is not LeaseLostException && (e is not OperationCanceledException || !held.IsCancellationRequested))
                {
                    // A call that its own limit ended, of a signer for example, is no order to stop.
                    // The state of the interrupted poll is in the database; the next poll continues from it.
                    Failed(e);
                }
                await Task.WhenAny(woken, Task.Delay(Poll, time, held));
            }
        }
        finally
        {
            pulses?.End(loop);
            health.Lost(chainId, account.Address);
            TransactionsMetrics.Epoch.Record(0);
        }
    }

    [LoggerMessage(5020, LogLevel.Information, "Holds the lease of {Sender}, epoch {Epoch}")]
    partial void Holding(Address sender, long epoch);

    [LoggerMessage(5021, LogLevel.Warning, "Lost the lease of {Sender}; another transaction manager has it")]
    partial void Lost(Address sender);

    [LoggerMessage(5022, LogLevel.Warning, "Interrupted: {Reason}")]
    partial void Interrupted(string reason);

    [LoggerMessage(5028, LogLevel.Error, "ALARM sender_without_key: no keeper has the key of {Sender}, which has work on chain {ChainId}; configure it, or retire the account by keystone sender retire")]
    partial void Keyless(Address sender, long chainId);

    [LoggerMessage(5023, LogLevel.Error, "A poll failed; it is tried again")]
    partial void Failed(Exception exception);
}
