using System.Collections.Immutable;

namespace Keystone.Transactions.Tests;

public class NonceRulesTests
{
    static readonly Guid A = new("00000000-0000-0000-0000-00000000000a");
    static readonly Guid B = new("00000000-0000-0000-0000-00000000000b");

    [Fact]
    public void A_nonce_without_signature_is_free() =>
        Assert.Equal([(5L, NonceAction.Free)], Next([Unsigned(5, A)], count: 5, head: 100, wanted: [A]));

    [Fact]
    public void A_young_attempt_is_broadcast_again() =>
        Assert.Equal([(5L, NonceAction.Broadcast)], Next([Signed(5, A, head: 99)], count: 5, head: 100, wanted: [A]));

    [Fact]
    public void Only_the_oldest_waiting_attempt_is_replaced() =>
        Assert.Equal([(5L, NonceAction.Replace), (6L, NonceAction.Broadcast)],
            Next([Signed(5, A, head: 90), Signed(6, B, head: 90)], count: 5, head: 100, wanted: [A, B]));

    [Fact]
    public void A_refused_price_is_raised_at_once() =>
        Assert.Equal([(5L, NonceAction.Replace)], Next([Signed(5, A, head: 100)], count: 5, head: 100, wanted: [A], refused: [5]));

    [Fact]
    public void An_unwanted_attempt_that_nobody_waits_behind_is_left_alone() =>
        Assert.Empty(Next([Signed(5, A, head: 90)], count: 5, head: 100, wanted: []));

    [Fact]
    public void An_unwanted_attempt_that_holds_up_another_becomes_a_fill() =>
        Assert.Equal([(5L, NonceAction.ReplaceByFill), (6L, NonceAction.Broadcast)],
            Next([Signed(5, A, head: 90), Signed(6, B, head: 99)], count: 5, head: 100, wanted: [B]));

    // A fill is kept on its way until it is mined: the stopped call is known to the nodes, and only the nonce's use ends that.
    [Fact]
    public void A_stopped_attempt_becomes_a_fill_even_when_nobody_waits_behind()
    {
        Assert.Equal([(5L, NonceAction.ReplaceByFill)], Next([Signed(5, A, head: 99)], count: 5, head: 100, wanted: [], paused: [A]));
        Assert.Equal([(5L, NonceAction.Broadcast)], Next([Signed(5, A, head: 99) with { IsFill = true }], count: 5, head: 100, wanted: [], paused: [A]));
        Assert.Equal([(5L, NonceAction.ReplaceByFill)], Next([Signed(5, A, head: 90) with { IsFill = true }], count: 5, head: 100, wanted: [], paused: [A]));
        // Also where it carries others: they go again by themselves.
        Assert.Equal([(5L, NonceAction.ReplaceByFill)], Next([Signed(5, A, head: 99) with { Intents = [A, B] }], count: 5, head: 100, wanted: [B], paused: [A]));
        Assert.Equal([(5L, NonceAction.ReplaceByFill)], Next([Signed(5, A, head: 90) with { Intents = [A, B], IsFill = true }], count: 5, head: 100, wanted: [B], paused: [A]));
    }

    // Mined without effect, asked for again with a later nonce, and then both taken back by a reorg.
    [Fact]
    public void Of_two_attempts_for_one_intent_only_the_later_may_act()
    {
        Assert.Equal([(5L, NonceAction.ReplaceByFill), (6L, NonceAction.Broadcast)],
            Next([Signed(5, A, head: 99), Signed(6, A, head: 99)], count: 5, head: 100, wanted: [A]));
        Assert.Equal([(5L, NonceAction.ReplaceByFill), (6L, NonceAction.Broadcast)],
            Next([Signed(5, A, head: 90) with { IsFill = true }, Signed(6, A, head: 99)], count: 5, head: 100, wanted: [A]));
        Assert.Equal([(5L, NonceAction.Broadcast), (6L, NonceAction.Broadcast)],
            Next([Signed(5, A, head: 99) with { IsFill = true }, Signed(6, A, head: 99)], count: 5, head: 100, wanted: [A]));
        // What it carries besides is needed: the other, if it comes first, acts, and this one does not harm.
        Assert.Equal([(5L, NonceAction.Broadcast), (6L, NonceAction.Broadcast)],
            Next([Signed(5, A, head: 99) with { Intents = [A, B] }, Signed(6, A, head: 99)], count: 5, head: 100, wanted: [A, B]));
    }

    [Fact]
    public void Mined_slots_need_nothing() =>
        Assert.Empty(Next([Signed(4, A, head: 90) with { MinedBlock = 95 }], count: 5, head: 100, wanted: [A]));

    [Fact]
    public void Gaps_are_nonces_nobody_took_below_a_signed_one()
    {
        Assert.Equal((long[])[5, 7], NonceRules.Gaps([Signed(6, A, 1), Signed(8, B, 1)], 5).ToArray());
        Assert.Empty(NonceRules.Gaps([Unsigned(6, A)], 5));
    }

    [Theory]
    [InlineData(IntentVerdict.Wanted, null, IntentState.Resting)]      // not mined
    [InlineData(IntentVerdict.Wanted, 101L, IntentState.Resting)]      // mined above the mirror
    [InlineData(IntentVerdict.Wanted, 100L, IntentState.Wanted)]       // mined, mirrored, and no effect
    [InlineData(IntentVerdict.Done, null, IntentState.Done)]
    [InlineData(IntentVerdict.Obsolete, null, IntentState.Obsolete)]
    public void The_state_of_an_intent_follows_the_verdict_and_its_transaction(IntentVerdict verdict, long? minedBlock, IntentState expected)
    {
        Intent intent = new(A, new IntentName(1, "act", default), IntentState.Resting, null, null, 0, 0, default, null);
        ChainView chain = new(100, 1_000, 90, false, null);
        Assert.Equal(expected, IntentRules.StateOf(intent, verdict, [Signed(5, A, 99) with { MinedBlock = minedBlock }], chain, entry => entry.MinedBlock <= 100));
        Assert.Equal(IntentState.Wanted, IntentRules.StateOf(intent, IntentVerdict.Wanted, [Unsigned(5, A)], chain, _ => false));
        Assert.Equal(IntentState.Obsolete, IntentRules.StateOf(intent with { WantedUntil = 999UL }, IntentVerdict.Wanted, [], chain, _ => false));
        Assert.Equal(IntentState.Wanted, IntentRules.StateOf(intent with { WantedUntil = 1_000UL }, IntentVerdict.Wanted, [], chain, _ => false));
    }

    static IEnumerable<(long, NonceAction)> Next(
        ImmutableArray<NonceEntry> entries, long count, long head, Guid[] wanted, long[]? refused = null, Guid[]? paused = null) =>
        NonceRules.Next(entries, count, head, 3, wanted.ToHashSet(), (refused ?? []).ToHashSet(), paused: paused?.ToHashSet());

    static NonceEntry Unsigned(long nonce, Guid intent) =>
        new(nonce, default, default, 21_000, false, null, null, null, false, [intent], []);

    static NonceEntry Signed(long nonce, Guid intent, long head) =>
        Unsigned(nonce, intent) with { Attempts = [new Attempt(default, 0, default, new AttemptFee(1UL, 1UL), head, 22_100)] };
}
