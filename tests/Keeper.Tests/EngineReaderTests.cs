using System.Text;
using System.Text.Json.Nodes;
using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>What each reader of a settlement learns: its own chain of events, its own messages.</summary>
public sealed class EngineReaderTests(TestDatabase database) : EngineScene(database)
{
    [Fact]
    public async Task A_hard_fail_a_decision_and_an_order_on_a_flag_read_the_same_to_the_other_side()
    {
        List<string> others = [], owners = [];
        foreach (string kind in (string[])["fail", "decision", "order"])
        {
            Screens.Answer = subject => new ScreeningVerdict(
                subject.Layer == ScreeningLayer.Entity && subject.Name == "Stopped AG" ? kind == "fail" ? ScreeningStatus.Fail : ScreeningStatus.Flagged : ScreeningStatus.Pass, "list line 7");
            Guid id = await CrossAsync(seller: "Stopped AG");
            await SettleDownAsync();
            await Book.ConfirmAsync(id, "buyer", Buyer, Time.Now);
            await SettleDownAsync(id);
            if (kind == "decision")
                await DecideAsync(id, 1, approve: false);
            if (kind == "order")
                await Book.RunAsync("""
                    insert into settlement.fact (id, settlement_id, kind, actor, body, created_at) values ($1, $2, 'order', 'operator', '{"order":"rollback","reason":"flagged"}', now())
                    """, Guid.NewGuid(), id);
            await SettleDownAsync(id);
            Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
            others.Add(await SeenAsync(id, B));
            owners.Add(await SeenAsync(id, A));
            await HashesHoldAsync(id);
        }
        Assert.Single(others.Distinct());
        Assert.Contains("\"failure\":{\"code\":\"compliance\",\"message\":\"Not completed.\"}", others[0], StringComparison.Ordinal);
        foreach (string secret in (string[])["flag", "decision", "officer", "order", "operator", "list line", "stopped", "entity"])
            Assert.DoesNotContain(secret, others[0], StringComparison.OrdinalIgnoreCase);
        // The owner reads which party and which layer, and who decided.
        Assert.All(owners, seen => Assert.Contains("\"stopped\":[{\"layer\":\"entity\",\"role\":\"seller\"}]", seen, StringComparison.Ordinal));
        Assert.Contains("officer", owners[1], StringComparison.Ordinal);
        Assert.All(owners, seen => Assert.DoesNotContain("list line", seen, StringComparison.Ordinal));
    }

    /// <summary>Events and messages of a reader, without ids, times and hashes.</summary>
    async Task<string> SeenAsync(Guid id, Guid reader)
    {
        StringBuilder seen = new();
        await using NpgsqlCommand select = Database.CreateCommand("""
            select 'event ' || sequence || ' ' || type || ' ' || triggered_by || ' ' || payload from settlement.event where settlement_id = $1 and environment_id = $2
            union all select 'message ' || sequence || ' ' || type || ' ' || payload from webhooks.message where settlement_id = $1 and environment_id = $2 order by 1
            """);
        select.Parameters.AddWithValue(id);
        select.Parameters.AddWithValue(reader);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            seen.AppendLine(System.Text.RegularExpressions.Regex.Replace(rows.GetString(0).Replace("evt_", "", StringComparison.Ordinal),
                @"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|0x[0-9a-fA-F]{64}|\d{4}-\d\d-\d\dT[0-9:.]+Z", "*"));
        return seen.ToString();
    }

    [Fact]
    public async Task What_the_terms_commit_to_is_a_text_that_both_sides_hold()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        await Book.ConfirmAsync(id, "buyer", Buyer, Time.Now);
        await SettleDownAsync(id);
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        Hash32 salt = new((byte[])(await Book.ScalarAsync("select salt from settlement.settlement where id = $1", id))!);
        List<string> texts = [];
        foreach (Guid reader in (Guid[])[A, B])
            texts.Add((string)JsonNode.Parse((string)(await Book.ScalarAsync(
                "select payload from settlement.event where settlement_id = $1 and environment_id = $2 and type = 'agreement'", id, reader))!)!["agreement"]!);
        Assert.Equal(texts[0], texts[1]);
        Assert.Equal(terms.Header.Commitment, TermsDraft.CommitmentOf(salt, Encoding.UTF8.GetBytes(texts[0])));
        JsonNode agreed = JsonNode.Parse(texts[0])!;
        Assert.Equal(["seller", "buyer"], agreed["parties"]!.AsArray().Select(party => (string)party!["role"]!));
        Assert.Equal(["instruction", "confirmation"], agreed["parties"]!.AsArray().Select(party => (string)party!["confirmed_by"]!));
        Assert.Equal(2, agreed["legs"]!.AsArray().Count);
    }
}
