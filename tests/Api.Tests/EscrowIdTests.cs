using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Api.Tests;

/// <summary>The page for integrators: its example is right, and a settlement object has all that its formula takes.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class EscrowIdTests(ApiFixture api)
{
    [Fact]
    public async Task The_example_of_the_page_is_computed_alike_by_its_own_program_and_by_the_service()
    {
        (JsonObject example, string program) = await PageAsync();
        string id = (string)example["escrow"]!["id"]!;
        Assert.Equal(id, await RunAsync(program, example));
        Assert.Equal(id, Terms(example).Id.ToString());
        Assert.Equal((string)example["escrow"]!["ref"]!, TermsDraft.RefOf(Guid.Parse((string)example["id"]!)).ToString());
    }

    [Fact]
    public async Task The_program_of_the_page_computes_the_id_of_a_settlement_as_both_sides_read_it()
    {
        (_, string program) = await PageAsync();
        JsonObject made = await api.CreateAsync("platform-a", api.Cross());
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", api.Confirmation().ToJsonString())).Status);
        (string path, EscrowTerms terms) = await DepositTests.FreezeAsync(api, made);
        foreach (string platform in (string[])["platform-a", "platform-b"])
        {
            JsonObject settlement = await api.GetAsync(platform, path);
            Assert.Equal(terms.Id.ToString(), (string)settlement["escrow"]!["id"]!);
            Assert.Equal(terms.Id.ToString(), await RunAsync(program, settlement));
        }
    }

    static async Task<(JsonObject Example, string Program)> PageAsync()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "docs", "integrators", "escrow-id.md"));
        return ((JsonObject)JsonNode.Parse(Json().Match(page).Groups[1].Value)!, Program().Match(page).Groups[1].Value);
    }

    // Beside the modules of the checkout, where a reader's own program would find viem too.
    static async Task<string> RunAsync(string program, JsonObject settlement)
    {
        string file = Path.Combine(NativeTool.RepositoryRoot, "tests", $"escrow-id-{Guid.NewGuid():n}.mjs");
        await File.WriteAllTextAsync(file, program);
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", file) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            await node.StandardInput.WriteAsync(settlement.ToJsonString());
            node.StandardInput.Close();
            string id = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            Assert.Equal(0, node.ExitCode);
            return id;
        }
        finally
        {
            File.Delete(file);
        }
    }

    static EscrowTerms Terms(JsonObject settlement)
    {
        JsonNode escrow = settlement["escrow"]!;
        EscrowHeader header = new(Hash32.Parse((string)escrow["ref"]!), default, ChainTime.FromDateTime(DateTimeOffset.Parse((string)escrow["deadline"]!, CultureInfo.InvariantCulture)),
            Address.Parse((string)escrow["operator"]!), default, Hash32.Parse((string)escrow["commitment"]!));
        return new EscrowTerms((ulong)(long)escrow["chain_id"]!, Address.Parse((string)escrow["contract_address"]!), header,
            [.. settlement["legs"]!.AsArray().Select(leg => new EscrowLeg(TokenKind.Erc20, CustodyMode.Custody, Address.Parse((string)leg!["token"]!["address"]!), Address.Parse((string)leg["depositor"]!),
                Address.Parse((string)leg["recipient"]!), Address.Parse((string)leg["refund_to"]!), UInt256.Zero, UInt256.Parse((string)leg["amount"]!)))]);
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex("```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
