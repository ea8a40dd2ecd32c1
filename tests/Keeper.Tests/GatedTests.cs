using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts;
using Keystone.Escrow.Contracts.ComplianceRegistry;
using Keystone.Ethereum;
using Keystone.Settlements.Operations;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>Settlements whose terms name the registry as their gate, and whose parties are screened again when all deposits are in.</summary>
public sealed class GatedTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    static readonly string GateClosed = Hex.Encode(Keccak256.Hash("GateClosed(address)"u8).ToBytes()[..4]);
    Address _gate;

    protected override string Template => GatedTemplate.Slug;

    [Fact]
    public async Task A_party_that_fails_the_recheck_is_not_swapped_with_and_every_deposit_is_back_before_the_deadline()
    {
        await DeployGateAsync();
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        Assert.Equal(_gate, terms.Header.Gate);
        // The gate has agreed: nothing but the check stands between these deposits and the swap.
        await AttestAsync(terms);
        await DepositAsync(terms, 0, Seller);
        await LegAsync(terms, 0, "deposited");
        await File.WriteAllTextAsync(keeper.DenyList, $"fail wallet {Buyer.Address}\n");
        await DepositAsync(terms, 1, Buyer);

        await StateAsync(id, "ROLLED_BACK", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Buyer.Address));
        Assert.True((await Chain.Node.GetBlockAsync(Ethereum.Nodes.BlockTag.Latest, CancellationToken.None))!.Timestamp < terms.Header.Deadline.Seconds);
        Assert.Equal(0, await OursAsync(terms, "execute"));
        Assert.Equal("failed compliance", await Book.ScalarAsync("select compliance_status || ' ' || (failure::json ->> 'code') from settlement.settlement where id = $1", id));
        Assert.Equal("compliance", await Book.ScalarAsync(
            "select triggered_by from settlement.event where settlement_id = $1 and environment_id = '00000000-0000-0000-0000-000000000000' and type = 'state' order by sequence desc limit 1", id));
        Assert.DoesNotContain("execute_swap", (await new WorkStore(Database.Source).CostAsync(id, CancellationToken.None)).Select(row => row.Name.Purpose));
        Assert.Equal(["EXECUTING_SWAP", "ROLLED_BACK"], (await Book.StatesAsync(id)).TakeLast(2));
    }

    [Fact]
    public async Task A_gate_that_is_closed_keeps_the_swap_back_until_it_opens_and_costs_no_gas()
    {
        await DeployGateAsync();
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "EXECUTING_SWAP");
        await Eventually.TrueAsync(async () => (await Book.ScalarAsync(
            "select last_reason from transactions.intent where subject = $1 and purpose = 'execute_swap'", terms.Id.ToBytes()) as string)?.Contains(GateClosed, StringComparison.Ordinal) == true);
        Assert.Equal(["register"], (await new WorkStore(Database.Source).CostAsync(id, CancellationToken.None)).Select(row => row.Name.Purpose));

        await AttestAsync(terms);
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(1, await OursAsync(terms, "execute"));
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Buyer.Address));
    }

    async Task DeployGateAsync()
    {
        _gate = await Chain.DeployAsync(new ComplianceRegistryDeployment { FirstOwner = Chain.Accounts[3].Address.ToString() });
        Assert.True((await Chain.SendAsync(Chain.Accounts[3], _gate, new SetAttesterFunction { Attester = Chain.Accounts[3].Address.ToString(), Allowed = true })).Succeeded);
        await Book.AddTemplateAsync(Environment, GatedTemplate.With(_gate, "EXECUTING_SWAP"));
    }

    /// <summary>Passes the wallets of both parties.</summary>
    async Task AttestAsync(EscrowTerms terms)
    {
        foreach (Address wallet in new[] { Seller.Address, Buyer.Address })
        {
            byte[] party = await Chain.QueryAsync<PartyHashFunction, byte[]>(_gate, new PartyHashFunction { ParticipantId = new byte[32], Wallet = wallet.ToString() });
            Assert.True((await Chain.SendAsync(Chain.Accounts[3], _gate, new AttestFunction
            {
                Id = terms.Id.ToBytes(),
                Party = party,
                Status = ComplianceStatus.Pass,
                ReferenceHash = new byte[32],
            })).Succeeded);
        }
    }
}
