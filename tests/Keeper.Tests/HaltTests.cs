using Keystone.Domain.Escrow;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>A mirror that is halted for a while: nothing moves meanwhile, everybody is told the same, and afterwards every open settlement is looked at again.</summary>
public sealed class HaltTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    [Fact]
    public async Task Halt_ends_and_nothing_wakes()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid late = await InstructAsync(TimeSpan.FromMinutes(10)), paid = await InstructAsync(TimeSpan.FromHours(10));
        foreach (Guid id in (Guid[])[late, paid]) await StateAsync(id, "AWAITING_DEPOSITS", mine: true);
        EscrowTerms lateTerms = await TermsAsync(late), paidTerms = await TermsAsync(paid);

        await Book.ScalarAsync("update chain.position set halted = 'drill', revision = revision + 1 returning 1");
        await DepositAsync(paidTerms, 0, Seller);
        await DepositAsync(paidTerms, 1, Buyer);
        await Chain.MoveTimeToAsync(lateTerms.Header.Deadline.Seconds + 1);
        // Whatever makes the keeper look at them meanwhile finds a mirror that is not to be believed.
        await Book.ScalarAsync("update settlement.settlement set due_at = now() where closed_at is null returning 1");
        await Eventually.TrueAsync(async () => (long)(await Book.ScalarAsync("select count(*) from settlement.settlement where closed_at is null and due_at is not null"))! == 0,
            because: "The settlements were not looked at during the halt.");
        foreach (Guid id in (Guid[])[late, paid]) Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        await Eventually.TrueAsync(async () => (await keeper.UnreadyAsync()).Contains("halted, so that its settlements stand still: drill", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), "The keeper is ready although nothing can move.");

        await Book.ScalarAsync("update chain.position set halted = null, revision = revision + 1 returning 1");
        await StateAsync(late, "ROLLED_BACK", mine: true);
        await StateAsync(paid, "FINALIZED", mine: true);
    }

    // What others did on the chain meanwhile is caught up with as well, and none of it is done again.
    [Fact]
    public async Task What_others_did_during_the_halt_is_found_when_it_ends()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid executed = await InstructAsync(TimeSpan.FromHours(10)), withdrawn = await InstructAsync(TimeSpan.FromHours(10));
        foreach (Guid id in (Guid[])[executed, withdrawn]) await StateAsync(id, "AWAITING_DEPOSITS", mine: true);
        EscrowTerms executedTerms = await TermsAsync(executed), withdrawnTerms = await TermsAsync(withdrawn);
        await DepositAsync(withdrawnTerms, 0, Seller);
        await LegAsync(withdrawnTerms, 0, "deposited");

        await Book.ScalarAsync("update chain.position set halted = 'drill', revision = revision + 1 returning 1");
        Assert.True((await Chain.SendAsync(Seller, Chain.Escrow, EscrowMessages.WithdrawLeg(withdrawnTerms, 0))).Succeeded);
        await DepositAsync(executedTerms, 0, Seller);
        await DepositAsync(executedTerms, 1, Buyer);
        Assert.True((await Chain.SendAsync(Buyer, Chain.Escrow, EscrowMessages.ExecuteSwap(executedTerms))).Succeeded);
        foreach (Guid id in (Guid[])[executed, withdrawn]) Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));

        await Book.ScalarAsync("update chain.position set halted = null, revision = revision + 1 returning 1");
        await StateAsync(executed, "FINALIZED", mine: true);
        Assert.Equal(0, await OursAsync(executedTerms, "execute"));
        await LegAsync(withdrawnTerms, 0, "withdrawn");
        await Eventually.TrueAsync(async () => (await Book.MessagesAsync(withdrawn, Environment)).Contains("settlement.leg.withdrawn"), because: "The withdrawal was not reported.");
    }
}
