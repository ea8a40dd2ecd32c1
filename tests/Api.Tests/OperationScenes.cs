using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Makes what an operation of the OpenAPI document needs, so that its example works.</summary>
internal sealed class OperationScenes(ApiFixture api)
{
    // A member that made credentials stays with them.
    static readonly string[] Left =
    [
        "webhooks.endpoint", "identity.ip_rule", "settlement.wallet", "identity.member m where not exists (select from identity.credential c where c.member_id = m.id)", "settlement.pause",
        "settlement.template",
    ];

    // Its own registry: another test has registered the example's token.
    readonly string _tokens = "platform-" + Guid.NewGuid().ToString("n")[..8];

    // The settlement of the last example that needs frozen terms.
    Keystone.Domain.Escrow.EscrowTerms? _scene;

    /// <summary>Once, before the first scene.</summary>
    public async Task PrepareAsync()
    {
        // What the example of a resumption names.
        await ClearAsync();
        await api.RunAsync("insert into settlement.pause (id, scope, escrow_id, reason, set_by, created_at) values ($1, 'settlement', $2, 'r', 'operator', now())", Guid.Empty, new byte[32]);
        await api.AddPlatformAsync(_tokens);
        await api.AddCredentialAsync(_tokens + "-manager", await api.EnvironmentAsync(_tokens), "instruments:manage");
    }

    /// <summary>Removes what has a limit or is unique: an environment has one endpoint for a URL and one rule for a network, and tests take the same ones.</summary>
    public async Task ClearAsync()
    {
        foreach (string rows in Left) await api.RunAsync($"delete from {rows}");
    }

    /// <summary>Who calls, and where, so that the example meets a settlement or receiver in the state that it needs.</summary>
    public async Task<(string Client, string Path)> MakeAsync(string name, string path, JsonObject operation)
    {
        string client = name is "confirmSettlement" or "rejectSettlement" ? "platform-b"
            : path.StartsWith("/v1/instruments", StringComparison.Ordinal) ? _tokens + "-manager" : (string?)operation["tags"]?[0] switch
            {
                "admin" => "operator",
                "platform" or "wallets" => "manager-a",
                _ => "platform-a",
            };
        if (name is "createTemplate" or "validateTemplate" or "updateTemplate")
        {
            await api.RunAsync("delete from settlement.template where slug = 'two-checks' and environment_id = $1", await api.EnvironmentAsync("platform-a"));
            if (name == "updateTemplate") await TemplateUploadTests.UploadAsync(api, "manager-a", "two-checks");
            return ("manager-a", path.Replace("{name}", "two-checks", StringComparison.Ordinal));
        }
        if (path == "/v1/instruments/{id}")
        {
            // One that an earlier request removed is there again.
            await api.RunAsync("update settlement.instrument set registered = true, symbol = 'USDC' where environment_id = $1 and address = $2", await api.EnvironmentAsync(_tokens), api.Usdc.ToBytes());
            return (client, path.Replace("{id}", (string)(await api.GetAsync(client, "/v1/instruments"))["items"]![0]!["id"]!, StringComparison.Ordinal));
        }
        if (await TenantScenes.MakeAsync(api, path) is { } tenant) return (client, path.Replace($"{{{tenant.Parameter}}}", tenant.Value, StringComparison.Ordinal));
        if (path.StartsWith("/v1/admin/compliance/list-changes/{id}", StringComparison.Ordinal))
        {
            Guid change = Guid.CreateVersion7(api.Clock.GetUtcNow());
            byte[] file = System.Security.Cryptography.SHA256.HashData(change.ToByteArray());
            await api.RunAsync("insert into compliance.list_file (hash, source, format, reader, entries, names, wallets, size, content, loaded_at) values ($1, 'ofac-sdn', 'ofac', 1, 1, 1, 0, 32, $1, now())", file);
            await api.RunAsync("insert into compliance.list_change (id, source, after_hash, added, removed, changed, made_at) values ($1, 'ofac-sdn', $2, 1, 0, 0, now())", change, file);
            return (client, path.Replace("{id}", change.ToString(), StringComparison.Ordinal));
        }
        if (name is "getDepositInstructions" or "submitSignature" || path.Contains("/deposit-links", StringComparison.Ordinal))
        {
            JsonObject single = await api.CreateAsync(client, api.Single());
            (string at, _scene) = await DepositTests.FreezeAsync(api, single);
            if (name == "revokeDepositLink")
                return (client, $"{at}/deposit-links/{(await api.SendAsync(client, HttpMethod.Post, at + "/deposit-links", """{"role":"seller"}""")).Body["id"]}");
            return (client, at + path[path.LastIndexOf('/')..]);
        }
        if (path.Contains("{id}", StringComparison.Ordinal))
        {
            JsonObject made = path.Contains("/webhooks", StringComparison.Ordinal)
                ? (await api.SendAsync(client, HttpMethod.Post, "/v1/platforms/me/webhooks", $"{{\"url\":\"https://hooks.example.com/{Guid.NewGuid()}\",\"events\":[\"*\"]}}")).Body
                : await api.CreateAsync("platform-a", api.Cross());
            if (path.Contains("{delivery_id}", StringComparison.Ordinal))
                path = path.Replace("{delivery_id}", (await WebhookScene.DeliveryAsync(api, Guid.Parse((string)made["id"]!))).ToString(), StringComparison.Ordinal);
            if (path.StartsWith("/v1/instructions", StringComparison.Ordinal))
                made = await InstructionTests.SubmitAsync(api, "platform-a", InstructionTests.Side(api, "seller", Guid.NewGuid().ToString()));
            if (name == "triggerMaturity") made = await api.CreateAsync("platform-a", RepoTests.Opening(api));
            if (name == "getConfirmationMessage")
                await api.RunAsync("update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'finalized', state = 'FINALIZED' where id = $1", Guid.Parse((string)made["id"]!));
            // A release is of a hold, a decision of a flag.
            SettlementScene scene = new(api, Guid.Parse((string)made["id"]!), $"/v1/settlements/{made["id"]}");
            if (name == "decideCompliance")
                await scene.FlagAsync("seller");
            if (name == "reportAction")
                await scene.AskAsync("LOCKING_ASSETS");
            return (client, path.Replace("{id}", (string)made["id"]!, StringComparison.Ordinal).Replace("{state}", "LOCKING_ASSETS", StringComparison.Ordinal));
        }
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
            if ((string?)parameter!["in"] == "path")
                path = path.Replace($"{{{parameter["name"]}}}", (string)parameter["example"]!, StringComparison.Ordinal);
        return (client, path);
    }

    /// <summary>What an example cannot know: this chain's token, a time that is still ahead, a key that is not used yet, a credential.</summary>
    public string? Fill(string? example) => example?
        .Replace("0x5fbdb2315678afecb367f032d93f642f64180aa3", api.Bond.ToString(), StringComparison.Ordinal)
        .Replace("0xa57c0b9f6d5c1e3bb7f2d5f3a1c0e9d8b7a6958473625140f1e2d3c4b5a697881122334455667788990011223344556677889900112233445566778899001122b31b",
            _scene is null ? "" : Keystone.Ethereum.Hex.Encode(api.Chain.Accounts[2].SignDigest(_scene.Id).ToBytes()), StringComparison.Ordinal)
        .Replace("2026-12-17T12:00:00Z", api.Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("bilateral-2026-001", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("dvp-2026-001", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("bilateral-2026-001", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("bilateral-2026-001", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("TRADE-2026-001", "T" + Guid.NewGuid().ToString("n")[..20], StringComparison.Ordinal)
        .Replace("harbour-custody", "h" + Guid.NewGuid().ToString("n"), StringComparison.Ordinal)
        .Replace("Harbour Custody", "Harbour " + Guid.NewGuid(), StringComparison.Ordinal)
        .Replace("sandbox-2", "e" + Guid.NewGuid().ToString("n"), StringComparison.Ordinal)
        .Replace("YOUR_CLIENT_ID", "platform-a", StringComparison.Ordinal)
        .Replace("YOUR_CLIENT_SECRET", "secret-platform-a", StringComparison.Ordinal);
}
