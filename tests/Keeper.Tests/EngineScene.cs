using System.Security.Cryptography;
using System.Text;
using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Identity;
using Keystone.Keeper.Engine;
using Keystone.Keeper.Screening;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Decide;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;
using Keystone.Settlements.Screening;
using Keystone.Settlements.Templates;
using Keystone.Testing;
using Keystone.Transactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>The engine on a real Postgres, with a mirror that the test writes: what is stored, reported and wanted, and what is not.</summary>
public abstract class EngineScene(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = new(2026, 3, 16, 12, 0, 0, TimeSpan.Zero);
    protected static readonly Address Buyer = AnyAddress(), Seller = AnyAddress(), Bond = AnyAddress(), Cash = AnyAddress(), Contract = AnyAddress();

    readonly PrivateKeySigner _signer = new(RandomNumberGenerator.GetBytes(32));
    ScreeningWorker _screening = null!;

    protected NpgsqlDataSource Database => database.Source;

    protected SettlementBook Book { get; } = new(database.Source);

    protected long Chain { get; } = RandomNumberGenerator.GetInt32(1, int.MaxValue);

    protected PlantedMirror Mirror { get; private set; } = null!;

    private protected ManualTime Time { get; } = new(Start);

    private protected EngineRunner Engine { get; private set; } = null!;

    /// <summary>What the provider of screenings answers.</summary>
    private protected ListProvider Screens { get; } = new();

    protected Template Gated { get; private set; } = null!;

    protected Template GatedEarly { get; private set; } = null!;

    protected Address Operator => _signer.Address;

    protected Guid A { get; private set; }

    protected Guid B { get; private set; }

    public async Task InitializeAsync()
    {
        string suffix = Guid.NewGuid().ToString("n");
        A = await Book.EnvironmentAsync("a-" + suffix, Chain);
        B = await Book.EnvironmentAsync("b-" + suffix, Chain);
        Mirror = new PlantedMirror(Database, Chain);
        await Mirror.BeginAsync(Contract, number: 100, finalized: 98, time: Start.ToUnixTimeSeconds());
        IOptions<KeeperOptions> options = Options.Create(new KeeperOptions());
        ChainOptions chain = new() { ChainId = Chain, RpcUrls = ["http://127.0.0.1:1"], Escrow = Contract.ToString(), SettleDepth = 2 };
        IEthereumNodes nodes = EthereumNodesRegistration.Create([chain]);
        WakeSignals signals = new();
        AdvanceStore store = new(Database, new DueFactStore(Database, new MirrorReader(Database)), new OutcomeStore(Database, new IntentStore(Time)), new TemplateStore(Database));
        Engine = new EngineRunner(new AdvanceSettlement(store, nodes, _signer, Time), signals, new TransactionSignal(),
            new ClockGuard(nodes, options, Time, NullLogger<ClockGuard>.Instance), options, Time, NullLogger<EngineRunner>.Instance);
        Gated = await Book.AddTemplateAsync(A, GatedTemplate.With(Contract, "EXECUTING_SWAP"));
        GatedEarly = await Book.AddTemplateAsync(A, GatedTemplate.With(Contract, "AWAITING_DEPOSITS") with { Slug = GatedTemplate.Slug + "-early" });
        _screening = new ScreeningWorker(new ScreeningStore(Database), new PartyScreeningStore(Database), new EnvironmentStore(Database), Screens, signals, Options.Create(new ScreeningOptions()), options, Time,
            NullLogger<ScreeningWorker>.Instance);
    }

    public Task DisposeAsync()
    {
        _signer.Dispose();
        Engine.Dispose();
        _screening.Dispose();
        return Task.CompletedTask;
    }

    protected Task<Guid> SingleAsync() => Book.InstructAsync(Chain, A, "dvp-single",
        [new BookParty("buyer", A, Buyer), new BookParty("seller", A, Seller)], Legs, Start.AddHours(1), Time.Now);

    protected Task<Guid> CrossAsync(string? seller = null) => Book.InstructAsync(Chain, A, "dvp-cross-platform",
        [new BookParty("seller", A, Seller, seller), new BookParty("buyer", B, null)], Legs, Start.AddHours(1), Time.Now);

    protected static BookLeg[] Legs => [new("asset", Bond, "seller", "buyer", UInt256.Parse("100")), new("payment", Cash, "buyer", "seller", UInt256.Parse("5000"))];

    /// <summary>Runs engine and screening until neither has anything to do.</summary>
    protected async Task SettleDownAsync(Guid? woken = null)
    {
        if (woken is { } id) await Book.WakeAsync(id, Time.Now);
        while (true)
        {
            bool ran = false;
            while (await Engine.RunAsync(default) > 0) ran = true;
            if (await _screening.RunAsync(default) == 0 && !ran) return;
        }
    }

    protected async Task DecideAsync(Guid id, int round, bool approve = true)
    {
        MirrorReader mirror = new(Database);
        Caller officer = new("officer", ["compliance:decide"], Guid.NewGuid(), "a", "A", A, "sandbox", "sandbox", Chain, 600, 3_600, false);
        DecideCompliance decide = new(
            new FactStore(Database, mirror, new TemplateStore(Database)), new SettlementReadStore(Database, mirror, new IntentStore(Time)), new WakeSignals(), Time);
        Result<Answered> decided = await decide.ExecuteAsync(
            officer, id, new ComplianceDecisionRequest { Decision = approve ? "approve" : "reject", Reason = "Compared with the passport" }, null, default);
        Assert.False(decided.Value!.Repeated);
        Assert.Equal((long)round, await Book.ScalarAsync("select max(check_round)::bigint from settlement.fact where settlement_id = $1 and kind = 'decision'", id));
    }

    protected async Task<long> IntentsAsync(EscrowTerms terms, string purpose) =>
        (long)(await Book.ScalarAsync("select count(*) from transactions.intent where chain_id = $1 and subject = $2 and purpose = $3", Chain, terms.Id.ToBytes(), purpose))!;

    /// <summary>Recomputes the settlement's chain of hashes from what is stored.</summary>
    protected async Task HashesHoldAsync(Guid id)
    {
        await using NpgsqlCommand select = Database.CreateCommand(
            "select sequence, payload, previous_hash, content_hash, environment_id from settlement.event where settlement_id = $1 order by environment_id, sequence");
        select.Parameters.AddWithValue(id);
        Dictionary<Guid, (int Sequence, byte[] Hash)> chains = [];
        await using (NpgsqlDataReader rows = await select.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                (int sequence, byte[] previous) = chains.GetValueOrDefault(rows.GetGuid(4), (0, new byte[32]));
                Assert.Equal(++sequence, rows.GetInt32(0));
                Assert.Equal(previous, rows.GetFieldValue<byte[]>(2));
                previous = SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(rows.GetString(1))]);
                Assert.Equal(previous, rows.GetFieldValue<byte[]>(3));
                chains[rows.GetGuid(4)] = (sequence, previous);
            }
        }
        Assert.True(chains.Count >= 2, "One chain for each reader and the operator's.");
        foreach ((Guid reader, (int sequence, byte[] hash)) in chains)
        {
            Assert.Equal(hash, await Book.ScalarAsync("select hash from settlement.audit_head where settlement_id = $1 and environment_id = $2", id, reader));
            Assert.Equal(sequence, await Book.ScalarAsync("select sequence from settlement.audit_head where settlement_id = $1 and environment_id = $2", id, reader));
        }
    }

    protected static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(20));

    internal sealed class ListProvider : IScreeningProvider
    {
        public Func<ScreeningSubject, ScreeningVerdict> Answer { get; set; } = _ => new ScreeningVerdict(ScreeningStatus.Pass, "list");

        public Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken) => Task.FromResult(Answer(subject));
    }
}
