using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>A cross-platform settlement that both sides have confirmed, with what is written for it.</summary>
internal sealed class SettlementScene(ApiFixture api, Guid id, string path)
{
    static readonly DateTimeOffset Genesis = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public Guid Id => id;

    public string Path => path;

    public EscrowTerms Terms { get; private set; } = null!;

    public Hash32 Salt { get; } = new(RandomNumberGenerator.GetBytes(32));

    public Task<JsonObject> AsOwner() => api.GetAsync("platform-a", path);

    public Task<JsonObject> AsCounterparty() => api.GetAsync("platform-b", path);

    public Task SetAsync(string assignments) => api.RunAsync($"update settlement.settlement set {assignments} where id = $1", id);

    public async Task ConfirmAsync() =>
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", api.Confirmation().ToJsonString())).Status);

    /// <summary>What entering REGISTERING_ESCROW writes.</summary>
    public async Task FreezeAsync()
    {
        Party seller = new(Guid.NewGuid(), "seller", Guid.NewGuid(), PartyStatus.Confirmed, api.Seller, api.Seller, api.Seller);
        Party buyer = new(Guid.NewGuid(), "buyer", Guid.NewGuid(), PartyStatus.Confirmed, api.Buyer, api.Buyer, api.Buyer);
        JsonObject settlement = await AsOwner();
        Terms = TermsDraft.Freeze(id, TestChain.ChainId, api.Chain.Escrow, DateTimeOffset.Parse((string)settlement["timeout_at"]!, CultureInfo.InvariantCulture),
            api.Chain.Accounts[0].Address, [seller, buyer],
            [
                new InstructedLeg("seller", "buyer", TokenKind.Erc20, api.Bond, UInt256.Zero, UInt256.Parse((string)settlement["legs"]![0]!["amount"]!)),
                new InstructedLeg("buyer", "seller", TokenKind.Erc20, api.Usdc, UInt256.Zero, UInt256.Parse((string)settlement["legs"]![1]!["amount"]!)),
            ], Salt, []);
        await api.RunAsync("""
            update settlement.settlement set state = 'REGISTERING_ESCROW', escrow_contract = $2, escrow_id = $3, terms = $4, salt = $5,
              compliance_status = 'cleared', compliance_at = now() where id = $1
            """, id, Terms.Contract.ToBytes(), Terms.Id.ToBytes(), Terms.Encode(), Salt.ToBytes());
    }

    /// <summary>Blocks up to a height, a block a second.</summary>
    public async Task HeadAsync(long number, long finalized = -1)
    {
        for (long height = 1; height <= number; height++)
            await api.RunAsync("""
                insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values ($1, $2, $3, $4, $5, true, 'linked') on conflict do nothing
                """, BlockHash(height), TestChain.ChainId, height, BlockHash(height - 1), TimeOf(height));
        await api.RunAsync("update chain.position set number = $1, head_time = $2, finalized = $3, finalized_time = $4", number, TimeOf(number), finalized,
            finalized < 0 ? 0L : TimeOf(finalized));
    }

    /// <summary>A row of the mirror: 1 open, 2 executed, 3 cancelled.</summary>
    public Task EscrowAsync(short state, long? registered = 10, long? executed = null, long? cancelled = null) => api.RunAsync("""
        insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block, registered_block, registered_tx, executed_block, executed_tx, cancelled_block, cancelled_tx)
        values ($1, $2, $3, $4, true, 10, $5::bigint, $6::bytea, $7::bigint, $8::bytea, $9::bigint, $10::bytea)
        on conflict (chain_id, escrow_id) do update set state = excluded.state, executed_block = excluded.executed_block, executed_tx = excluded.executed_tx,
          cancelled_block = excluded.cancelled_block, cancelled_tx = excluded.cancelled_tx
        """, TestChain.ChainId, Terms.Id.ToBytes(), Terms.Contract.ToBytes(), state, registered, Tx("register"),
        executed, executed is null ? null : Tx("execute"), cancelled, cancelled is null ? null : Tx("cancel"));

    /// <summary>A leg's row; its last deposit stays what it was.</summary>
    public Task LegAsync(int index, string status, long? block, string tx) => api.RunAsync("""
        update chain.escrow set legs[$3] = row(null, null, null, null, null, null, $4::text, $5::bigint, $6::bytea, 7,
          legs[$3].deposit_block, legs[$3].deposit_tx, legs[$3].deposit_log_index)::chain.leg
        where chain_id = $1 and escrow_id = $2
        """, TestChain.ChainId, Terms.Id.ToBytes(), index + 1, status, block, Tx(tx));

    /// <summary>A leg's row after a deposit.</summary>
    public Task DepositAsync(int index, long block) => api.RunAsync("""
        update chain.escrow set legs[$3] = row(null, null, null, null, null, null, 'deposited', $4::bigint, $5::bytea, $6::int, $4::bigint, $5::bytea, $6::int)::chain.leg
        where chain_id = $1 and escrow_id = $2
        """, TestChain.ChainId, Terms.Id.ToBytes(), index + 1, block, Tx("deposit" + index), 4 + index);

    /// <summary>An intent of the transaction manager, with an attempt when it was offered.</summary>
    public async Task IntentAsync(string purpose, int part = -1, int attempts = 0, string? reason = null, bool offered = false, string status = "wanted")
    {
        Guid intent = Guid.NewGuid();
        await api.RunAsync("""
            insert into transactions.intent (id, chain_id, purpose, subject, part, status, attempts, last_reason, due_at, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8::text, now(), now(), now())
            on conflict (chain_id, purpose, subject, part) do update set attempts = excluded.attempts, last_reason = excluded.last_reason, status = excluded.status
            """, intent, TestChain.ChainId, purpose, Terms.Id.ToBytes(), part, status, attempts, reason);
        if (!offered)
            return;
        byte[] sender = api.Chain.Accounts[0].Address.ToBytes();
        long nonce = RandomNumberGenerator.GetInt32(int.MaxValue);
        await api.RunAsync("insert into transactions.sender (chain_id, address) values ($1, $2) on conflict do nothing", TestChain.ChainId, sender);
        await api.RunAsync("""
            insert into transactions.nonce (chain_id, sender, nonce, "to", data, gas, kind, created_epoch, created_at) values ($1, $2, $3, $4, '\x', 1, 'work', 1, now())
            """, TestChain.ChainId, sender, nonce, Terms.Contract.ToBytes());
        await api.RunAsync("insert into transactions.nonce_intent values ($1, $2, $3, $4)", TestChain.ChainId, sender, nonce, intent);
        for (int ordinal = 1; ordinal <= 2; ordinal++)
            await api.RunAsync("""
                insert into transactions.attempt (hash, chain_id, sender, nonce, ordinal, raw, max_fee, tip, gas, storage_slot_gas, epoch, head, signed_at)
                values ($1, $2, $3, $4, $5, '\x', 1, 1, 1, 1, 1, 1, now())
                """, Tx($"{purpose} attempt {ordinal}"), TestChain.ChainId, sender, nonce, ordinal);
    }

    /// <summary>The transaction of an intent was mined and succeeded.</summary>
    public Task MineAsync(string purpose, long block, long gas, long price) => api.RunAsync("""
        update transactions.nonce l set mined_hash = $3, mined_block = $4, mined_ok = true, gas_used = $5, gas_price = $6
        from transactions.nonce_intent n join transactions.intent i on i.id = n.intent_id
        where i.subject = $1 and i.purpose = $2 and (l.chain_id, l.sender, l.nonce) = (n.chain_id, n.sender, n.nonce)
        """, Terms.Id.ToBytes(), purpose, Tx(purpose), block, gas, price);

    public byte[] Tx(string name) => Keccak256.Hash([.. id.ToByteArray(), .. System.Text.Encoding.UTF8.GetBytes(name)]).ToBytes();

    public string TxText(string name) => Hex.Encode(Tx(name));

    /// <summary>Screening flags a party's name; a person has to decide.</summary>
    public async Task FlagAsync(string role, int round = 1)
    {
        await api.RunAsync("""
            insert into compliance.screening (id, settlement_id, party_id, layer, round, status, provider_ref, due_at, created_at, updated_at)
            select gen_random_uuid(), settlement_id, id, 'entity', $3, 'flagged', 'provider-77', now(), now(), now() from settlement.party where settlement_id = $1 and role = $2
            """, id, role, round);
        await SetAsync("state = 'COMPLIANCE_CHECKING', compliance_status = 'review', compliance_at = now()");
    }

    /// <summary>The platform that instructed is asked for a step that it does in systems of its own.</summary>
    public async Task AskAsync(string state)
    {
        await SetAsync($"state = '{state}', compliance_status = 'cleared', compliance_at = now()");
        await api.RunAsync("""
            insert into settlement.fact (id, settlement_id, kind, environment_id, actor, body, created_at)
            select gen_random_uuid(), id, 'action_required', environment_id, 'engine', jsonb_build_object('state', $2::text)::text, now() from settlement.settlement where id = $1
            """, id, state);
    }

    public static byte[] BlockHash(long number) => Keccak256.Hash(BitConverter.GetBytes(number)).ToBytes();

    public static long TimeOf(long number) => Genesis.ToUnixTimeSeconds() + number;

    public static string TimeText(long number) => Genesis.AddSeconds(number).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Forgets chain and transactions: the other tests of the collection know an empty chain.</summary>
    public static async Task ClearAsync(ApiFixture api)
    {
        await api.RunAsync("truncate chain.log, chain.block, chain.escrow, transactions.sender, transactions.intent, transactions.nonce, transactions.nonce_intent, transactions.attempt, transactions.broadcast");
        await api.RunAsync("update chain.position set number = 0, hash = null, head_time = 0, finalized = -1, finalized_time = 0");
    }

    /// <summary>Instructs the cross-platform guide's settlement.</summary>
    public static async Task<SettlementScene> CreateAsync(ApiFixture api, bool confirmed = true, JsonObject? body = null)
    {
        JsonObject made = await api.CreateAsync("platform-a", body ?? api.Cross());
        SettlementScene scene = new(api, Guid.Parse((string)made["id"]!), $"/v1/settlements/{made["id"]}");
        if (confirmed)
            await scene.ConfirmAsync();
        return scene;
    }
}
