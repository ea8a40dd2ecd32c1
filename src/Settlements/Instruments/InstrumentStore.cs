using Keystone.Domain.Names;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Npgsql;

namespace Keystone.Settlements.Instruments;

/// <summary>Registers tokens: from then on their symbol names them in the requests and responses of one environment.</summary>
public sealed class InstrumentStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    readonly EnvironmentStore _environments = new(database);

    // Two registrations at once could each find the other's symbol missing.
    const string LockRegistry = "select pg_advisory_xact_lock(hashtextextended('instruments ' || $1::text, 0))";

    const string SelectKnown = """
        select address, symbol, decimals, code_hash, standard from settlement.instrument where environment_id = $1 and chain_id = $2 and (registered or address = $3)
        """;

    const string Register = """
        insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, claimed_symbol, registered, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true, $10)
        on conflict (environment_id, chain_id, address) do update set symbol = excluded.symbol, claimed_symbol = excluded.claimed_symbol, registered = true
        """;

    sealed record Known(byte[] Address, string? Symbol, int Decimals, byte[] CodeHash, string Standard);

    /// <summary>
    /// Registers a token in an environment. The same again changes nothing. A token that was only used by its address until now gets its symbol.
    /// Errors: <c>not_found</c> without such an environment, <c>symbol_taken</c> when symbol or token is registered otherwise, <c>symbol_confusable</c> when the symbol looks like a registered one.
    /// </summary>
    /// <param name="platform">Slug of the platform.</param>
    /// <param name="environment">Slug of its environment.</param>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<NewInstrument>> RegisterAsync(string platform, string environment, NewInstrument token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (Fault(token.Symbol) is { } fault) return DomainError.Validation([fault]);
        if (await _environments.FindAsync(platform, environment, cancellationToken) is not { } place)
            return new DomainError(ErrorCodes.NotFound, $"There is no platform {platform} with an environment {environment}.");
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Command(LockRegistry, connection, place.Id).ExecuteNonQueryAsync(cancellationToken);
        List<Known> known = [];
        await using (NpgsqlDataReader row = await Command(SelectKnown, connection, place.Id, place.ChainId, token.Address.ToBytes()).ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                known.Add(new Known(row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt16(2), row.GetFieldValue<byte[]>(3), row.GetString(4)));

        if (known.Find(one => one.Address.AsSpan().SequenceEqual(token.Address.ToBytes())) is { } itself)
        {
            bool same = itself.Decimals == token.Decimals && itself.Standard == token.Standard && itself.CodeHash.AsSpan().SequenceEqual(token.CodeHash.ToBytes());
            if (!same || (itself.Symbol is not null && itself.Symbol != token.Symbol))
                return new DomainError(ErrorCodes.SymbolTaken, $"{token.Address} is registered already, with other details.");
            if (itself.Symbol is not null) return token;
        }
        foreach (Known other in known.Where(one => one.Symbol is not null))
        {
            if (other.Symbol == token.Symbol) return new DomainError(ErrorCodes.SymbolTaken, $"The symbol {token.Symbol} is registered for another token.");
            if (NameSkeleton.AreConfusable(other.Symbol!, token.Symbol))
                return DomainError.Validation([new Fault("/symbol", ErrorCodes.SymbolConfusable,
                    $"The symbol {token.Symbol} can be taken for {other.Symbol}, which is registered for another token. Choose one that looks different.", Named: true)]);
        }
        DateTimeOffset now = time.GetUtcNow();
        await Command(Register, connection, Guid.CreateVersion7(now), place.Id, place.ChainId, token.Address.ToBytes(), token.Symbol, token.Standard, (short)token.Decimals,
            token.CodeHash.ToBytes(), NameKey.Clean(token.ClaimedSymbol), now).ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return token;
    }

    // A symbol that begins as an address does could be taken for one, in a request and by a reader.
    static Fault? Fault(string symbol) =>
        symbol.Length is 0 or > 64 || NameKey.Clean(symbol) != symbol
            ? new Fault("/symbol", "invalid_symbol", "A symbol has 1 to 64 visible characters in Unicode form C, without spaces at its ends and without control or format characters.")
        : symbol.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || NameKey.Of(symbol).Value.StartsWith("0x", StringComparison.Ordinal)
            ? new Fault("/symbol", "invalid_symbol", "A symbol does not begin with 0x, as addresses do.")
        : null;
}
