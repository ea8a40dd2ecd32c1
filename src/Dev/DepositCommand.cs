using System.CommandLine;
using Keystone.Cli;
using Keystone.Client.Models;
using Keystone.Dev.Demo;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;

namespace Keystone.Dev;

// Inside the namespace, where it comes before the client's record of that name.
using Wallet = Keystone.Dev.Demo.Wallet;

/// <summary><c>keystone dev deposit</c>: what the parties of a settlement do at their wallets, for parties that have a wallet of the local chain.</summary>
internal static class DepositCommand
{
    const int Wallets = 8;

    public static Command Create()
    {
        Argument<Guid> id = new("settlement_id") { Description = "Id of the settlement; its state is AWAITING_DEPOSITS." };
        Option<FileInfo?> file = new("--file") { Description = "dev.json of the running system; default: that in KEYSTONE_HOME." };
        return new Command("deposit", "Mints what the parties of a settlement deliver to their wallets on the local chain, and deposits it.") { id, file }.Runs(async (parsed, cancellationToken) =>
        {
            DevFile system = await DevFile.OpenAsync(parsed.GetValue(file), cancellationToken);
            try
            {
                return await DepositAsync(system, parsed.GetRequiredValue(id), cancellationToken);
            }
            catch (Exception fault) when (fault is StoryFault or HttpRequestException)
            {
                throw new CommandFault(fault.Message, fault);
            }
        });
    }

    static async Task<int> DepositAsync(DevFile system, Guid id, CancellationToken cancellationToken)
    {
        using PlatformClient client = await PlatformClient.SignInAsync(system.ApiUrl, system.Platform("platform-a"), cancellationToken);
        Settlement settlement = await client.GetAsync(id.ToString(), cancellationToken);
        if (settlement.State != "AWAITING_DEPOSITS" || settlement.Escrow is not { } escrow)
            throw new CommandFault($"The settlement is in {settlement.State}; deposits are taken in AWAITING_DEPOSITS.");
        using HttpClient http = new();
        JsonRpcNode node = new(http, new Uri(system.RpcUrl));
        foreach (Leg leg in settlement.Legs.Where(leg => leg.Status == "pending"))
        {
            if (Open(leg.Depositor) is not { } signer)
                throw new CommandFault($"Leg {leg.Index} is of {leg.Depositor}, which is no wallet of this chain: deposit from your own.");
            using Wallet wallet = new(leg.PartyRole, signer, node);
            await wallet.MintAsync(Address.Parse(leg.Token.Address), UInt256.Parse(leg.Amount), cancellationToken);
            TransactionReceipt receipt = await wallet.DepositAsync(Address.Parse(system.Escrow), Hash32.Parse(escrow.Id), leg.Index, cancellationToken);
            Console.WriteLine($"leg {leg.Index}: {leg.Quantity} of {leg.Token.Symbol ?? leg.Token.Address} from {wallet.Address}, transaction {receipt.TransactionHash}");
        }
        return 0;
    }

    static PrivateKeySigner? Open(string? address)
    {
        for (int number = 1; number <= Wallets; number++)
        {
            PrivateKeySigner signer = DevAccounts.Party(number);
            if (signer.Address.ToString() == address) return signer;
            signer.Dispose();
        }
        return null;
    }
}
