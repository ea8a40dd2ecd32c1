using System.Security.Cryptography;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Mirror;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Keystone.Transactions.Tests;

/// <summary>One sender of its own with intents to call counters; a counter that was called is done.</summary>
internal sealed class Scene(TransactionsFixture fixture, NpgsqlDataSource? elsewhere = null) : ITransactionPlan
{
    readonly PrivateKeySigner _signer = new(RandomNumberGenerator.GetBytes(32));

    public HashSet<Hash32> Unwanted { get; } = [];

    public HashSet<Hash32> Paused { get; } = [];

    /// <summary>The owner holds back: nothing is said of anything.</summary>
    public bool Silent { get; set; }

    public ManualTime Time { get; } = new();

    /// <summary>Log of the transaction managers of this scene.</summary>
    public ListLog Log { get; } = new();

    public TransactionsOptions Options { get; } = new() { LeaseSeconds = 30 };

    NpgsqlDataSource Database => elsewhere ?? fixture.Database;

    public Address Sender => _signer.Address;

    public ITransactionSigner Signer => _signer;

    public IChainMirror Mirror => new ReadMirror(new MirrorReader(Database));

    public SenderStores Stores => new(Database, Mirror, Time, fixture.ChainId, Sender);

    public TransactionManager Manager(IEthereumNode? node = null, ITransactionSigner? signer = null) =>
        Manager([node ?? fixture.Node], signer);

    public TransactionManager Manager(IReadOnlyList<IEthereumNode> nodes, ITransactionSigner? signer = null) =>
        new(Stores, nodes, signer ?? _signer, this, Options, fixture.ChainId, Time, Log);

    /// <summary>A transaction manager whose way to the database is another.</summary>
    public TransactionManager Manager(NpgsqlDataSource database) =>
        new(new SenderStores(database, new ReadMirror(new MirrorReader(database)), Time, fixture.ChainId, Sender), [fixture.Node], _signer, this, Options, fixture.ChainId, Time, Log);

    /// <summary>Takes the lease; the account goes into service before, in the place of another scene's.</summary>
    public async Task<long> LeaseAsync(TimeSpan? ttl = null)
    {
        await SetAsync(SenderStatus.Active);
        return await TakeAsync(ttl) ?? throw new InvalidOperationException("The lease is taken.");
    }

    public Task<long?> TakeAsync(TimeSpan? ttl = null) => Stores.Lease.TakeAsync(Guid.NewGuid(), ttl ?? TimeSpan.FromMilliseconds(1), default);

    public async Task SetAsync(SenderStatus status)
    {
        await using NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync();
        await SenderStore.SetAsync(connection, fixture.ChainId, Sender, status, default);
    }

    public Task RefillAsync() => fixture.RpcAsync("anvil_setBalance", Sender.ToString(), "0x8ac7230489e80000");

    public async Task<bool> WantAsync(Address contract, int priority = 0, long? until = null, Guid? lane = null, Address? onlyBy = null)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync();
        return await new IntentStore(Time).WantAsync(
            connection, null, new IntentName(fixture.ChainId, "count", SubjectOf(contract)), until is { } time ? ChainTime.FromInt64(time) : null, priority, null, default, lane, onlyBy: onlyBy);
    }

    public async Task<Intent> IntentAsync(Address contract)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync();
        return Assert.Single(await new IntentStore(Time).OfSubjectsAsync(connection, null, fixture.ChainId, [SubjectOf(contract)], default));
    }

    /// <summary>Hashes of all signed attempts, oldest first.</summary>
    public async Task<List<Hash32>> AttemptsAsync()
    {
        await using NpgsqlCommand command = Database.CreateCommand("select hash from transactions.attempt where sender = @s order by nonce, ordinal");
        command.Parameters.AddWithValue("s", Sender.ToBytes());
        List<Hash32> hashes = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) hashes.Add(new Hash32(reader.GetFieldValue<byte[]>(0)));
        return hashes;
    }

    public Task<long> NoncesAsync(string where = "true") =>
        fixture.ScalarAsync<long>($"select count(*) from transactions.nonce where sender = @s and {where}", ("s", Sender.ToBytes()));

    public async Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        Dictionary<Guid, IntentVerdict> verdicts = [];
        if (Silent) return verdicts;
        foreach (Intent intent in intents)
            verdicts[intent.Id] = await fixture.CallsOfAsync(ContractOf(intent)) > 0 ? IntentVerdict.Done
                : Unwanted.Contains(intent.Name.Subject) ? IntentVerdict.Obsolete
                : Paused.Contains(intent.Name.Subject) ? IntentVerdict.Paused : IntentVerdict.Wanted;
        return verdicts;
    }

    public Task<PlannedCall?> BuildAsync(Intent intent, CancellationToken cancellationToken) =>
        Task.FromResult<PlannedCall?>(new PlannedCall(ContractOf(intent), ReadOnlyMemory<byte>.Empty));

    /// <summary>Calls every counter of a shared transaction; null: nothing is shared.</summary>
    public Address? Caller { get; set; }

    public string? SharesAs(Intent intent) => Caller?.ToString();

    public Task<PlannedCall?> BuildSharedAsync(IReadOnlyList<Intent> intents, ulong gasEach, CancellationToken cancellationToken) =>
        Task.FromResult<PlannedCall?>(new PlannedCall(Caller!.Value, intents.SelectMany(intent => intent.Name.Subject.ToBytes()).ToArray(), (ulong)intents.Count * gasEach));

    public static Hash32 SubjectOf(Address contract) => new([.. new byte[12], .. contract.ToBytes()]);

    static Address ContractOf(Intent intent) => new(intent.Name.Subject.ToBytes().AsSpan(12));
}

/// <summary>Moves only when told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => _now += by;
}

/// <summary>Fails for some nonces, as a remote signer that is away.</summary>
internal sealed class FailingSigner(ITransactionSigner inner, ulong failingNonce) : ITransactionSigner
{
    public Address Address => inner.Address;

    public ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken) =>
        transaction is Eip1559Transaction { Nonce: var nonce } && nonce == failingNonce ? throw new IOException("The signer is away.") : inner.SignAsync(transaction, cancellationToken);
}

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLog : ILogger
{
    readonly List<string> _lines = [];

    /// <summary>Lines so far that have a text in them.</summary>
    public int Count(string text)
    {
        lock (_lines) return _lines.Count(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Alarms of one name so far.</summary>
    public int Alarms(string name)
    {
        lock (_lines) return _lines.Count(line => line.StartsWith($"ALARM {name}:", StringComparison.Ordinal));
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add(formatter(state, exception));
    }
}
