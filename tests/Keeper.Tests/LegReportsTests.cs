using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Settlements.Advance;

namespace Keystone.Keeper.Tests;

/// <summary>Reports of a leg follow canonical logs, whatever a reorg does between two of them.</summary>
public sealed class LegReportsTests
{
    static readonly LegLog In1 = new(LegStatus.Deposited, Tx(1)), Out1 = new(LegStatus.Withdrawn, Tx(2)), In2 = new(LegStatus.Deposited, Tx(3));

    [Fact]
    public void A_reorg_that_removes_the_second_deposit_is_no_withdrawal()
    {
        string reported = Reported([In1], [In1, Out1], [In1, Out1, In2]);
        (IReadOnlyList<LegReport> news, reported) = LegReports.Compare(reported, [In1, Out1]);
        LegReport retreat = Assert.Single(news);
        Assert.Equal((LegStatus.Withdrawn, null, true), (retreat.Status, retreat.Transaction, retreat.IsRetreat));
        Assert.Empty(LegReports.Compare(reported, [In1, Out1]).News);
    }

    [Fact]
    public void A_reorg_that_removes_the_withdrawal_leaves_the_first_deposit()
    {
        (IReadOnlyList<LegReport> news, _) = LegReports.Compare(Reported([In1, Out1]), [In1]);
        Assert.Equal((LegStatus.Deposited, null), Assert.Single(news) is var retreat ? (retreat.Status, retreat.Transaction) : default);
    }

    [Fact]
    public void A_reorg_that_replaces_a_deposit_by_another_is_a_retreat_and_a_deposit()
    {
        LegLog other = In1 with { Transaction = Tx(9) };
        (IReadOnlyList<LegReport> news, _) = LegReports.Compare(Reported([In1]), [other]);
        Assert.Equal([(LegStatus.Pending, null), (LegStatus.Deposited, (Hash32?)Tx(9))], news.Select(one => (one.Status, one.Transaction)));
    }

    [Fact]
    public void A_swap_that_is_taken_back_leaves_the_leg_locked()
    {
        LegLog swap = new(LegStatus.Released, Tx(7));
        (IReadOnlyList<LegReport> news, _) = LegReports.Compare(Reported([In1, swap]), [In1]);
        Assert.Equal((LegStatus.Deposited, true), Assert.Single(news) is var retreat ? (retreat.Status, retreat.IsRetreat) : default);
    }

    [Fact]
    public void What_happened_between_two_runs_is_reported_log_by_log()
    {
        (IReadOnlyList<LegReport> news, string reported) = LegReports.Compare("", [In1, Out1, In2]);
        Assert.Equal([In1, Out1, In2], news.Select(one => new LegLog(one.Status, one.Transaction!.Value)));
        Assert.True(LegReports.IsLast(reported, LegStatus.Deposited, Tx(3)));
        Assert.False(LegReports.IsLast(reported, LegStatus.Withdrawn, Tx(2)));
        Assert.True(LegReports.IsLast("", LegStatus.Pending, null));
    }

    [Fact]
    public void The_same_transaction_in_another_block_is_no_news() => Assert.Empty(LegReports.Compare(Reported([In1, Out1]), [In1, Out1]).News);

    [Fact]
    public void One_transaction_may_come_and_go_and_come_again()
    {
        LegLog[] twice = [new(LegStatus.Deposited, Tx(5)), new(LegStatus.Withdrawn, Tx(5)), new(LegStatus.Deposited, Tx(5))];
        (IReadOnlyList<LegReport> news, string reported) = LegReports.Compare("", twice);
        Assert.Equal(3, news.Count);
        Assert.True(Assert.Single(LegReports.Compare(reported, twice[..2]).News).IsRetreat);
    }

    [Fact]
    public void However_often_a_depositor_comes_and_goes_what_is_kept_stays_small()
    {
        LegLog[] many = [.. Enumerable.Range(0, 500).Select(i => new LegLog(i % 2 == 0 ? LegStatus.Deposited : LegStatus.Withdrawn, Tx(i)))];
        string reported = LegReports.Compare("", many).Reported;
        Assert.InRange(reported.Length, 1, 2_000);
        Assert.Empty(LegReports.Compare(reported, many).News);
        Assert.True(Assert.Single(LegReports.Compare(reported, many[..^1]).News).IsRetreat);
    }

    [Fact]
    public void A_cancellation_ends_a_consent_and_nothing_that_is_held()
    {
        EscrowLeg terms = new(TokenKind.Erc20, CustodyMode.Custody, default, default, default, default, UInt256.Zero, UInt256.One);
        IReadOnlyList<LegLog>[] logs = LegReports.ByLeg(2,
            [(new EscrowEvent.Armed(Tx(0), default, 0, terms), Tx(1)), (new EscrowEvent.Deposited(Tx(0), default, 1, terms), Tx(2)), (new EscrowEvent.Cancelled(Tx(0), default, 0), Tx(3))]);
        Assert.Equal([LegStatus.Armed, LegStatus.Pending], logs[0].Select(log => log.Status));
        Assert.Equal([LegStatus.Deposited], logs[1].Select(log => log.Status));
    }

    static string Reported(params LegLog[][] runs) => runs.Aggregate("", (reported, logs) => LegReports.Compare(reported, logs).Reported);

    static Hash32 Tx(int number)
    {
        byte[] bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(28), number);
        bytes[0] = 1;
        return new Hash32(bytes);
    }
}
