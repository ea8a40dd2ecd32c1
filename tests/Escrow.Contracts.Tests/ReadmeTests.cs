using Keystone.Dev.Servers;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Web3;
using Keystone.Testing;
using Nethereum.Contracts.ContractHandlers;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>The example of the README is the code below, and the code runs.</summary>
public sealed class ReadmeTests(TestChain chain) : IClassFixture<TestChain>
{
    [Fact]
    public async Task The_example_registers_and_deposits()
    {
        string seller = chain.Accounts[1].Address.ToString(), buyer = chain.Accounts[2].Address.ToString(), nobody = Address.Zero.ToString();
        string token = (await chain.DeployTokenAsync("Bond", "KBOND", 18)).ToString();
        await chain.SendAsync(chain.Accounts[1], Address.Parse(token), TokenMessages.Mint(chain.Accounts[1].Address, 100UL));
        byte[] reference = new byte[32];
        ulong deadline = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp + 3_600;
        Nethereum.Web3.Web3 web3 = NodeWeb3.Create(chain.Node, chain.Accounts[1], TestChain.ChainId);
        // README
        ContractHandler escrow = web3.Eth.GetContractHandler(PublishedContract.SettlementEscrow.Address);
        SettlementLeg leg = new() { Kind = TokenKind.Erc20, Mode = CustodyMode.Custody, Token = token, From = seller, To = buyer, RefundTo = seller, Amount = 100 };
        SettlementTerms terms = new() { Ref = reference, Deadline = deadline, Operator = nobody, Gate = nobody, Commitment = new byte[32], Legs = [leg] };
        byte[] id = await escrow.QueryAsync<IdOfFunction, byte[]>(new IdOfFunction { Settlement = terms });
        byte[] hash = await escrow.QueryAsync<LegHashOfFunction, byte[]>(new LegHashOfFunction { Leg = leg });
        await escrow.SendRequestAndWaitForReceiptAsync(new RegisterFunction { Settlement = terms });
        await web3.Eth.GetContractHandler(token).SendRequestAndWaitForReceiptAsync(new ApproveFunction { Spender = escrow.ContractAddress, Amount = leg.Amount });
        SettlementHeader header = new() { Ref = reference, Deadline = deadline, Operator = nobody, Gate = nobody, Commitment = new byte[32] };
        await escrow.SendRequestAndWaitForReceiptAsync(new DepositFunction { Header = header, LegHashes = [hash], Index = 0, Leg = leg });
        EscrowOfOutput known = await escrow.QueryDeserializingToObjectAsync<EscrowOfFunction, EscrowOfOutput>(new EscrowOfFunction { Id = id });
        // END
        Assert.Equal(SettlementState.Open, known.State);
        Assert.Equal(1UL, known.Held);
        Assert.True(known.Registered);
        Assert.Equal(100UL, await chain.BalanceAsync(Address.Parse(token), chain.Escrow));
    }

    [Fact]
    public void The_readme_shows_that_code_in_ten_lines()
    {
        string readme = Read("src/Escrow.Contracts/README.md"), test = Read("tests/Escrow.Contracts.Tests/ReadmeTests.cs");
        string[] shown = Lines(readme, "```csharp\n", "```"), run = Lines(test, "        // README\n", "        // END");
        Assert.Equal(10, shown.Length);
        Assert.Equal(run, shown);
    }

    static string[] Lines(string text, string from, string to)
    {
        int start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return [.. text[start..text.IndexOf(to, start, StringComparison.Ordinal)].TrimEnd().Split('\n').Select(line => line.Trim())];
    }

    static string Read(string path) => File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, path)).ReplaceLineEndings("\n");
}
