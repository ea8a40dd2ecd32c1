using System.Net.Http.Json;
using System.Security.Cryptography;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Mirror;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Transactions.Tests;

/// <summary>A transaction that was signed before a fork gets the gas limit that the fork's prices ask for before it is mined.</summary>
public sealed class GasLimitAfterForkTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>, IAsyncLifetime
{
    const long ChainId = 1338;

    /// <summary>The deterministic deployer, which is on the chain from its beginning.</summary>
    static readonly Address Deployer = Address.Parse("0x4e59b44847b379578588920ca78fbf26c0b4956c");

    // Writes the word of its call data to storage slot 0: CALLDATALOAD(0), SSTORE. The first part copies it into place.
    static readonly byte[] Creation = Hex.Decode("0x65" + "5f355f5500" + "00" + "5f52" + "6006601af3");

    readonly HttpClient _client = new();
    readonly PrivateKeySigner _signer = new(RandomNumberGenerator.GetBytes(32)), _other = new(RandomNumberGenerator.GetBytes(32));
    readonly ListLog _log = new();
    VmNode _process = null!;
    JsonRpcNode _node = null!;

    public async Task InitializeAsync()
    {
        _process = await VmNode.StartAsync(ChainId, [_signer.Address.ToString(), _other.Address.ToString()], "prague");
        _node = new JsonRpcNode(_client, _process.Url);
    }

    public async Task DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task A_pending_transaction_gets_a_larger_gas_limit_when_the_price_of_a_storage_slot_rises()
    {
        byte[] salt = new byte[32];
        Address store = new(Keccak256.Hash([0xff, .. Deployer.ToBytes(), .. salt, .. Keccak256.Hash(Creation).ToBytes()]).ToBytes().AsSpan(12));
        await SendAsync(Deployer, [.. salt, .. Creation], tip: 1);
        await SendAsync(store, Word(1), tip: 1);
        Assert.Equal(1UL, await StoredAsync(store));

        SenderStores stores = new(fixture.Database, new ReadMirror(new MirrorReader(fixture.Database)), TimeProvider.System, ChainId, _signer.Address);
        TransactionManager manager = new(stores, [_node], _signer, new StorePlan(store, this), new TransactionsOptions { ReplaceAfterBlocks = 1_000 }, ChainId, TimeProvider.System, _log);
        long epoch = await stores.Lease.TakeAsync(Guid.NewGuid(), TimeSpan.FromMinutes(5), default) ?? throw new InvalidOperationException("The lease is taken.");
        await using (NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync())
            Assert.True(await new IntentStore(TimeProvider.System).WantAsync(
                connection, null, new IntentName(ChainId, "store", new Hash32(salt)), null, 0, null, default));
        await AskAsync("evm_setAutomine", false);
        await manager.RunAsync(epoch, default);
        long before = Assert.Single(await LimitsAsync());
        // Writing an empty slot costs 110,020 gas after the fork.
        Assert.True(before < 110_020, $"The limit of {before} would do after the fork, too.");
        await manager.RunAsync(epoch, default);
        Assert.Single(await LimitsAsync());

        // The first block after the fork does not include the transaction.
        await AskAsync("vm_setHardfork", "amsterdam");
        await AskAsync("vm_mineEmpty");
        await manager.RunAsync(epoch, default);
        long[] limits = await LimitsAsync();
        Assert.Equal(2, limits.Length);
        Assert.True(limits[1] > 110_020 + 21_000, $"The replacement has a limit of {limits[1]}.");
        Assert.Equal(1, _log.Count("the price of a storage slot rose"));

        // The slot is emptied in the same block, before the transaction.
        await SendAsync(store, Word(0), tip: 100, mine: false);
        await AskAsync("evm_mine");
        await manager.RunAsync(epoch, default);
        Assert.Equal(2UL, await StoredAsync(store));
        Assert.Equal(1L, await fixture.ScalarAsync<long>(
            "select count(*) from transactions.nonce n join transactions.attempt a on a.hash = n.mined_hash where n.sender = @s and n.mined_ok and a.ordinal = 1",
            ("s", _signer.Address.ToBytes())));
    }

    async Task<long[]> LimitsAsync() => await fixture.ScalarAsync<long[]>(
        "select coalesce(array_agg(gas order by ordinal), '{}') from transactions.attempt where sender = @s", ("s", _signer.Address.ToBytes()));

    async Task<ulong> StoredAsync(Address store) => (ulong)new UInt256((await _node.GetStorageAsync(store, Hash32.Zero, BlockTag.Latest, default)).ToBytes());

    async Task SendAsync(Address to, byte[] data, ulong tip, bool mine = true)
    {
        ulong nonce = await _node.GetTransactionCountAsync(_other.Address, BlockTag.Latest, default);
        UInt256 gwei = 1_000_000_000UL;
        SignedTransaction signed = await _other.SignAsync(
            new Eip1559Transaction(ChainId, nonce, tip * gwei, 1_000UL * gwei, 1_000_000, to, UInt256.Zero, data), default);
        SendResponse sent = await _node.SendRawTransactionAsync(signed.Raw, default);
        Assert.True(sent.Accepted, sent.ErrorMessage);
        if (mine) Assert.True((await _node.GetTransactionReceiptAsync(signed.Hash, default))?.Succeeded);
    }

    async Task AskAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(_process.Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        string text = await response.Content.ReadAsStringAsync();
        Assert.False(text.Contains("\"error\"", StringComparison.Ordinal), text);
    }

    static byte[] Word(byte value) => [.. new byte[31], value];

    /// <summary>Wants 2 in the store until it is there. The store may be emptied by others before the call is mined.</summary>
    sealed class StorePlan(Address store, GasLimitAfterForkTests test) : ITransactionPlan
    {
        public async Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
        {
            IntentVerdict verdict = await test.StoredAsync(store) == 2 ? IntentVerdict.Done : IntentVerdict.Wanted;
            return intents.ToDictionary(intent => intent.Id, _ => verdict);
        }

        public Task<PlannedCall?> BuildAsync(Intent intent, CancellationToken cancellationToken) =>
            Task.FromResult<PlannedCall?>(new PlannedCall(store, Word(2), NewStorageSlots: 1));

        public string? SharesAs(Intent intent) => null;

        public Task<PlannedCall?> BuildSharedAsync(IReadOnlyList<Intent> intents, ulong gasEach, CancellationToken cancellationToken) =>
            Task.FromResult<PlannedCall?>(null);
    }
}
