using System.Text.Json;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>An authenticator with resident keys and user verification, which the browser plays (Chrome DevTools Protocol, domain WebAuthn).</summary>
internal sealed class VirtualAuthenticator
{
    readonly ICDPSession _session;
    readonly string _id;

    VirtualAuthenticator(ICDPSession session, string id) => (_session, _id) = (session, id);

    public static async Task<VirtualAuthenticator> AddAsync(IPage page)
    {
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        JsonElement? added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualAuthenticator(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Its passkeys.</summary>
    public async Task<IReadOnlyList<JsonElement>> CredentialsAsync() =>
        [.. (await _session.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = _id }))!.Value.GetProperty("credentials").EnumerateArray()];

    /// <summary>Gives a passkey another counter, as a copy of an authenticator would have.</summary>
    public async Task SetCountAsync(JsonElement credential, int count)
    {
        await _session.SendAsync("WebAuthn.removeCredential", new() { ["authenticatorId"] = _id, ["credentialId"] = credential.GetProperty("credentialId").GetString()! });
        Dictionary<string, object> copy = new()
        {
            ["credentialId"] = credential.GetProperty("credentialId").GetString()!,
            ["isResidentCredential"] = true,
            ["rpId"] = credential.GetProperty("rpId").GetString()!,
            ["privateKey"] = credential.GetProperty("privateKey").GetString()!,
            ["userHandle"] = credential.GetProperty("userHandle").GetString()!,
            ["signCount"] = count,
        };
        await _session.SendAsync("WebAuthn.addCredential", new() { ["authenticatorId"] = _id, ["credential"] = copy });
    }
}
