using Keystone.Domain.Escrow;
using Keystone.Indexer.Reading;
using Keystone.Postgres.Leases;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Keystone.Indexer.Tests;

/// <summary>A fork that no build knows: headers with an invented 24th field. <c>Indexer:OnUnknownHeader</c>, and the proof that follows with the build that knows it.</summary>
public sealed class UnknownHeaderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    const string Proofs = "select string_agg(number || ' ' || proof, ', ' order by number) from chain.block where chain_id = $chain and canonical and number > 3";
    const string Head = "select number from chain.position where chain_id = $chain";
    static long _chains = 33_000;

    public static TheoryData<string> Places => ["backfill", "head", "reorg"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task By_default_the_mirror_stands_before_it_and_goes_on_under_a_build_that_knows_it(string place)
    {
        ScriptedNode node = Node();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await ReachAsync(mirror, place, stands: true);
        for (int i = 0; i < 5; i++) await Assert.ThrowsAsync<UnknownHeaderException>(mirror.FollowAsync);
        Assert.Equal(node.InventedFrom - 1, await mirror.ScalarAsync<long>(Head));
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.block where chain_id = $chain and proof <> 'receipts'"));
        Assert.Null(await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain"));

        Assert.Single(mirror.Warnings, line => line.StartsWith("ALARM unknown_header", StringComparison.Ordinal));
        HealthCheckResult health = await mirror.Headers.CheckHealthAsync(new HealthCheckContext());
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("is of a later fork: this build knows headers up to Amsterdam", health.Description, StringComparison.Ordinal);
        Assert.Contains(ScriptedChain.InventedMember, health.Description, StringComparison.Ordinal);
        Assert.Contains("Indexer:OnUnknownHeader = halt", health.Description, StringComparison.Ordinal);

        ScriptedMirror renewed = await RenewedAsync(mirror);
        await renewed.FollowAsync();
        await AssertProvedAsync(renewed);
        Assert.Equal(HealthStatus.Healthy, (await renewed.Headers.CheckHealthAsync(new HealthCheckContext())).Status);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task With_bloom_it_goes_on_marks_the_blocks_and_proves_them_again_under_a_build_that_knows_it(string place)
    {
        ScriptedNode node = Node();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, Bloom());
        await ReachAsync(mirror, place, stands: false);
        await mirror.FollowAsync();
        Assert.Equal(node.Head.Number, await mirror.ScalarAsync<long>(Head));
        Assert.Equal($"{node.InventedFrom} {node.Head.Number} bloom", await mirror.ScalarAsync<string>("""
            select greatest(min(number), (select max(number) + 1 from chain.block where chain_id = $chain and canonical and proof = 'receipts')) || ' ' || max(number) || ' ' || string_agg(distinct proof, ' ')
            from chain.block where chain_id = $chain and canonical and proof <> 'receipts'
            """));
        Assert.Single(mirror.Warnings, line => line.StartsWith("ALARM unknown_header", StringComparison.Ordinal));
        HealthCheckResult health = await mirror.Headers.CheckHealthAsync(new HealthCheckContext());
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("bloom", health.Description, StringComparison.Ordinal);

        // The same build, started again in the middle of it: nothing can be proved, and it goes on.
        string before = (await mirror.ScalarAsync<string>(Proofs))!;
        ScriptedMirror again = await ScriptedMirror.BeginAsync(database.Source, node, Bloom(), epoch: mirror.Epoch);
        Assert.Equal(RenewalOutcome.Nothing, await again.Renewal().RunAsync(again.Epoch, CancellationToken.None));
        Assert.Equal(before, await mirror.ScalarAsync<string>(Proofs));
        Fill(node, 2);
        await again.FollowAsync();
        Assert.Equal(node.Head.Number, await mirror.ScalarAsync<long>(Head));

        // Another process for each step, as if each had been killed after it.
        long revision = await mirror.RevisionAsync();
        string dump = await mirror.DumpAsync();
        ScriptedMirror renewed = await RenewedAsync(mirror);
        int steps = 0;
        while (await renewed.Renewal().RunAsync(renewed.Epoch, CancellationToken.None) == RenewalOutcome.Raised) steps++;
        Assert.InRange(steps, 2, 20);
        Assert.Equal(revision, await mirror.RevisionAsync());
        Assert.Equal(dump, await mirror.DumpAsync());
        await renewed.FollowAsync();
        await AssertProvedAsync(renewed);
    }

    [Fact]
    public async Task Two_that_prove_again_do_not_disturb_each_other_and_one_without_the_lease_writes_nothing()
    {
        ScriptedNode node = Node();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, Bloom());
        await ReachAsync(mirror, "head", stands: false);
        ScriptedMirror renewed = await RenewedAsync(mirror);
        string marked = (await mirror.ScalarAsync<string>(Proofs))!;
        await Assert.ThrowsAsync<LeaseLostException>(() => renewed.Renewal().RunAsync(renewed.Epoch - 1, CancellationToken.None));
        Assert.Equal(marked, await mirror.ScalarAsync<string>(Proofs));
        ProofRenewal one = renewed.Renewal(), other = renewed.Renewal();
        while ((await Task.WhenAll(one.RunAsync(renewed.Epoch, CancellationToken.None), other.RunAsync(renewed.Epoch, CancellationToken.None))).Contains(RenewalOutcome.Raised))
        {
            // There is more.
        }
        await AssertProvedAsync(renewed);
    }

    // Filter and receipts were served without a log of the block, which the weaker proof cannot see.
    [Fact]
    public async Task Logs_that_the_proof_refutes_above_finality_are_taken_back_as_in_a_reorg()
    {
        ScriptedMirror mirror = await DeceivedAsync(final: false);
        string deceived = await mirror.DumpAsync();
        long revision = await mirror.RevisionAsync();
        ScriptedMirror renewed = await RenewedAsync(mirror);
        RenewalOutcome outcome;
        while ((outcome = await renewed.Renewal().RunAsync(renewed.Epoch, CancellationToken.None)) == RenewalOutcome.Raised)
        {
            // Blocks before it are as they were.
        }
        Assert.Equal(RenewalOutcome.Changed, outcome);
        Assert.Single(renewed.Warnings, line => line.StartsWith("ALARM weaker_proof_refuted", StringComparison.Ordinal));
        Assert.Equal(revision + 1, await mirror.RevisionAsync());
        await renewed.FollowAsync();
        while (await renewed.Renewal().RunAsync(renewed.Epoch, CancellationToken.None) != RenewalOutcome.Nothing)
        {
            // There is more.
        }
        Assert.NotEqual(deceived, await mirror.DumpAsync());
        await AssertProvedAsync(renewed);
    }

    [Fact]
    public async Task Logs_that_the_proof_refutes_below_finality_halt_the_mirror()
    {
        ScriptedMirror mirror = await DeceivedAsync(final: true);
        string deceived = await mirror.DumpAsync();
        ScriptedMirror renewed = await RenewedAsync(mirror);
        RenewalOutcome outcome;
        while ((outcome = await renewed.Renewal().RunAsync(renewed.Epoch, CancellationToken.None)) == RenewalOutcome.Raised)
        {
            // Blocks before it are as they were.
        }
        Assert.Equal(RenewalOutcome.Changed, outcome);
        Assert.Contains("keystone mirror rebuild", await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain"), StringComparison.Ordinal);
        Assert.Equal(deceived, await mirror.DumpAsync());
        // Halted it stays, and nothing is proved any more.
        Assert.Equal(RenewalOutcome.Nothing, await renewed.Renewal().RunAsync(renewed.Epoch, CancellationToken.None));
        Assert.False(await renewed.PollAsync());
        Assert.NotEqual(deceived, await renewed.FreshDumpAsync());
    }

    // At the level of bloom filters a range has only the logs that the node gives: a block whose logs were all left out is not there at all.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_block_that_the_weaker_proof_never_saw_is_found(bool withheld)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "raised") { AmsterdamFrom = 4 };
        for (int i = 1; i <= 12; i++)
        {
            if (i % 3 == 2) Fill(node, 1);
            else node.Mine();
        }
        node.Finalized = 12;
        if (withheld) node.Logs = logs => [.. logs.Where(log => log.BlockNumber != 5)];
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { Proof = "bloom", RangeBlocks = 6 });
        await mirror.FollowAsync();
        node.Logs = null;
        Assert.Equal(withheld ? 0L : 1L, await mirror.ScalarAsync<long>("select count(*) from chain.block where chain_id = $chain and number = 5"));

        // The setting is raised.
        ScriptedMirror raised = await ScriptedMirror.BeginAsync(database.Source, node, new IndexerOptions { RangeBlocks = 6 }, epoch: mirror.Epoch);
        RenewalOutcome outcome;
        while ((outcome = await raised.Renewal().RunAsync(raised.Epoch, CancellationToken.None)) == RenewalOutcome.Raised)
        {
            // There is more.
        }
        Assert.Equal(withheld ? RenewalOutcome.Changed : RenewalOutcome.Nothing, outcome);
        string? halted = await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain");
        if (withheld) Assert.StartsWith("Block 5 was taken at a weaker proof", halted, StringComparison.Ordinal);
        else await AssertProvedAsync(raised);
    }

    // The blocks themselves were invented: the node calls others final.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Blocks_that_are_not_on_the_chain_halt_the_mirror_only_when_the_node_calls_its_own_final(bool final)
    {
        ScriptedNode node = Node();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, Bloom());
        await ReachAsync(mirror, "head", stands: false);
        node.Finalized = node.InventedFrom!.Value + 1;
        await mirror.FollowAsync();
        node.ForkAt(node.InventedFrom.Value - 1);
        Fill(node, 9);
        node.Finalized = final ? node.InventedFrom.Value + 3 : node.InventedFrom.Value - 1;
        ScriptedMirror renewed = await RenewedAsync(mirror);
        RenewalOutcome outcome = await renewed.Renewal().RunAsync(renewed.Epoch, CancellationToken.None);
        Assert.Equal(final ? RenewalOutcome.Changed : RenewalOutcome.Nothing, outcome);
        Assert.Equal(final, await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain") is not null);
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.block where chain_id = $chain and proof = 'receipts' and number >= 6"));
    }

    // One node's claim does not lower the proof.
    [Theory]
    [InlineData("halt")]
    [InlineData("bloom")]
    public async Task A_node_that_invents_members_is_outvoted_by_one_whose_header_proves_itself(string setting)
    {
        ScriptedNode honest = new(Interlocked.Increment(ref _chains), "unknown") { AmsterdamFrom = 2 };
        ScriptedNode liar = honest.Sibling("liar");
        liar.Header = header => header.Number < 4 ? header
            : header with { Timestamp = header.Timestamp + 1, Fields = header.Fields! with { UnknownMembers = ["made", "up"] } };
        Fill(honest, 6);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database.Source, honest, new IndexerOptions { OnUnknownHeader = setting, MaxBlocksPerStep = 2 }, nodes: [liar, honest]);
        ContradictionException fault = await Assert.ThrowsAsync<ContradictionException>(mirror.FollowAsync);
        Assert.Equal("hash", fault.Kind);
        Assert.Contains("liar gives block", fault.Message, StringComparison.Ordinal);
        await mirror.FollowAsync();
        Assert.Null(mirror.Headers.ReasonOf(honest.ChainId));
        Assert.DoesNotContain(mirror.Warnings, line => line.StartsWith("ALARM", StringComparison.Ordinal));
        await AssertProvedAsync(mirror);
    }

    [Fact]
    public async Task Nodes_that_do_not_answer_have_no_say_and_those_that_agree_do_not_hold_it_up()
    {
        ScriptedNode node = Node();
        ScriptedNode agreeing = node.Sibling("agreeing"), silent = node.Sibling("silent");
        silent.Asked = _ => throw new Ethereum.Nodes.NodeException("silent");
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database.Source, node, Bloom(), nodes: [node, silent, agreeing]);
        await ReachAsync(mirror, "head", stands: false);
        Assert.Equal(node.Head.Number, await mirror.ScalarAsync<long>(Head));
        Assert.NotNull(mirror.Headers.ReasonOf(node.ChainId));
    }

    // A fork brings the fields of those before it: members beside an incomplete header are a rollup's, or a fault.
    [Fact]
    public async Task Unknown_members_beside_a_header_without_the_known_fields_are_no_later_fork()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "unknown") { AmsterdamFrom = 2 };
        Fill(node, 3);
        node.Header = header => header with { Fields = header.Fields! with { SlotNumber = null, UnknownMembers = ["l1BlockNumber"] } };
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, Bloom());
        ContradictionException fault = await Assert.ThrowsAsync<ContradictionException>(mirror.FollowAsync);
        Assert.Equal("hash", fault.Kind);
        Assert.Null(mirror.Headers.ReasonOf(node.ChainId));
        // And beside one whose hash follows they mean nothing.
        node.Header = header => header with { Fields = header.Fields! with { UnknownMembers = ["l1BlockNumber"] } };
        await mirror.FollowAsync();
        await AssertProvedAsync(mirror);
    }

    static ScriptedNode Node() => new(Interlocked.Increment(ref _chains), "unknown") { AmsterdamFrom = 3, InventedFrom = 6 };

    static IndexerOptions Bloom() => new() { OnUnknownHeader = "bloom", RangeBlocks = 3, MaxBlocksPerStep = 2 };

    /// <summary>Brings the mirror to the fork and beyond, where it goes beyond.</summary>
    static async Task ReachAsync(ScriptedMirror mirror, string place, bool stands)
    {
        ScriptedNode node = mirror.Node;
        switch (place)
        {
            case "backfill":
                Fill(node, 14);
                node.Finalized = 12;
                break;
            case "head":
                Fill(node, 4);
                await mirror.FollowAsync();
                Fill(node, 1);
                await mirror.FollowAsync();
                Fill(node, 5);
                break;
            default:
                // The border itself is reorged: blocks with 23 fields give way to blocks with 24.
                node.InventedFrom = null;
                Fill(node, 8);
                await mirror.FollowAsync();
                node.ForkAt(4);
                node.InventedFrom = 6;
                Fill(node, 6);
                break;
        }
        if (stands) await Assert.ThrowsAsync<UnknownHeaderException>(mirror.FollowAsync);
        else await mirror.FollowAsync();
    }

    /// <summary>A mirror that went on at the weaker proof and was served block 8 without one of its logs.</summary>
    async Task<ScriptedMirror> DeceivedAsync(bool final)
    {
        ScriptedNode node = Node();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, Bloom());
        await ReachAsync(mirror, "head", stands: false);
        node.Logs = logs => [.. logs.Where(log => log.BlockNumber != 11 || log.LogIndex != 1)];
        node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Where(log => log.BlockNumber != 11 || log.LogIndex != 1)] })];
        Fill(node, 3);
        await mirror.FollowAsync();
        if (final)
        {
            node.Finalized = 12;
            await mirror.FollowAsync();
        }
        (node.Logs, node.Receipts) = (null, null);
        return mirror;
    }

    /// <summary>The mirror under a build that knows the invented field.</summary>
    Task<ScriptedMirror> RenewedAsync(ScriptedMirror mirror) => ScriptedMirror.BeginAsync(
        database.Source, mirror.Node, new IndexerOptions { RangeBlocks = 3, MaxBlocksPerStep = 2, HashOf = mirror.Node.Scripted.HashOf }, epoch: mirror.Epoch);

    static async Task AssertProvedAsync(ScriptedMirror mirror)
    {
        Assert.Equal(mirror.Node.Head.Number, await mirror.ScalarAsync<long>(Head));
        Assert.Equal("receipts", await mirror.ScalarAsync<string>("select string_agg(distinct proof, ' ') from chain.block where chain_id = $chain and canonical"));
        Assert.Equal(mirror.Node.CanonicalLogs.Count(), await mirror.ScalarAsync<long>("select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = $chain and b.canonical"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    static void Fill(ScriptedNode node, int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            EscrowTerms terms = Emit.Terms(node.ChainId, (byte)(node.Head.Number * 2 + 1));
            node.Mine([Emit.Ether(Emit.Bob, 3), Emit.Registered(terms)], Emit.Deposited(terms, 0));
        }
    }
}
