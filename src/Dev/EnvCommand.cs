using System.CommandLine;
using Keystone.Cli;
using Keystone.Ethereum.Signing;

namespace Keystone.Dev;

/// <summary><c>keystone dev env</c>: the running system as variables of a shell, for the commands of docs/guides.</summary>
internal static class EnvCommand
{
    public static Command Create()
    {
        Option<FileInfo?> file = new("--file") { Description = "dev.json of the running system; default: that in KEYSTONE_HOME." };
        return new Command("env", "Prints the running system as variables of a shell, for the commands of docs/guides: eval \"$(scripts/keystone dev env)\".") { file }.Runs(
            async (parsed, cancellationToken) =>
            {
                DevFile system = await DevFile.OpenAsync(parsed.GetValue(file), cancellationToken);
                foreach ((string name, string value) in Variables(system)) Console.WriteLine($"export {name}='{value}'");
                return 0;
            });
    }

    /// <summary>Names and values; none of them holds a quotation mark.</summary>
    public static IReadOnlyList<(string Name, string Value)> Variables(DevFile system)
    {
        (DevPlatform a, DevPlatform b) = (system.Platform("platform-a"), system.Platform("platform-b"));
        return
        [
            ("KEYSTONE_URL", system.ApiUrl),
            ("CLIENT_ID", a.ClientId), ("CLIENT_SECRET", a.ClientSecret),
            ("CLIENT_ID_B", b.ClientId), ("CLIENT_SECRET_B", b.ClientSecret),
            ("BUYER_WALLET", WalletOf(1)), ("SELLER_WALLET", WalletOf(2)),
            ("BOND_TOKEN", system.Token("KBOND").Address),
        ];
    }

    /// <summary>Address of a wallet of the local chain.</summary>
    public static string WalletOf(int party)
    {
        using PrivateKeySigner signer = DevAccounts.Party(party);
        return signer.Address.ToString();
    }
}
