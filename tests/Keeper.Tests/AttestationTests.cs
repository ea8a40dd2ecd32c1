using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.ComplianceRegistry;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Keeper.Attestation;
using Keystone.Settlements.Operations;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>The keeper attests, with an account of its own, in the registry that is the gate of the settlements.</summary>
public sealed class AttestationTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    const string AttesterKey = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6", SenderKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        LostKey = "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a";

    Address _gate;

    protected override string Template => GatedTemplate.Slug;

    PrivateKeySigner Attester => Chain.Accounts[3];

    // The keeper's account sends nothing but the keeper's transactions.
    PrivateKeySigner Owner => Seller;

    [Fact]
    public async Task The_gate_refuses_a_swap_until_the_keeper_has_attested_and_then_it_settles()
    {
        await DeployGateAsync();
        await using KeeperHost keeper = await AttestingAsync();
        ulong before = await SentAsync();
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        // Nothing is attested while deposits are missing.
        await LegAsync(terms, 0, "deposited");
        Assert.Equal(0L, await CountAsync(terms, "attest"));
        await DepositAsync(terms, 1, Buyer);
        // The account is not appointed yet: its calls revert when they are simulated, and the swap is not even asked for.
        await Eventually.TrueAsync(async () => await CountAsync(terms, "attest", "last_reason like 'would revert%'") == 2, TimeSpan.FromSeconds(60), "nothing was tried");
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal(0L, await CountAsync(terms, "execute_swap"));
        Assert.False((await Chain.SendAsync(Seller, Chain.Escrow, EscrowCalls.ExecuteSwap(terms))).Succeeded);
        Assert.Equal(before, await SentAsync());

        await AppointAsync();
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(1, await OursAsync(terms, "execute"));
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Buyer.Address));
        // One transaction for each wallet, by the account of its own, and nothing else by it.
        Assert.Equal(before + 2, await SentAsync());
        Assert.Equal([Attester.Address, Attester.Address], await AttestersAsync(terms));
        Assert.Equal("dedicated", await Book.ScalarAsync("select status from transactions.sender where address = $1", Attester.Address.ToBytes()));
        Assert.Equal(0L, await Book.ScalarAsync("""
            select count(*) from transactions.nonce_intent n join transactions.intent i on i.id = n.intent_id where (n.sender = $1) <> (i.purpose in ('attest', 'withdraw_attestation'))
            """, Attester.Address.ToBytes()));
    }

    [Fact]
    public async Task A_keeper_that_goes_while_its_attestations_are_under_way_leaves_them_to_the_next_which_writes_none_twice()
    {
        await DeployGateAsync();
        await AppointAsync();
        ulong before = await SentAsync();
        Guid id;
        EscrowTerms terms;
        await using (await AttestingAsync())
        {
            id = await InstructAsync(TimeSpan.FromHours(1));
            await StateAsync(id, "AWAITING_DEPOSITS");
            terms = await TermsAsync(id);
            await DepositAsync(terms, 0, Seller);
            await Chain.SetAutomineAsync(false);
            await Chain.BroadcastAsync(Buyer, Chain.Escrow, EscrowMessages.Deposit(terms, 1));
            await Chain.MineAsync();
            await Eventually.TrueAsync(async () => await Book.ScalarAsync("""
                select count(distinct a.nonce) from transactions.attempt a join transactions.broadcast b on b.attempt_hash = a.hash where a.sender = $1 and b.response = 'Accepted'
                  and exists (select from transactions.nonce_intent n join transactions.intent i on i.id = n.intent_id
                    where n.sender = a.sender and n.nonce = a.nonce and i.subject = $2)
                """, Attester.Address.ToBytes(), terms.Id.ToBytes()) is 2L, TimeSpan.FromSeconds(60), "the attestations were not offered");
            Assert.Equal(0L, await CountAsync(terms, "execute_swap"));
        }
        await Chain.SetAutomineAsync(true);
        await Chain.MineAsync();
        await using KeeperHost next = await AttestingAsync();
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal((before + 2, 1), (await SentAsync(), await OursAsync(terms, "execute")));
        Assert.Equal(2, (await AttestersAsync(terms)).Count);
    }

    [Fact]
    public async Task A_settlement_that_is_no_longer_cleared_has_its_gate_closed_without_a_word_about_a_wallet_and_opened_again()
    {
        await DeployGateAsync();
        await AppointAsync();
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        // Attested, and not to be swapped yet.
        await Book.RunAsync("update settlement.settlement set not_before = timeout_at - interval '10 minutes' where id = $1", id);
        await using KeeperHost keeper = await AttestingAsync();
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await GateAsync(terms, isOpen: true);

        await GateAsync(terms, isOpen: false, id, "review");
        foreach (PrivateKeySigner party in new[] { Seller, Buyer })
            Assert.Equal(AttestedStatus.Pass, await RegistryCalls.StatusAsync(Chain.Node, _gate, terms.Id, RegistryCalls.PartyOf(party.Address), CancellationToken.None));
        Assert.Equal(AttestedStatus.Flagged, await RegistryCalls.StatusAsync(Chain.Node, _gate, terms.Id, RegistryCalls.PartyOf(terms.Id), CancellationToken.None));

        await GateAsync(terms, isOpen: true, id, "cleared");
    }

    [Fact]
    public async Task What_another_attester_finds_against_a_wallet_stands_and_holds_the_swap_until_it_is_taken_back()
    {
        await DeployGateAsync();
        await AppointAsync();
        // The issuer has an attester of its own.
        Assert.True((await Chain.SendAsync(Owner, _gate, new SetAttesterFunction { Attester = Buyer.Address.ToString(), Allowed = true })).Succeeded);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await Book.RunAsync("update settlement.settlement set not_before = timeout_at - interval '10 minutes' where id = $1", id);
        await using KeeperHost keeper = await AttestingAsync();
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await GateAsync(terms, isOpen: true);
        ulong before = await SentAsync();
        ConcurrentQueue<string?> alarms = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument == KeeperMetrics.Alarms) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (count > 0) alarms.Enqueue(tags[0].Value as string);
        });
        listener.Start();
        await AttestAsync(AttestedStatus.Fail);
        await Eventually.TrueAsync(() => Task.FromResult(alarms.Contains("attestation_contradicted")), TimeSpan.FromSeconds(60), "nobody was told");
        Assert.Equal(AttestedStatus.Fail, await RegistryCalls.StatusAsync(Chain.Node, _gate, terms.Id, RegistryCalls.PartyOf(Seller.Address), CancellationToken.None));
        await AttestAsync(AttestedStatus.Pass);
        await GateAsync(terms, isOpen: true);
        Assert.Equal(before, await SentAsync());

        async Task AttestAsync(AttestedStatus status) =>
            Assert.True((await Chain.SendAsync(Buyer, _gate, RegistryCalls.Attest(terms.Id, RegistryCalls.PartyOf(Seller.Address), status))).Succeeded);
    }

    [Fact]
    public async Task A_lost_key_is_told_while_attestations_wait_for_it_and_another_account_that_is_appointed_carries_on()
    {
        await DeployGateAsync();
        // Not the account of the other tests: a retired one never comes back.
        using PrivateKeySigner lost = new(Hex.Decode(LostKey));
        Guid id;
        EscrowTerms terms;
        await using (await AttestingAsync(LostKey))
        {
            id = await InstructAsync(TimeSpan.FromHours(1));
            await StateAsync(id, "AWAITING_DEPOSITS");
            terms = await TermsAsync(id);
            await DepositAsync(terms, 0, Seller);
            await DepositAsync(terms, 1, Buyer);
            // Not appointed yet: what it is to write waits.
            await Eventually.TrueAsync(async () => await CountAsync(terms, "attest") == 2, TimeSpan.FromSeconds(60), "nothing was asked for");
        }
        // The machine with the key is gone, and nobody has seen the key since.
        await Book.RunAsync("update transactions.sender set key_seen_at = now() - interval '1 hour' where address = $1", lost.Address.ToBytes());
        ConcurrentQueue<string?> alarms = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "keystone.transactions.alarms") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (count > 0) alarms.Enqueue(tags[0].Value as string);
        });
        listener.Start();
        OperateSenders senders = new(Database.Source);
        await using (await KeeperHost.StartAsync(Database, Chain, jobs: false, indexer: true))
        {
            await Eventually.TrueAsync(() => Task.FromResult(alarms.Contains("sender_without_key")), TimeSpan.FromSeconds(60), "nobody was told");
            Assert.Equal(SenderOutcome.HoldsWork, await senders.RetireAsync(TestChain.ChainId, lost.Address, lost: false, CancellationToken.None));
            Assert.Equal(SenderOutcome.Done, await senders.RetireAsync(TestChain.ChainId, lost.Address, lost: true, CancellationToken.None));
            // The account of the swaps does not write in its place, and no swap goes by a gate that is closed.
            Assert.Equal(("EXECUTING_SWAP", 0), (await Book.StateAsync(id), await OursAsync(terms, "execute")));
            Assert.Empty(await AttestersAsync(terms));
        }
        // Another key, which the owner of the registry appoints.
        await AppointAsync();
        await using KeeperHost keeper = await AttestingAsync();
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal([Attester.Address, Attester.Address], await AttestersAsync(terms));
        Assert.Equal(("retired", "dedicated"), ((string?)await Book.ScalarAsync("select status from transactions.sender where address = $1", lost.Address.ToBytes()),
            (string?)await Book.ScalarAsync("select status from transactions.sender where address = $1", Attester.Address.ToBytes())));
    }

    [Fact]
    public async Task The_account_of_the_swaps_is_refused_at_the_start_as_the_one_that_attests()
    {
        await DeployGateAsync();
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AttestingAsync(SenderKey, indexer: false));
        Assert.Contains("Attester:Signer names the account", refused.Message, StringComparison.Ordinal);
        // In service by the database, whatever these settings say.
        await Book.RunAsync("""
            insert into transactions.sender (chain_id, address, status) values ($1, $2, 'draining') on conflict (chain_id, address) do update set status = 'draining'
            """, TestChain.ChainId, Attester.Address.ToBytes());
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AttestingAsync(indexer: false));
        Assert.Contains("cannot become a dedicated account", refused.Message, StringComparison.Ordinal);
        await Book.RunAsync("update transactions.sender set status = 'dedicated' where address = $1", Attester.Address.ToBytes());
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => KeeperHost.StartAsync(Database, Chain, jobs: false, indexer: false, ("Signer:PrivateKey", AttesterKey)));
        Assert.Contains("is a dedicated account", refused.Message, StringComparison.Ordinal);
    }

    Task<KeeperHost> AttestingAsync(string key = AttesterKey, bool indexer = true) => KeeperHost.StartAsync(Database, Chain, jobs: false, indexer, ("Attester:Signer:PrivateKey", key),
        ("Attester:Registries:0:ChainId", "11155111"), ("Attester:Registries:0:Address", _gate.ToString()));

    async Task DeployGateAsync()
    {
        _gate = await Chain.DeployAsync(new ComplianceRegistryDeployment { FirstOwner = Owner.Address.ToString() });
        await Book.AddTemplateAsync(Environment, GatedTemplate.With(_gate, "EXECUTING_SWAP"));
    }

    async Task AppointAsync() =>
        Assert.True((await Chain.SendAsync(Owner, _gate, new SetAttesterFunction { Attester = Attester.Address.ToString(), Allowed = true })).Succeeded);

    /// <summary>Waits for the gate; the status of the check is planted as long, because a run of the engine that was under way writes it too.</summary>
    Task GateAsync(EscrowTerms terms, bool isOpen, Guid id = default, string status = "") => Eventually.TrueAsync(
        async () =>
        {
            if (status.Length > 0) await Book.RunAsync("update settlement.settlement set compliance_status = $2 where id = $1 and compliance_status <> $2", id, status);
            return await RegistryCalls.IsOpenAsync(Chain.Node, _gate, terms.Id, [Seller.Address, Buyer.Address], CancellationToken.None) == isOpen;
        },
        TimeSpan.FromSeconds(60), $"the gate never was {(isOpen ? "open" : "closed")}");

    Task<ulong> SentAsync() => Chain.Node.GetTransactionCountAsync(Attester.Address, BlockTag.Latest, CancellationToken.None);

    async Task<long> CountAsync(EscrowTerms terms, string purpose, string where = "true") =>
        (long)(await Book.ScalarAsync($"select count(*) from transactions.intent where subject = $1 and purpose = $2 and {where}", terms.Id.ToBytes(), purpose))!;

    /// <summary>Who attested a settlement, by the events of the registry.</summary>
    async Task<IReadOnlyList<Address>> AttestersAsync(EscrowTerms terms)
    {
        long head = (await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        IReadOnlyList<LogEntry> logs = await Chain.Node.GetLogsAsync(new LogFilter([_gate], [null, [terms.Id]], 0, head), CancellationToken.None);
        return [.. logs.Select(log => new Address(log.Topics[3].ToBytes()[12..]))];
    }
}
