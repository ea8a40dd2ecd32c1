using Keystone.Identity;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Instruments;

/// <summary>Registers tokens: what an operator does. Needs the rights of the database's owner.</summary>
public sealed class InstrumentStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    readonly EnvironmentStore _environments = new(database);

    const string InsertInstrument = """
        with known as (
          update settlement.instrument i set symbol = $5, registered = true
          where i.environment_id = $2 and i.chain_id = $3 and i.address = $4 and i.decimals = $6 and i.standard = $9 and i.code_hash = $7 and not i.registered
            and not exists (select 1 from settlement.instrument o where o.environment_id = $2 and o.chain_id = $3 and o.symbol = $5 and o.registered))
        insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
        values ($1, $2, $3, $4, $5, $9, $6, $7, $8)
        on conflict do nothing
        """;

    const string SelectInstrument = """
        select 1 from settlement.instrument
        where environment_id = $1 and chain_id = $2 and address = $3 and symbol = $4 and decimals = $5 and code_hash = $6 and standard = $7 and registered
        """;

    /// <summary>
    /// Makes a token known to an environment under a symbol, with what the chain says of it. Once: the same again changes nothing. A token that was
    /// only used by its address until now gets its symbol.
    /// </summary>
    /// <param name="platform">Slug of the platform.</param>
    /// <param name="environment">Slug of its environment.</param>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="InstrumentException">There is no such environment, or the symbol or the token is registered otherwise.</exception>
    public async Task RegisterAsync(string platform, string environment, NewInstrument token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Symbol.Length is 0 or > 64 || token.Symbol.Any(char.IsControl))
            throw new InstrumentException("A symbol has 1 to 64 characters, none of them a control character.");
        PlatformEnvironment place = await _environments.FindAsync(platform, environment, cancellationToken)
            ?? throw new InstrumentException($"There is no platform {platform} with an environment {environment}.");
        DateTimeOffset now = time.GetUtcNow();
        byte[] address = token.Address.ToBytes(), codeHash = token.CodeHash.ToBytes();
        await using NpgsqlCommand insert = Command(InsertInstrument, Guid.CreateVersion7(now), place.Id, place.ChainId, address, token.Symbol, (short)token.Decimals, codeHash,
            now, token.Standard);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1) return;
        await using NpgsqlCommand same = Command(SelectInstrument, place.Id, place.ChainId, address, token.Symbol, (short)token.Decimals, codeHash, token.Standard);
        if (await same.ExecuteScalarAsync(cancellationToken) is null)
            throw new InstrumentException($"{platform} ({environment}) has {token.Symbol} or {token.Address} registered already, with other details.");
    }
}
