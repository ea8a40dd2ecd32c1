using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Dev.Servers;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Tests;

/// <summary>
/// An external issuer of another make: the npm package <c>oidc-provider</c> in a process of its own, on a port that stays the same over restarts. Its
/// clients are <c>machine</c> and <c>stranger</c>.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    readonly string _keyFile = Path.Combine(Directory.CreateTempSubdirectory("keystone-issuer-").FullName, "keys.json");
    readonly HttpClient _client = new();
    readonly int _port = FreePort();
    Leash? _process;

    /// <summary>Claim <c>iss</c>, and <c>Auth:Authority</c>.</summary>
    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Starts it with the keys of last time, or first ones.</summary>
    public async Task StartAsync()
    {
        if (!File.Exists(_keyFile)) NewKey();
        _process = Leash.Start("node", [Path.Combine(NativeTool.RepositoryRoot, "tests", "Api.Tests", "issuer", "issuer.mjs"), $"{_port}", _keyFile]);
        await _process.WaitForLineAsync(line => line.StartsWith("issuer on", StringComparison.Ordinal), TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>From the next start on it signs with another key; the old one is gone.</summary>
    public void NewKey()
    {
        using RSA rsa = RSA.Create(2048);
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: true);
        JsonObject jwk = new() { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = Guid.NewGuid().ToString("n") };
        foreach ((string name, byte[]? value) in (IEnumerable<(string, byte[]?)>)[
            ("n", key.Modulus), ("e", key.Exponent), ("d", key.D), ("p", key.P), ("q", key.Q), ("dp", key.DP), ("dq", key.DQ), ("qi", key.InverseQ)])
            jwk[name] = Base64UrlEncoder.Encode(value);
        File.WriteAllText(_keyFile, new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString());
    }

    /// <summary>A token of a client for an audience.</summary>
    public async Task<string> TokenAsync(string client, string audience = "https://api.keystoneos.xyz", string scope = "settlements:read settlements:write")
    {
        using FormUrlEncodedContent form = new(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = "secret-" + client,
            ["resource"] = audience,
            ["scope"] = scope,
        });
        using HttpResponseMessage response = await _client.PostAsync(Url + "/token", form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        Directory.Delete(Path.GetDirectoryName(_keyFile)!, recursive: true);
    }

    static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
