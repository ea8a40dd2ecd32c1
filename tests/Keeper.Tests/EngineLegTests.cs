using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>What is reported of the legs, from canonical logs.</summary>
public sealed class EngineLegTests(TestDatabase database) : EngineScene(database)
{
    [Fact]
    public async Task A_reorg_that_removes_a_second_deposit_is_told_as_one_and_names_no_transaction()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        foreach ((string leg, long block) in (IEnumerable<(string, long)>)[("pending", 101), ("deposited", 102), ("withdrawn", 103), ("redeposited", 104), ("withdrawn", 103)])
        {
            await Mirror.EscrowAsync(terms, state: 1, block, leg == "redeposited" ? "deposited" : leg, "pending");
            if (leg == "redeposited") await Mirror.LogsAsync(terms, 1, ["redeposited", "pending"]);
            await SettleDownAsync(id);
        }
        Assert.Equal(["settlement.leg.deposited", "settlement.leg.withdrawn", "settlement.leg.deposited", "settlement.leg.retreated"],
            (await Book.MessagesAsync(id, A)).Where(name => name.StartsWith("settlement.leg.", StringComparison.Ordinal)));
        JsonNode told = JsonNode.Parse((string)(await Book.ScalarAsync("select payload from webhooks.message where settlement_id = $1 and type = 'settlement.leg.retreated'", id))!)!;
        Assert.Equal((true, "reorg", "pending"), ((bool)told["data"]!["retreat"]!, (string)told["data"]!["cause"]!, (string)told["data"]!["status"]!));
        Assert.Null(told["data"]!["transaction"]);
        Assert.Equal("reorg", await Book.ScalarAsync("select triggered_by from settlement.event where settlement_id = $1 and environment_id = $2 and type = 'leg' order by sequence desc limit 1", id, A));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task After_the_deadline_every_deposit_goes_back_before_the_end_is_reported()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "deposited", "pending");
        await SettleDownAsync(id);
        long past = (long)terms.Header.Deadline.Seconds + 1;
        await Mirror.HeadAsync(200, finalized: 150, time: past, finalizedTime: past - 100);
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        Assert.Equal("timeout", await Book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", id));
        Assert.Equal(1L, await IntentsAsync(terms, "refund"));

        await Mirror.EscrowAsync(terms, state: 1, block: 201, "refunded", "pending");
        await Mirror.HeadAsync(210, finalized: 190, time: past + 10, finalizedTime: past - 1);
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        await Mirror.HeadAsync(230, finalized: 202, time: past + 30, finalizedTime: past + 2);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        Assert.Equal(
            ["settlement.leg.deposited", "settlement.state.awaiting_deposits", "settlement.rollback.started", "settlement.leg.refunded", "settlement.state.rolled_back"],
            (await Book.MessagesAsync(id, A)).Skip(3));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_refund_that_is_refused_again_and_again_is_reported_once_and_ends_with_the_refund()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Mirror.EscrowAsync(terms, state: 3, block: 101, "deposited", "pending");
        await Book.RunAsync("update chain.escrow set cancelled_block = 101, cancelled_tx = escrow_id where chain_id = $1", Chain);
        await SettleDownAsync(id);
        await Book.RunAsync("update transactions.intent set attempts = 3, last_reason = 'would revert' where chain_id = $1 and purpose = 'refund'", Chain);
        await SettleDownAsync(id);
        await SettleDownAsync(id);
        Assert.Single(await Book.MessagesAsync(id, A), name => name == "settlement.rollback.blocked");
        Assert.Equal(true, await Book.ScalarAsync("select rollback_blocked from settlement.settlement where id = $1", id));

        await Mirror.EscrowAsync(terms, state: 3, block: 102, "refunded", "pending");
        await Book.RunAsync("update chain.escrow set cancelled_block = 101, cancelled_tx = escrow_id where chain_id = $1", Chain);
        await Mirror.HeadAsync(120, finalized: 110);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        Assert.Equal("cancelled", (string?)JsonNode.Parse((string)(await Book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!["code"]);
    }
}
