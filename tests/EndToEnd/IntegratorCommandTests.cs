using System.Diagnostics;
using System.Text.Json.Nodes;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Ethereum.Signing;

namespace Keystone.EndToEnd;

/// <summary>Commands over the API, as programs: settlements, deposits, completions, exit codes.</summary>
[Collection(OperatedCollection.Name)]
public sealed class IntegratorCommandTests(OperatedSystem system)
{
    // Published with anvil: parties 3 and 4.
    const string SellerKey = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6", BuyerKey = "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a";

    [Fact]
    public async Task A_settlement_is_listed_shown_explained_deposited_and_watched_to_its_end()
    {
        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        using PrivateKeySigner seller = DevAccounts.Party(3), buyer = DevAccounts.Party(4);
        Settlement made = await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File) with { ExternalReference = "command-line-1" });
        string id = made.Id.ToString();
        Assert.Contains("INSTRUCTED > ", (await system.DoAsync("platform-a", "settlements", "watch", id, "--until", "AWAITING_DEPOSITS", "--timeout", "120")), StringComparison.Ordinal);

        string listed = await system.DoAsync("platform-a", "settlements", "list", "--reference", "command-line-1");
        Assert.Contains($"{id} AWAITING_DEPOSITS", string.Join(' ', listed.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.EndsWith("1 of 1\n", listed, StringComparison.Ordinal);
        JsonNode page = JsonNode.Parse(await system.DoAsync("platform-a", "settlements", "list", "--reference", "command-line-1", "--state", "AWAITING_DEPOSITS", "--json"))!;
        Assert.Equal((id, 1L), ((string)page["items"]![0]!["id"]!, (long)page["total"]!));
        Assert.Empty(JsonNode.Parse(await system.DoAsync("platform-a", "settlements", "list", "--reference", "command-line-1", "--state", "FINALIZED", "--json"))!["items"]!.AsArray());
        string shown = await system.DoAsync("platform-a", "settlements", "show", id);
        foreach (string word in (string[])["AWAITING_DEPOSITS", "dvp-single", seller.Address.ToString(), "50000 ", "0 of 2 legs"]) Assert.Contains(word, shown, StringComparison.Ordinal);
        Assert.Equal(id, (string)JsonNode.Parse(await system.DoAsync("platform-a", "settlements", "show", id, "--json"))!["id"]!);
        string explained = await system.DoAsync("platform-a", "settlements", "explain", id);
        Assert.Contains("AWAITING_DEPOSITS, then EXECUTING_SWAP", explained, StringComparison.Ordinal);
        Assert.Contains("seller", explained, StringComparison.Ordinal);
        Assert.NotEmpty(JsonNode.Parse(await system.DoAsync("platform-a", "settlements", "explain", id, "--json"))!["waiting_for"]!.AsArray());

        // What a custody system is given, and what another platform's credential is not.
        string printed = await system.DoAsync("platform-a", "deposit", id, "--role", "seller");
        foreach (string word in (string[])["approve", "deposit", system.File.Escrow, seller.Address.ToString(), "is no deposit"]) Assert.Contains(word, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("of buyer:", printed, StringComparison.Ordinal);
        JsonNode operations = JsonNode.Parse(await system.DoAsync("platform-a", "deposit", id, "--role", "seller", "--json"))!;
        Assert.Equal("0", (string)Assert.Single(operations["legs"]!.AsArray())!["operations"]![0]!["value"]!);
        Assert.Contains("404 not_found", await RefusedAsync("platform-b", "deposit", id), StringComparison.Ordinal);
        Assert.Contains("yours are: seller, buyer", await RefusedAsync("platform-a", "deposit", id, "--role", "lender"), StringComparison.Ordinal);

        // Sent from the parties' keys; another key is refused before anything is sent.
        foreach (Leg leg in made.Legs) await system.MintAsync(leg.PartyRole == "seller" ? seller : buyer, leg);
        string[] send = ["deposit", id, "--send", "--rpc-url", system.File.RpcUrl, "--private-key-file"];
        Assert.Contains("is deposited from", await RefusedAsync("platform-a", [.. send, system.KeyFile(BuyerKey), "--role", "seller"]), StringComparison.Ordinal);
        Assert.Contains("nothing is deposited there", await RefusedAsync("platform-a", [.. send, system.KeyFile(SellerKey), "--role", "seller", "--escrow", buyer.Address.ToString()]), StringComparison.Ordinal);
        Assert.Contains("1 leg is deposited", await system.DoAsync("platform-a", [.. send, system.KeyFile(SellerKey), "--role", "seller", "--escrow", system.File.Escrow]), StringComparison.Ordinal);
        Assert.Contains("1 leg is deposited", await system.DoAsync("platform-a", [.. send, system.KeyFile(BuyerKey), "--role", "buyer"]), StringComparison.Ordinal);

        string[] lines = (await system.DoAsync("platform-a", "settlements", "watch", id, "--timeout", "120", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("FINALIZED", (string)JsonNode.Parse(lines[^1])!["to_state"]!);
        Assert.Equal(Enumerable.Range(1, lines.Length), lines.Select(line => (int)JsonNode.Parse(line)!["sequence"]!));
    }

    [Fact]
    public async Task The_end_of_a_settlement_is_an_exit_code()
    {
        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        using PrivateKeySigner seller = DevAccounts.Party(5), buyer = DevAccounts.Party(6);
        Settlement made = await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File));
        string id = made.Id.ToString();
        Assert.Equal(5, (await system.RunAsync("platform-a", "settlements", "watch", id, "--until", "FINALIZED", "--timeout", "0")).Status);
        await client.CancelSettlementAsync(made.Id, new CancelSettlementRequest { Reason = "a test" });
        (int status, string output, _) = await system.RunAsync("platform-a", "settlements", "watch", id, "--timeout", "120");
        Assert.True(status == 4, output);
        Assert.Contains("ROLLED_BACK", output, StringComparison.Ordinal);
        Assert.Contains("ended in ROLLED_BACK", await RefusedAsync("platform-a", "settlements", "watch", id, "--until", "SETTLED"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_sentence_that_names_the_fix()
    {
        string nobody = Guid.CreateVersion7().ToString();
        foreach (string command in (string[])["show", "explain", "watch"])
            Assert.Contains("404 not_found", await RefusedAsync("platform-a", "settlements", command, nobody), StringComparison.Ordinal);
        Assert.Contains("--limit", await RefusedAsync("platform-a", "settlements", "list", "--limit", "201"), StringComparison.Ordinal);
        foreach ((string variable, string option) in (IEnumerable<(string, string)>)[("KEYSTONE_URL", "--api-url"), ("CLIENT_ID", "--client-id"), ("CLIENT_SECRET", "--client-secret-file")])
        {
            ProcessStartInfo start = system.Command("platform-a", system.File.ApiUrl, "settlements", "list");
            start.Environment.Remove(variable);
            using Process process = Process.Start(start)!;
            string error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal((1, true, true), (process.ExitCode, error.Contains(option, StringComparison.Ordinal), error.Contains(variable, StringComparison.Ordinal)));
        }
        string wrong = Path.Combine(system.Folder, "wrong.secret");
        await File.WriteAllTextAsync(wrong, "not-the-secret\n");
        string refused = await RefusedAsync("platform-a", "settlements", "list", "--client-secret-file", wrong);
        Assert.Contains("401 invalid_client", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shell_completes_commands_options_and_values()
    {
        async Task<string[]> SuggestAsync(string line) => (await system.DoAsync("platform-a", $"[suggest:{line.Length}]", line)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("watch", await SuggestAsync("keystone settlements w"));
        Assert.Contains("settlement.state.settled", await SuggestAsync("keystone trigger settlement.state.se"));
        Assert.Contains("--forward-to", await SuggestAsync("keystone listen --f"));

        // Bash itself, with a program of that name.
        string bin = Directory.CreateDirectory(Path.Combine(system.Folder, "bin")).FullName, program = Path.Combine(bin, "keystone");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ProcessStartInfo bash = new("bash", ["-c", "source <(keystone completion bash); COMP_LINE='keystone settlements ex'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(keystone settlements ex); COMP_CWORD=2; _keystone; echo \"${COMPREPLY[@]}\""])
        {
            RedirectStandardOutput = true,
        };
        bash.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process shell = Process.Start(bash)!;
        Assert.Equal("explain", (await shell.StandardOutput.ReadToEndAsync()).Trim());
        foreach (string name in (string[])["zsh", "fish"]) Assert.Contains("[suggest:", await system.DoAsync("platform-a", "completion", name), StringComparison.Ordinal);
        Assert.Contains("bash", (await system.RunAsync("platform-a", "completion", "tcsh")).Error, StringComparison.Ordinal);
    }

    async Task<string> RefusedAsync(string platform, params string[] arguments)
    {
        (int status, string output, string error) = await system.RunAsync(platform, arguments);
        Assert.True(status == 1, $"{status}: {output}{error}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }
}
