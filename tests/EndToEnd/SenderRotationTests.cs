using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>
/// The key's life: under load an account goes into service in the place of another, both keepers are killed, and nothing is lost or done twice. The account before keeps
/// the operator's power over its open settlements until the last has ended, and is retired then.
/// </summary>
public sealed class SenderRotationTests(ITestOutputHelper output)
{
    // Published with anvil.
    const string NextKey = "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97";

    readonly List<Address> _operators = [];

    [Fact]
    public async Task An_account_is_replaced_under_load_both_keepers_are_killed_and_nothing_is_lost()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        using PrivateKeySigner nextKey = new(Hex.Decode(NextKey));
        (Address old, Address next) = (Address.Parse(system.File.Operator), nextKey.Address);
        using Dev.Ports ports = new();
        await using ServiceProcess api = new(system.File.Service("api")), indexer = new(system.File.Service("indexer"));
        await using ServiceProcess one = await KeeperAsync(system, "keeper-one", ports, settings => settings["Signer:Others:0:PrivateKey"] = NextKey);
        await using ServiceProcess two = await KeeperAsync(system, "keeper-two", ports, settings => settings["Signer:Others:0:PrivateKey"] = NextKey);
        await Task.WhenAll(api.StartAsync(), indexer.StartAsync(), one.StartAsync(), two.StartAsync());
        await using StoryBook book = await system.OpenBookAsync(output);

        // One that stays open until somebody cancels it, which the operator of its terms alone can.
        string open = await BeginAsync(book, "open");
        EscrowTerms ofOld = await book.AwaitTermsAsync("open", book.A, open, CancellationToken.None);
        Assert.Equal(old, ofOld.Header.Operator);
        await book.DepositAsync("open", book.Bob, ofOld, 0, CancellationToken.None);
        List<string> load = [];
        for (int i = 0; i < 5; i++) load.Add(await BeginAsync(book, "before"));
        // An account without its key in a keeper is refused, and so is the end of one in service.
        Assert.Contains("No keeper has shown the key", await RefusedAsync(system, "add", "0x00000000000000000000000000000000000000aa"), StringComparison.Ordinal);
        Assert.Contains("is in service", await RefusedAsync(system, "retire", old.ToString()), StringComparison.Ordinal);
        Assert.Contains("has no account", await RefusedAsync(system, "drain", "0x00000000000000000000000000000000000000aa"), StringComparison.Ordinal);

        string said = await DoAsync(system, "add", next.ToString());
        Assert.StartsWith($"{next} is in service\n", said, StringComparison.Ordinal);
        Assert.Matches($"{next}  active  ", said);
        Assert.Matches($"{old}  draining  .*holds [1-9][0-9]* open settlements", said);
        Assert.Contains("was active before", await DoAsync(system, "add", next.ToString()), StringComparison.Ordinal);
        for (int i = 0; i < 5; i++)
        {
            load.Add(await BeginAsync(book, "after"));
            // Both at once in the middle of the load: whatever was signed, sent or not sent, is in the database.
            if (i != 2) continue;
            await Task.WhenAll(one.KillAsync(), two.KillAsync());
            await Task.WhenAll(one.StartAsync(), two.StartAsync());
        }
        List<EscrowTerms> terms = [];
        foreach (string id in load) terms.Add(await book.AwaitTermsAsync("load", book.A, id, CancellationToken.None));
        Assert.Equal(next, terms[^1].Header.Operator);
        foreach (EscrowTerms each in terms)
        {
            await book.DepositAsync("load", book.Bob, each, 0, CancellationToken.None);
            await book.DepositAsync("load", book.Alice, each, 1, CancellationToken.None);
        }
        await Task.WhenAll(one.KillAsync(), two.KillAsync());
        await Task.WhenAll(one.StartAsync(), two.StartAsync());
        foreach (string id in load) await book.ReachAsync("load", book.A, id, "FINALIZED", CancellationToken.None);
        foreach (EscrowTerms each in terms) Assert.Equal(["Registered", "Executed"], await OfServiceAsync(book, each, [old, next]));

        // The power of the account before: it still holds one settlement, and cancels it.
        Assert.Contains("still holds 1 open settlements", await RefusedAsync(system, "retire", old.ToString()), StringComparison.Ordinal);
        await CommandAsync(system, "settlements", "rollback", open, "--reason", "the end of a drill");
        await book.ReachAsync("open", book.A, open, "ROLLED_BACK", CancellationToken.None);
        Assert.Contains("Cancelled", await OfServiceAsync(book, ofOld, [old]));
        // Its last nonce becomes final with its block.
        await Eventually.TrueAsync(async () => (await TryAsync(system, "sender", "retire", old.ToString())).Status == 0, TimeSpan.FromMinutes(2), because: "the account before holds work for ever");
        Assert.Matches($"{old}  retired   .*holds 0 open settlements, 0 nonces", await CommandAsync(system, "sender", "list"));
        Assert.Contains("which is for good", await RefusedAsync(system, "add", old.ToString()), StringComparison.Ordinal);

        // The old key may go now: a keeper that has the new one alone settles.
        await Task.WhenAll(one.StopAsync(), two.StopAsync());
        await using ServiceProcess alone = await KeeperAsync(system, "keeper-alone", ports, settings => settings["Signer:PrivateKey"] = NextKey);
        await alone.StartAsync();
        string last = await BeginAsync(book, "alone");
        EscrowTerms lastTerms = await book.AwaitTermsAsync("alone", book.A, last, CancellationToken.None);
        await book.DepositAsync("alone", book.Bob, lastTerms, 0, CancellationToken.None);
        await book.DepositAsync("alone", book.Alice, lastTerms, 1, CancellationToken.None);
        await book.ReachAsync("alone", book.A, last, "FINALIZED", CancellationToken.None);
        Assert.Equal(["Registered", "Executed"], await OfServiceAsync(book, lastTerms, [next]));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.Count} settlements over the change; operators: {string.Join(", ", _operators.GroupBy(who => who).Select(group => $"{group.Count()} of {group.Key}"))}"));
    }

    static Task<string> BeginAsync(StoryBook book, string story) => book.InstructSingleAsync(story, book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);

    // Names of the escrow's events that transactions of these accounts brought about.
    async Task<List<string>> OfServiceAsync(StoryBook book, EscrowTerms terms, Address[] accounts)
    {
        _operators.Add(terms.Header.Operator);
        List<string> ours = [];
        foreach ((EscrowEvent happened, LogEntry log) in await book.Chain.EventsAsync(terms.Id, CancellationToken.None))
        {
            TransactionReceipt receipt = (await book.Chain.Node.GetTransactionReceiptAsync(log.TransactionHash, CancellationToken.None))!;
            if (accounts.Contains(receipt.From)) ours.Add(happened.GetType().Name);
        }
        return ours;
    }

    // A keeper with the settings of the system's own, changed, and a management port of its own.
    static async Task<ServiceProcess> KeeperAsync(LocalSystem system, string name, Dev.Ports ports, Action<JsonObject> change)
    {
        Dev.DevService first = system.File.Service("keeper");
        string file = first.SettingsFile.Replace("keeper.json", $"{name}.json", StringComparison.Ordinal), url = $"http://127.0.0.1:{ports.Take(0)}";
        JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(first.SettingsFile))!;
        settings["Management:Url"] = url;
        change(settings);
        await Cli.SecretFile.WriteAsync(file, settings.ToJsonString(), CancellationToken.None);
        return new ServiceProcess(first with { SettingsFile = file, ManagementUrl = url });
    }

    static Task<string> DoAsync(LocalSystem system, params string[] words) => CommandAsync(system, ["sender", .. words]);

    static async Task<string> RefusedAsync(LocalSystem system, params string[] words)
    {
        (int status, string said) = await TryAsync(system, ["sender", .. words]);
        Assert.True(status == 1, said);
        return said;
    }

    static async Task<string> CommandAsync(LocalSystem system, params string[] words)
    {
        (int status, string said) = await TryAsync(system, words);
        Assert.True(status == 0, said);
        return said;
    }

    static async Task<(int Status, string Said)> TryAsync(LocalSystem system, params string[] words)
    {
        await using Leash command = Leash.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), .. words, "--database", system.File.OwnerConnection]);
        int status = await command.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        return (status, command.Output);
    }
}
