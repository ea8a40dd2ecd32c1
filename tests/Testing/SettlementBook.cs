using System.Text.Json.Nodes;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Templates;
using Npgsql;

namespace Keystone.Testing;

/// <summary>A party of <see cref="SettlementBook"/>.</summary>
/// <param name="Role">Role.</param>
/// <param name="Environment">Environment that speaks for it.</param>
/// <param name="Wallet">Wallet; null for a counterparty that has not confirmed.</param>
/// <param name="Name">Name.</param>
public sealed record BookParty(string Role, Guid Environment, Address? Wallet, string? Name = null);

/// <summary>A leg of <see cref="SettlementBook"/>.</summary>
/// <param name="Type"><c>asset</c> or <c>payment</c>.</param>
/// <param name="Token">Token contract.</param>
/// <param name="Giver">Role that deposits.</param>
/// <param name="Taker">Role that receives.</param>
/// <param name="Amount">Smallest units.</param>
/// <param name="Standard">Standard of the token.</param>
/// <param name="TokenId">Which token; 0 for ERC-20.</param>
/// <param name="Decimals">With which the token is registered.</param>
public sealed record BookLeg(string Type, Address Token, string Giver, string Taker, UInt256 Amount, string Standard = "ERC-20", ulong TokenId = 0, short Decimals = 18);

/// <summary>Writes the rows that the API would write, for tests of what comes after it.</summary>
public sealed class SettlementBook(NpgsqlDataSource database)
{
    /// <summary>A platform with one environment; returns the environment.</summary>
    public async Task<Guid> EnvironmentAsync(string slug, long chainId, string kind = "sandbox")
    {
        Guid platform = Guid.NewGuid(), environment = Guid.NewGuid();
        await RunAsync("insert into identity.platform (id, slug, name, created_at) values ($1, $2, $2, now())", platform, slug);
        await RunAsync("""
            insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, created_at)
            values ($1, $2, 'sandbox', $4, $3, true, '2026-11-20', now())
            """, environment, platform, chainId, kind);
        return environment;
    }

    /// <summary>Gives an environment a template of its own, as the store of templates does it.</summary>
    public async Task<Template> AddTemplateAsync(Guid environment, Template template)
    {
        ArgumentNullException.ThrowIfNull(template);
        Result<StoredTemplate> added = await new AddTemplate(new TemplateStore(database), TimeProvider.System)
            .ExecuteAsync(environment, template.Slug, template.Name, template.Description, TemplateJson.Write(template), CancellationToken.None);
        return added.Value?.Template ?? throw new InvalidOperationException(string.Join(' ', added.Error!.Faults.Select(fault => fault.Message)));
    }

    /// <summary>A settlement in the first state of a template that its owner may use, due now.</summary>
    public async Task<Guid> InstructAsync(
        long chainId, Guid owner, string template, IReadOnlyList<BookParty> parties, IReadOnlyList<BookLeg> legs, DateTimeOffset timeoutAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentNullException.ThrowIfNull(legs);
        Guid id = Guid.CreateVersion7(now);
        Template made = (await new TemplateStore(database).ListAsync(owner, CancellationToken.None)).Select(stored => stored.Template).First(one => one.Slug == template);
        bool cross = parties.Any(party => party.Wallet is null);
        await RunAsync("""
            insert into settlement.settlement (id, platform_id, environment_id, idempotency_key, type, template_id, template_slug, template_version, state,
              timeout_at, confirm_by, chain_id, path, due_at, created_at, updated_at)
            select $1, e.platform_id, e.id, $1::text, $3, $8, $4, $9, $10, $5, $5, $6, array[$10], null, $7, $7
            from identity.environment e where e.id = $2
            """, id, owner, cross ? "cross_platform" : "single_platform", template, timeoutAt.ToUniversalTime(), chainId, now.ToUniversalTime(), made.Id, made.Version, made.InitialState);
        for (int i = 0; i < parties.Count; i++)
        {
            BookParty party = parties[i];
            await RunAsync("""
                insert into settlement.party (id, settlement_id, ordinal, role, platform_id, environment_id, status, is_counterparty, name, wallet,
                  receive_wallet, refund_wallet, chain_id, confirmed_at, created_at, updated_at)
                select $1, $2, $3, $4, e.platform_id, e.id, $6, $7, $8, $9, $9, $9, $10, $11, $11, $11 from identity.environment e where e.id = $5
                """, Guid.NewGuid(), id, i, party.Role, party.Environment, party.Wallet is null ? "pending_confirmation" : "confirmed",
                party.Environment != owner, party.Name, party.Wallet?.ToBytes(), chainId, now.ToUniversalTime());
        }
        for (int i = 0; i < legs.Count; i++)
        {
            BookLeg leg = legs[i];
            await RunAsync("""
                insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
                values ($1, $2, $3, $4, $5, $8, $9, $6, $7) on conflict do nothing
                """, Guid.NewGuid(), owner, chainId, leg.Token.ToBytes(), leg.Token.ToString(), new byte[32], now.ToUniversalTime(), leg.Standard, leg.Decimals);
            await RunAsync("""
                insert into settlement.leg (id, settlement_id, leg_index, type, instrument_id, as_sent, quantity, amount, direction, party_role, recipient_role,
                  giver_role, taker_role, created_at, token_id)
                select $1, $2, $3, $4, i.id, $6, $7, $7::text::numeric, 'deliver', $8, $9, $8, $9, $10, $13::bigint
                from settlement.instrument i where i.environment_id = $11 and i.chain_id = $12 and i.address = $5
                """, Guid.NewGuid(), id, i, leg.Type, leg.Token.ToBytes(), leg.Token.ToString(), leg.Amount.ToString(), leg.Giver, leg.Taker, now.ToUniversalTime(),
                owner, chainId, (long)leg.TokenId);
        }
        Guid[] environments = [.. parties.Select(party => party.Environment).Append(owner).Distinct()];
        AuditTrail trail = AuditTrail.Begin(id, environments);
        trail.Append(new AuditEvent("state", null, made.InitialState, 0, now), _ => new AuditContents("api"));
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync())
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync())
        {
            await AuditStore.WriteAsync(connection, trail, CancellationToken.None);
            await transaction.CommitAsync();
        }
        foreach (Guid environment in environments)
            await RunAsync("insert into settlement.visible_to (environment_id, settlement_id, created_at) values ($1, $2, $3)", environment, id, now.ToUniversalTime());
        // Not before: a keeper that is at work would find it half written.
        await WakeAsync(id, now);
        return id;
    }

    /// <summary>The counterparty of a role says yes, with its wallet.</summary>
    public async Task ConfirmAsync(Guid settlement, string role, Address wallet, DateTimeOffset now)
    {
        await FactAsync(settlement, role, "confirm", "{}", now);
        await RunAsync("""
            update settlement.party set status = 'confirmed', wallet = $3, receive_wallet = $3, refund_wallet = $3, confirmed_at = $4 where settlement_id = $1 and role = $2
            """, settlement, role, wallet.ToBytes(), now.ToUniversalTime());
        await WakeAsync(settlement, now);
    }

    /// <summary>The counterparty of a role says no.</summary>
    public async Task RejectAsync(Guid settlement, string role, string reason, DateTimeOffset now)
    {
        await FactAsync(settlement, role, "reject", new JsonObject { ["reason"] = reason }.ToJsonString(), now);
        await RunAsync("update settlement.party set status = 'rejected' where settlement_id = $1 and role = $2", settlement, role);
        await WakeAsync(settlement, now);
    }

    /// <summary>Has the engine look.</summary>
    public Task WakeAsync(Guid settlement, DateTimeOffset now) =>
        RunAsync("update settlement.settlement set due_at = $2 where id = $1", settlement, now.ToUniversalTime());

    /// <summary>State of a settlement.</summary>
    public async Task<string> StateAsync(Guid settlement) => (string)(await ScalarAsync("select state from settlement.settlement where id = $1", settlement))!;

    /// <summary>Id of the settlement on the chain; null before its terms are frozen.</summary>
    public async Task<byte[]?> TermsAsync(Guid settlement) => await ScalarAsync("select terms from settlement.settlement where id = $1", settlement) as byte[];

    /// <summary>States that the events tell, in order.</summary>
    public async Task<IReadOnlyList<string>> StatesAsync(Guid settlement)
    {
        await using NpgsqlCommand select = Command("select to_state from settlement.event where settlement_id = $1 and environment_id = '00000000-0000-0000-0000-000000000000' and type = 'state' order by sequence", settlement);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        List<string> states = [];
        while (await rows.ReadAsync()) states.Add(rows.GetString(0));
        return states;
    }

    /// <summary>Names of the messages for an environment, in order.</summary>
    public async Task<IReadOnlyList<string>> MessagesAsync(Guid settlement, Guid environment)
    {
        await using NpgsqlCommand select = Command(
            "select type from webhooks.message where settlement_id = $1 and environment_id = $2 order by sequence, created_at, id", settlement, environment);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        List<string> names = [];
        while (await rows.ReadAsync()) names.Add(rows.GetString(0));
        return names;
    }

    /// <summary>Runs a statement.</summary>
    public async Task<int> RunAsync(string sql, params object?[] values)
    {
        await using NpgsqlCommand command = Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>First value of a query.</summary>
    public async Task<object?> ScalarAsync(string sql, params object?[] values)
    {
        await using NpgsqlCommand command = Command(sql, values);
        return await command.ExecuteScalarAsync();
    }

    Task FactAsync(Guid settlement, string role, string kind, string body, DateTimeOffset now) => RunAsync("""
        insert into settlement.fact (id, settlement_id, kind, party_id, actor, body, created_at)
        select $1, $2, $4, y.id, 'test', $5, $6 from settlement.party y where y.settlement_id = $2 and y.role = $3
        """, Guid.NewGuid(), settlement, role, kind, body, now.ToUniversalTime());

    NpgsqlCommand Command(string sql, params object?[] values)
    {
        NpgsqlCommand command = database.CreateCommand(sql);
        foreach (object? value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
