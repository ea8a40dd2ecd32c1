using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Npgsql;

namespace Keystone.Settlements.Instruments;

/// <summary>The registry of tokens: a symbol stands for its token in the requests of one environment, and in what that environment reads.</summary>
public sealed class InstrumentStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    readonly EnvironmentStore _environments = new(database);

    // Two registrations at once could each find the other's symbol missing.
    const string LockRegistry = "select pg_advisory_xact_lock(hashtextextended('instruments ' || $1::text, 0))";

    const string SelectKnown = """
        select id, address, symbol, isin, decimals, code_hash, standard, token_id::text, claimed_symbol, created_at from settlement.instrument
        where environment_id = $1 and chain_id = $2 and (registered or address = $3)
        """;

    const string Register = """
        insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, claimed_symbol, registered, created_at, isin, token_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true, $10, $11, $12::text::numeric)
        on conflict (environment_id, chain_id, address) do update
          set symbol = excluded.symbol, claimed_symbol = excluded.claimed_symbol, registered = true, isin = excluded.isin, token_id = excluded.token_id
        returning id, created_at
        """;

    sealed record Known(
        Guid Id, Address Address, string? Symbol, string? Isin, int Decimals, Hash32 CodeHash, string Standard, string? TokenId, string? ClaimedSymbol, DateTimeOffset CreatedAt);

    /// <inheritdoc cref="RegisterAsync(Guid, long, NewInstrument, CancellationToken)"/>
    /// <param name="platform">Slug of the platform.</param>
    /// <param name="environment">Slug of its environment; <c>not_found</c> without such a one.</param>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<RegisteredInstrument>> RegisterAsync(string platform, string environment, NewInstrument token, CancellationToken cancellationToken) =>
        await _environments.FindAsync(platform, environment, cancellationToken) is { } place
            ? await RegisterAsync(place.Id, place.ChainId, token, cancellationToken)
            : new DomainError(ErrorCodes.NotFound, $"There is no platform {platform} with an environment {environment}.");

    /// <summary>
    /// Registers a token in an environment. The same again changes nothing. A token that was only used by its address until now gets its symbol.
    /// Errors: <c>symbol_taken</c> when symbol, ISIN or token is registered otherwise, <c>symbol_confusable</c> when the symbol looks like a registered one.
    /// </summary>
    /// <param name="environment">The environment.</param>
    /// <param name="chainId">Its chain.</param>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<RegisteredInstrument>> RegisterAsync(Guid environment, long chainId, NewInstrument token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (Fault(token.Symbol) is { } fault) return DomainError.Validation([fault]);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Command(LockRegistry, connection, environment).ExecuteNonQueryAsync(cancellationToken);
        List<Known> known = [];
        await using (NpgsqlDataReader row = await Command(SelectKnown, connection, environment, chainId, token.Address.ToBytes()).ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                known.Add(new Known(row.GetGuid(0), row.GetAddress(1), Text(row, 2), Text(row, 3), row.GetInt16(4), row.GetHash(5), row.GetString(6), Text(row, 7), Text(row, 8),
                    row.GetFieldValue<DateTimeOffset>(9)));

        if (known.Find(one => one.Address == token.Address) is { } itself)
        {
            bool same = itself.Decimals == token.Decimals && itself.Standard == token.Standard && itself.CodeHash == token.CodeHash;
            if (!same || (itself.Symbol is not null && (itself.Symbol != token.Symbol || itself.Isin != token.Isin || itself.TokenId != token.TokenId?.ToString())))
                return new DomainError(ErrorCodes.SymbolTaken, $"{token.Address} is registered already, with other details.");
            if (itself.Symbol is not null) return new RegisteredInstrument(View(chainId, token, itself.Id, itself.CreatedAt), IsNew: false);
        }
        if (Refuse(token, known.Where(one => one.Symbol is not null)) is { } refused) return refused;
        DateTimeOffset now = time.UtcNowMicroseconds();
        RegisteredInstrument registered;
        await using (NpgsqlDataReader row = await Command(Register, connection, Guid.CreateVersion7(now), environment, chainId, token.Address.ToBytes(), token.Symbol, token.Standard,
            (short)token.Decimals, token.CodeHash.ToBytes(), NameKey.Clean(token.ClaimedSymbol), now, token.Isin, token.TokenId?.ToString()).ExecuteReaderAsync(cancellationToken))
        {
            await row.ReadAsync(cancellationToken);
            registered = new RegisteredInstrument(View(chainId, token, row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)), IsNew: true);
        }
        await transaction.CommitAsync(cancellationToken);
        return registered;
    }

    const string Count = "select count(*) from settlement.instrument where environment_id = $1 and chain_id = $2 and registered";

    const string Select = """
        select id, address, symbol, isin, decimals, code_hash, standard, token_id::text, claimed_symbol, created_at from settlement.instrument
        where environment_id = $1 and chain_id = $2 and registered order by symbol limit $3 offset $4
        """;

    /// <summary>The registered tokens of an environment, by symbol.</summary>
    public async Task<Page<InstrumentView>> ListAsync(Guid environment, long chainId, int limit, int offset, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Command(Count, environment, chainId);
        long total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        List<InstrumentView> items = [];
        await using NpgsqlCommand select = Command(Select, environment, chainId, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            items.Add(new InstrumentView(row.GetGuid(0), chainId, row.GetAddress(1).ToString(), row.GetString(2), row.GetString(6), row.GetInt16(4), Text(row, 7), Text(row, 3), Text(row, 8),
                row.GetFieldValue<DateTimeOffset>(9)));
        return new Page<InstrumentView>(items, total);
    }

    // The row stays: settlements name it. What it was called is forgotten.
    const string Remove = "update settlement.instrument set symbol = null, registered = false, isin = null, token_id = null where id = $1 and environment_id = $2 and registered";

    /// <summary>Forgets the symbol of a token.</summary>
    /// <returns>False when the environment has no such registered token.</returns>
    public async Task<bool> RemoveAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand remove = Command(Remove, id, environment);
        return await remove.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    static InstrumentView View(long chainId, NewInstrument token, Guid id, DateTimeOffset createdAt) => new(
        id, chainId, token.Address.ToString(), token.Symbol, token.Standard, token.Decimals, token.TokenId?.ToString(), token.Isin, NameKey.Clean(token.ClaimedSymbol), createdAt);

    // Symbol and ISIN are words of one language: either can be an instrument_id.
    static DomainError? Refuse(NewInstrument token, IEnumerable<Known> others)
    {
        foreach (Known other in others)
        {
            string[] words = [.. new[] { other.Symbol, other.Isin }.OfType<string>()];
            if (words.FirstOrDefault(word => word == token.Symbol || word == token.Isin) is { } taken)
                return new DomainError(ErrorCodes.SymbolTaken, taken == token.Symbol ? $"The symbol {taken} is registered for another token." : $"{taken} is registered for another token.");
            if (words.FirstOrDefault(word => NameSkeleton.AreConfusable(word, token.Symbol)) is { } similar)
                return DomainError.Validation([new Fault("/symbol", ErrorCodes.SymbolConfusable,
                    $"The symbol {token.Symbol} can be taken for {similar}, which is registered for another token. Choose one that looks different.", Named: true)]);
        }
        return null;
    }

    /// <summary>What is wrong with a symbol; null when nothing is.</summary>
    internal static Fault? Fault(string symbol) =>
        symbol.Length is 0 or > 64 || NameKey.Clean(symbol) != symbol
            ? new Fault("/symbol", "invalid_symbol", "A symbol has 1 to 64 visible characters in Unicode form C, without spaces at its ends and without control or format characters.")
        : BeginsAsAddress(symbol) ? new Fault("/symbol", "invalid_symbol", "A symbol does not begin with 0x, as addresses do.")
        : null;

    // It could be taken for an address, in a request and by a reader. OXT and others that look like one only at their beginning are symbols.
    static bool BeginsAsAddress(string symbol)
    {
        string key = NameKey.Of(symbol).Value;
        return key.StartsWith("0x", StringComparison.Ordinal)
            || (symbol.Length >= 2 && (key.StartsWith('0') || symbol.Length >= 40) && NameSkeleton.AreConfusable(symbol[..2], "0x"));
    }
}
