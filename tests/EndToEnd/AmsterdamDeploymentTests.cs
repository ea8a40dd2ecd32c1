using System.Numerics;
using System.Text.RegularExpressions;
using Keystone.Cli;
using Keystone.Cli.Deploy;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Testing;

namespace Keystone.EndToEnd;

/// <summary>The deployment under the rules of Amsterdam, where its code alone is 23.6 million gas of state.</summary>
public sealed class AmsterdamDeploymentTests : IDisposable
{
    const long Sepolia = 11155111;

    readonly HttpClient _client = new();
    readonly PrivateKeySigner _signer = new([.. new byte[31], 7]);

    public void Dispose()
    {
        _client.Dispose();
        _signer.Dispose();
    }

    [Fact]
    public async Task It_says_what_it_will_cost_and_is_sent_with_a_limit_above_the_cap_on_execution()
    {
        await using VmNode chain = await VmNode.StartAsync(Sepolia, [_signer.Address.ToString()]);
        JsonRpcNode node = new(_client, chain.Url);
        Deployer deployer = new(node, new TransactionSender(node, _signer));

        string plan = await deployer.PlanEscrowAsync(_signer.Address, CancellationToken.None);
        Match said = Regex.Match(plan, @": ([\d,]+) gas, gas limit ([\d,]+), which is ([\d.]+) % of a block of 60,000,000; at most ([\d.]+) ether at ([\d.]+) gwei for a gas\. 0x\w+ has 10000 ether\.$");
        Assert.True(said.Success, plan);
        ulong gas = Number(said, 1), limit = Number(said, 2);
        Assert.InRange(gas, 24_100_000UL, 24_600_000UL);
        Assert.InRange(limit, 28_900_000UL, 30_000_000UL);
        Assert.Equal(limit / 600_000.0, double.Parse(said.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture), 1);
        // Ether of the sentence: gas limit times gwei, to the last digit.
        Assert.Equal(Wei(said.Groups[5].Value, 9) * limit, Wei(said.Groups[4].Value, 18));

        Deployment escrow = await deployer.DeployEscrowAsync(CancellationToken.None);
        TransactionReceipt receipt = (await node.GetTransactionReceiptAsync(escrow.Transaction!.Value, CancellationToken.None))!;
        Assert.True(receipt.Succeeded);
        Assert.InRange(receipt.GasUsed, 24_100_000UL, gas);
        Assert.Contains("nothing would be sent", await deployer.PlanEscrowAsync(_signer.Address, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_ether_is_said_before_anything_is_sent()
    {
        await using VmNode chain = await VmNode.StartAsync(Sepolia, []);
        JsonRpcNode node = new(_client, chain.Url);
        CommandFault fault = await Assert.ThrowsAsync<CommandFault>(
            () => new Deployer(node, new TransactionSender(node, _signer)).PlanEscrowAsync(_signer.Address, CancellationToken.None));
        Assert.EndsWith("has 0 ether. That is too little.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_whose_blocks_have_no_room_for_it_is_reported_as_that()
    {
        await using VmNode chain = await VmNode.StartAsync(Sepolia, [_signer.Address.ToString()], blockGas: 20_000_000);
        JsonRpcNode node = new(_client, chain.Url);
        CommandFault fault = await Assert.ThrowsAsync<CommandFault>(
            () => new Deployer(node, new TransactionSender(node, _signer)).PlanEscrowAsync(_signer.Address, CancellationToken.None));
        Assert.Contains("would revert within the gas of a block, 20000000", fault.Message, StringComparison.Ordinal);
    }

    static ulong Number(Match said, int group) => ulong.Parse(said.Groups[group].Value.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);

    static BigInteger Wei(string number, int digits)
    {
        string[] parts = number.Split('.');
        return BigInteger.Parse(parts[0] + (parts.Length > 1 ? parts[1] : "").PadRight(digits, '0'), System.Globalization.CultureInfo.InvariantCulture);
    }
}
