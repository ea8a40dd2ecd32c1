using System.Buffers.Binary;
using Keystone.Ethereum;
using Keystone.Mirror;

namespace Keystone.Indexer.Tests;

public sealed class ForkFinderTests
{
    static readonly byte[] NoBloom = new byte[256];

    [Fact]
    public void An_empty_mirror_begins_at_its_start_block()
    {
        KnownChain empty = KnownChain.Of(5, 4, -1, []);
        Assert.Equal(new ForkDecision.Extend(5, 9), ForkFinder.Decide(empty, Chain(9)[9], null, Seen([])));
        Assert.Equal(new ForkDecision.Wait(), ForkFinder.Decide(empty, Chain(4)[4], null, Seen([])));
    }

    [Fact]
    public void The_same_head_is_nothing_new()
    {
        List<BlockHeader> chain = Chain(9);
        Assert.Equal(new ForkDecision.Wait(), ForkFinder.Decide(Known(chain, 2), chain[9], null, Seen([])));
    }

    [Fact]
    public void A_longer_chain_extends_once_our_head_was_seen_on_it()
    {
        List<BlockHeader> chain = Chain(12);
        KnownChain ours = Known(chain[..10], 2);
        ForkDecision.Poll poll = Assert.IsType<ForkDecision.Poll>(ForkFinder.Decide(ours, chain[12], null, Seen([])));
        Assert.Equal(9, poll.Heights[0]);
        Assert.Equal(new ForkDecision.Extend(10, 12), ForkFinder.Decide(ours, chain[12], null, Seen(chain)));
    }

    [Fact]
    public void A_node_with_less_of_our_own_chain_is_waited_for()
    {
        List<BlockHeader> chain = Chain(9);
        Assert.Equal(new ForkDecision.Wait(), ForkFinder.Decide(Known(chain, 2), chain[6], null, Seen([])));
        Assert.Equal(new ForkDecision.Behind(), ForkFinder.Decide(Known(chain, 6), chain[5], null, Seen([])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_fork_is_rolled_back_to_the_last_common_block(int depth)
    {
        List<BlockHeader> ours = Chain(9);
        foreach (int length in (int[])[depth, depth + 5])
        {
            List<BlockHeader> theirs = Fork(ours, 9 - depth, length, 'b');
            Assert.Equal(new ForkDecision.RollBack(9 - depth, theirs.Count - 1), ForkFinder.Decide(Known(ours, 2), theirs[^1], null, Seen(theirs)));
        }
    }

    [Fact]
    public void A_shorter_chain_with_another_hash_at_its_head_is_a_fork_too()
    {
        List<BlockHeader> ours = Chain(9);
        List<BlockHeader> theirs = Fork(ours, 4, 2, 'b');
        Assert.Equal(new ForkDecision.RollBack(4, 6), ForkFinder.Decide(Known(ours, 2), theirs[6], null, Seen(theirs)));
    }

    [Fact]
    public void Below_finality_it_halts_and_at_finality_it_does_not()
    {
        List<BlockHeader> ours = Chain(9);
        List<BlockHeader> theirs = Fork(ours, 5, 6, 'b');
        Assert.IsType<ForkDecision.RollBack>(ForkFinder.Decide(Known(ours, 5), theirs[^1], null, Seen(theirs)));
        Assert.Equal(new ForkDecision.Halt(6, ours[6].Hash, theirs[6].Hash), ForkFinder.Decide(Known(ours, 6), theirs[^1], 6, Seen(theirs)));
    }

    [Fact]
    public void A_node_on_a_dead_fork_that_it_does_not_call_final_is_waited_for()
    {
        List<BlockHeader> ours = Chain(9);
        List<BlockHeader> theirs = Fork(ours, 5, 3, 'b');
        foreach (long? final in (long?[])[null, 0, 5]) Assert.Equal(new ForkDecision.Behind(), ForkFinder.Decide(Known(ours, 6), theirs[^1], final, Seen(theirs)));
    }

    [Fact]
    public void Without_finality_everything_may_go()
    {
        List<BlockHeader> ours = Chain(9);
        List<BlockHeader> theirs = Fork(ours, 2, 9, 'b');
        KnownChain known = Known(ours[3..], -1) with { StartBlock = 3 };
        Assert.Equal(new ForkDecision.RollBack(2, 11), ForkFinder.Decide(known, theirs[^1], null, Seen(theirs)));
    }

    [Fact]
    public void Headers_of_two_chains_are_a_contradiction()
    {
        List<BlockHeader> ours = Chain(9);
        List<BlockHeader> b = Fork(ours, 4, 6, 'b');
        List<BlockHeader> c = Fork(ours, 4, 6, 'c');
        Dictionary<long, BlockHeader> mixed = Seen(b);
        mixed[8] = c[8];
        Assert.Equal(new ForkDecision.Contradiction(), ForkFinder.Decide(Known(ours, 2), b[^1], null, mixed));
    }

    /// <summary>Of ranges only some blocks are known. One of them on the node's chain is the way back, and a node that ends between two of them says nothing.</summary>
    [Fact]
    public void Between_known_blocks_of_ranges_the_way_back_leads_to_the_last_common_one()
    {
        List<BlockHeader> ours = Chain(90);
        KnownChain known = KnownChain.Of(0, 90, 10, ((int[])[10, 40, 55, 70, 90]).Select(height => ours[height].Ref));
        List<BlockHeader> theirs = Fork(ours, 60, 50, 'b');
        ForkDecision.Poll poll = Assert.IsType<ForkDecision.Poll>(ForkFinder.Decide(known, theirs[^1], 10, Seen([])));
        Assert.Equal<long>([90, 70, 55, 40, 10], poll.Heights);
        Assert.Equal(new ForkDecision.RollBack(55, 110), ForkFinder.Decide(known, theirs[^1], 10, Seen(theirs)));
        Assert.Equal(new ForkDecision.RollBack(10, 110), ForkFinder.Decide(known, Fork(ours, 20, 90, 'b')[^1], 10, Seen(Fork(ours, 20, 90, 'b'))));
        Assert.IsType<ForkDecision.Halt>(ForkFinder.Decide(known, Fork(ours, 5, 105, 'b')[^1], 100, Seen(Fork(ours, 5, 105, 'b'))));
        foreach (int head in (int[])[40, 50, 90]) Assert.Equal(new ForkDecision.Wait(), ForkFinder.Decide(known, ours[head], 10, Seen(ours)));
        // What it remembers has a limit; the final block is always of it.
        KnownChain few = (known with { Most = 3 }).With(90, [new BlockRef(95, ours[1].Hash)], -1);
        Assert.Equal<long>([10, 90, 95], few.Blocks.Select(block => block.Number));
        Assert.Equal(new ForkDecision.RollBack(10, 110), ForkFinder.Decide(few, theirs[^1], 10, Seen(theirs)));
    }

    /// <summary>Chains that fork at random, looked at after any number of changes: the mirror always ends on the node's chain.</summary>
    [Fact]
    public void Whatever_the_node_does_above_finality_the_mirror_ends_on_its_chain()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            List<BlockHeader> node = Chain(random.Next(3, 8));
            long start = random.Next(0, 3);
            KnownChain ours = KnownChain.Of(start, start - 1, -1, []);
            for (int move = 0; move < 30; move++)
            {
                int depth = random.Next(5) switch { 0 => random.Next(1, 120), 1 => random.Next(1, 5), _ => 0 };
                int keep = (int)Math.Max(Math.Max(ours.Finalized, 0), node.Count - 1L - depth);
                node = Fork(node, keep, random.Next(1, random.Next(2, 90)), (char)('a' + random.Next(26)), $"{seed}/{move}");
                if (random.Next(3) == 0) continue; // changed again before anyone looked
                ours = Follow(ours, node);
                Assert.True(ours.Number >= node[^1].Number || ours.Head == node[(int)ours.Number].Hash, $"seed {seed}, move {move}");
                if (node[^1].Number >= start) Assert.Equal(node[(int)Math.Min(ours.Number, node[^1].Number)].Hash, ours.HashAt(Math.Min(ours.Number, node[^1].Number)));
                long common = Math.Min(ours.Number, node[^1].Number);
                if (random.Next(4) == 0) ours = ours.With(ours.Number, [], random.Next((int)Math.Max(0, common - 60), (int)Math.Max(0, common) + 1));
            }
        }
    }

    static KnownChain Follow(KnownChain ours, List<BlockHeader> node)
    {
        Dictionary<long, BlockHeader> seen = [];
        for (int looks = 0; looks < 50; looks++)
        {
            switch (ForkFinder.Decide(ours, node[^1], null, seen))
            {
                case ForkDecision.Poll poll:
                    foreach (long number in poll.Heights) seen[number] = node[(int)number];
                    continue;
                case ForkDecision.Extend extend:
                    return ours.With(ours.Number, node.Skip((int)extend.From).Select(header => header.Ref), -1);
                case ForkDecision.RollBack back:
                    Assert.True(back.ForkPoint >= ours.Floor);
                    return ours.With(back.ForkPoint, node.Skip((int)back.ForkPoint + 1).Select(header => header.Ref), -1);
                case ForkDecision.Wait or ForkDecision.Behind:
                    return ours;
                case var other:
                    Assert.Fail(other.ToString());
                    break;
            }
        }
        throw new InvalidOperationException("It looks for ever.");
    }

    internal static List<BlockHeader> Chain(int head) => Fork([Header(0, Hash32.Zero, "0")], 0, head, 'a');

    static List<BlockHeader> Fork(List<BlockHeader> chain, int keep, int length, char branch, string salt = "")
    {
        List<BlockHeader> forked = chain[..(keep + 1)];
        for (int i = 0; i < length; i++) forked.Add(Header(forked.Count, forked[^1].Hash, branch + salt));
        return forked;
    }

    static BlockHeader Header(long number, Hash32 parent, string salt)
    {
        byte[] height = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(height, number);
        Hash32 hash = Keccak256.Hash([.. height, .. parent.ToBytes(), .. System.Text.Encoding.ASCII.GetBytes(salt)]);
        return new BlockHeader(number, hash, parent, (ulong)(1_000 + number), Hash32.Zero, NoBloom, null, 30_000_000);
    }

    static KnownChain Known(List<BlockHeader> chain, long finalized) =>
        KnownChain.Of(0, chain[^1].Number, finalized, chain.Where(header => header.Number >= finalized).Select(header => header.Ref));

    static Dictionary<long, BlockHeader> Seen(List<BlockHeader> chain) => chain.ToDictionary(header => header.Number);
}
