using System.Data.Common;
using System.Globalization;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signers;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Hosting;
using Keystone.Hosting.Clock;
using Keystone.Hosting.Reports;
using Keystone.Keeper;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Webhooks;
using Keystone.Webhooks.History;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Cli.Doctor;

/// <summary>The checks of <c>keystone doctor</c>. Each stands alone: what one finds does not keep the next from looking.</summary>
internal sealed class Checks(IServiceProvider services)
{
    /// <summary>From so much on, deliveries are late.</summary>
    static readonly TimeSpan LateDelivery = TimeSpan.FromMinutes(2);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    TimeProvider Machine => services.MachineTime();

    /// <summary>All checks in order. It changes nothing.</summary>
    public async Task<IReadOnlyList<Verdict>> RunAsync(CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        foreach ((string name, string fix, Func<string, CancellationToken, Task<IEnumerable<Verdict>>> run) in All())
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                verdicts.AddRange(await run(name, patience.Token));
            }
            catch (Exception fault) when (IsFinding(fault, cancellationToken))
            {
                verdicts.Add(Verdict.Fault(name, Sentence(fault), fix));
            }
        }
        return verdicts;
    }

    IEnumerable<(string Name, string Fix, Func<string, CancellationToken, Task<IEnumerable<Verdict>>> Run)> All() =>
    [
        ("settings", "Correct the setting; docs/settings.md lists them all.", SettingsAsync),
        ("database", "Start Postgres, or correct Storage:ConnectionString.", DatabaseAsync),
        ("migrations", "Run keystone migrate with the version of the services.", MigrationsAsync),
        ("clock", "Synchronise the clock by NTP.", ClockAsync),
        ("nodes", "Correct Chains:0:RpcUrls, or wait until the node has caught up.", NodesAsync),
        ("signer", "Correct Signer, or start the Web3Signer service.", SignerAsync),
        ("balance", "Send ether to the keeper's account.", BalanceAsync),
        ("accounts", "See docs/operations/keys.md.", (name, cancellationToken) => new AccountChecks(services).RunAsync(name, cancellationToken)),
        ("lists", "Fetch the list again; see docs/operations/compliance.md.", (name, cancellationToken) => new ListChecks(services).RunAsync(name, cancellationToken)),
        ("webhooks", "See docs/operations/webhook-keys.md.", WebhooksAsync),
        ("processes", "Start the service; its log says why it ended.", ProcessesAsync),
    ];

    Task<IEnumerable<Verdict>> SettingsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            KeystoneHost.ValidateSettings(services);
            return One(Verdict.Ok(name, "Every setting of the keeper is valid."));
        }
        catch (SettingsException wrong)
        {
            return Task.FromResult(wrong.Faults.Select(fault => Verdict.Fault(name, fault, "Correct the setting; docs/settings.md lists them all.")));
        }
    }

    async Task<IEnumerable<Verdict>> DatabaseAsync(string name, CancellationToken cancellationToken)
    {
        DatabaseSession session = await new DatabaseSessionStore(Database, Machine).ReadAsync(cancellationToken);
        return
        [
            session.KeepsSettings ? Verdict.Ok(name, "The database answers.")
                : Verdict.Fault(name, "The connection leads through a pooler that drops the settings of a session.", "Connect to Postgres itself, or pool by session."),
        ];
    }

    async Task<IEnumerable<Verdict>> MigrationsAsync(string name, CancellationToken cancellationToken)
    {
        await new MigrationStore(Database, Machine, [.. Schemas.All, HostingSchema.Migrations]).CheckAsync(cancellationToken);
        return [Verdict.Ok(name, "The schema is that of this version.")];
    }

    async Task<IEnumerable<Verdict>> ClockAsync(string name, CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        double most = Options<StorageOptions>().MaxClockDifferenceSeconds, off = (await new DatabaseSessionStore(Database, Machine).ReadAsync(cancellationToken)).ClockDifference.TotalSeconds;
        verdicts.Add(off <= most ? Verdict.Ok(name, "This machine and the database have the same time.")
            : Verdict.Fault(name, Text($"This machine's clock and the database's differ by {off:0.0} s; {most} s are allowed."), "Synchronise both clocks by NTP."));
        int skew = Options<KeeperOptions>().MaxClockSkewSeconds;
        if (skew == 0) return verdicts;
        // Where business time can be advanced, the chain's is advanced with it.
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        if (time is BusinessTime movable && services.GetService<ClockStore>() is { } clock) movable.Offset = await clock.ReadAsync(cancellationToken);
        foreach (ChainOptions chain in Nodes.Chains)
        {
            BlockHeader head = await Nodes.For(chain.ChainId).GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new CommandFault($"A node of chain {chain.ChainId} has no block.");
            long behind = (long)head.Timestamp - time.GetUtcNow().ToUnixTimeSeconds();
            // A head that is older than the clock says nothing: the chain may be quiet, or its node late, which the nodes' own check sees.
            verdicts.Add(behind <= skew ? Verdict.Ok(name, Text($"The clock is not behind chain {chain.ChainId}."))
                : Verdict.Fault(name, Text($"This machine's clock is {behind} s behind the newest block of chain {chain.ChainId}; {skew} s are allowed, and beyond it the keeper stands still."), "Synchronise the clock by NTP."));
        }
        return verdicts;
    }

    async Task<IEnumerable<Verdict>> NodesAsync(string name, CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        foreach (ChainOptions chain in Nodes.Chains) verdicts.AddRange(await new NodeChecks(Nodes, chain).RunAsync(name, cancellationToken));
        return verdicts;
    }

    async Task<IEnumerable<Verdict>> SignerAsync(string name, CancellationToken cancellationToken)
    {
        ITransactionSigner signer = services.GetRequiredService<ITransactionSigner>();
        // Worth nothing to whoever sees it: it pays no gas, so no block takes it.
        Eip1559Transaction nothing = new((ulong)Nodes.Chains[0].ChainId, 0, UInt256.Zero, UInt256.Zero, 21_000, signer.Address, UInt256.Zero, ReadOnlyMemory<byte>.Empty);
        await signer.SignAsync(nothing, cancellationToken);
        return [Verdict.Ok(name, $"The key of {signer.Address} signs.")];
    }

    async Task<IEnumerable<Verdict>> BalanceAsync(string name, CancellationToken cancellationToken)
    {
        Address account = services.GetRequiredService<ITransactionSigner>().Address;
        UInt256 low = UInt256.Parse(Options<KeeperOptions>().LowBalanceWei);
        List<Verdict> verdicts = [];
        foreach (ChainOptions chain in Nodes.Chains)
        {
            UInt256 balance = await Nodes.For(chain.ChainId).GetBalanceAsync(account, BlockTag.Latest, cancellationToken);
            verdicts.Add(balance >= low ? Verdict.Ok(name, $"{account} has {balance} wei on chain {chain.ChainId}.")
                : Verdict.Fault(name, $"{account} has {balance} wei on chain {chain.ChainId}, less than Keeper:LowBalanceWei of {low}.", $"Send ether to {account}."));
        }
        return verdicts;
    }

    async Task<IEnumerable<Verdict>> WebhooksAsync(string name, CancellationToken cancellationToken)
    {
        DeliveryStateStore store = services.GetRequiredService<DeliveryStateStore>();
        List<Verdict> verdicts = [];
        DateTimeOffset now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach ((Guid endpoint, string reason) in await store.UnopenedAsync(services.GetRequiredService<SecretBox>(), now, cancellationToken))
            verdicts.Add(Verdict.Fault(name, $"Nothing can be signed for endpoint {endpoint}: {reason}", "Name the key that sealed it, as docs/operations/webhook-keys.md says, or have its owner set a new secret."));
        DeliveryState state = await store.ReadAsync(now, cancellationToken);
        if (state.OldestDueSeconds > LateDelivery.TotalSeconds)
            verdicts.Add(Verdict.Fault(name, Text($"{state.Due} deliveries are due and not attempted, the oldest for {state.OldestDueSeconds:0} s."), "Start a keeper; its loop deliverer sends them."));
        if (state.DisabledEndpoints > 0)
            verdicts.Add(Verdict.Warning(name, Text($"{state.DisabledEndpoints} endpoints were switched off because of their failures."), "Tell their owners; they switch them on again."));
        return verdicts.Count > 0 ? verdicts : [Verdict.Ok(name, "Every secret opens, and no delivery is late.")];
    }

    async Task<IEnumerable<Verdict>> ProcessesAsync(string name, CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        IReadOnlyList<InstanceView> instances = await services.GetRequiredService<ReportStore>().InstancesAsync(cancellationToken);
        foreach (string service in (string[])["api", "indexer", "keeper"])
        {
            int alive = instances.Count(instance => instance.Service == service && instance.Status == "alive");
            verdicts.Add(alive > 0 ? Verdict.Ok(name, Text($"{service}: {alive} running."))
                : Verdict.Warning(name, $"{service}: none has been heard from for {ReportStore.Silence.TotalSeconds:0} s.", "Start the service; its log says why it ended."));
        }
        foreach (AlarmView alarm in (await services.GetRequiredService<AlarmStore>().ListAsync(activeOnly: true, 50, 0, cancellationToken)).Items)
            verdicts.Add(Verdict.Warning(name, $"Alarm {alarm.Code} of {alarm.Subject} since {alarm.FirstAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {alarm.Detail}", "See docs/operations.md, section Alarms."));
        return verdicts;
    }

    NpgsqlDataSource Database => services.GetRequiredService<NpgsqlDataSource>();

    IEthereumNodes Nodes => services.GetRequiredService<IEthereumNodes>();

    T Options<T>() where T : class => services.GetRequiredService<IOptions<T>>().Value;

    static Task<IEnumerable<Verdict>> One(Verdict verdict) => Task.FromResult<IEnumerable<Verdict>>([verdict]);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static bool IsFinding(Exception fault, CancellationToken cancellationToken) => fault is DbException or NodeException or ChainIdentityException or MigrationException or SettingsException
        or MissingDatabaseException or SignerException or KeystoreException or OptionsValidationException or InvalidOperationException or IOException or UnauthorizedAccessException or TimeoutException
        or System.Net.Sockets.SocketException or HttpRequestException or CommandFault || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    static string Sentence(Exception fault) => fault switch
    {
        OptionsValidationException wrong => string.Join(' ', wrong.Failures),
        OperationCanceledException => $"No answer came within {Patience.TotalSeconds:0} s.",
        _ => LogRedaction.Redact(fault.Message),
    };
}
