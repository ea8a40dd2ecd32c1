using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing.Scripted;
using Microsoft.AspNetCore.Http;

namespace Keystone.Ethereum.Signers.Tests;

/// <summary>Against a service of our own that speaks the REST interface of Azure Key Vault and that of the managed identity of a machine; the token is asked for by Azure.Identity.</summary>
public sealed class AzureKeySignerTests : IDisposable
{
    readonly HttpClient _client = new();
    readonly PrivateKeySigner _key = new(CloudScene.Key);

    public void Dispose()
    {
        _client.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signs_the_same_bytes_as_the_key_itself_with_a_token_of_the_machines_identity(bool highS)
    {
        ConcurrentQueue<string> asked = new();
        await using ScriptedEndpoint service = await ServeAsync(asked, digest => Joined(CloudScene.Sign(_key, digest, highS)));
        AzureKeySigner signer = Signer(service, Identity(service, highS ? "of-high" : "of-low"));
        for (ulong nonce = 0; nonce < 16; nonce++)
        {
            Eip1559Transaction transaction = CloudScene.Transaction with { Nonce = nonce };
            SignedTransaction expected = await _key.SignAsync(transaction, default), signed = await signer.SignAsync(transaction, default);
            Assert.Equal(expected.Raw.ToArray(), signed.Raw.ToArray());
            Assert.Equal(expected.Hash, signed.Hash);
        }
        Assert.Equal(16, asked.Count(one => one == "POST /keys/keeper/4387e9f3/sign?api-version=7.4 ES256K Bearer a-token"));
        // One token for all of them.
        Assert.Single(asked, one => one.StartsWith("GET /token https://vault.azure.net", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_signature_of_the_account_is_refused()
    {
        using PrivateKeySigner other = new(Keccak256.Hash([5]).ToBytes());
        byte[] word = Enumerable.Repeat((byte)0x11, 32).ToArray(), zero = new byte[32], order = CloudScene.Order.ToBytes();
        await RefusedAsync(digest => Joined(CloudScene.Sign(other, digest, false)), "another account");
        await RefusedAsync(_ => [.. word, .. zero], "s is zero");
        await RefusedAsync(_ => [.. zero, .. word], "r is zero");
        await RefusedAsync(_ => [.. word, .. order], "s is zero or not below");
        await RefusedAsync(_ => [.. order, .. word], "r is zero or not below");
        await RefusedAsync(digest => Joined(CloudScene.Sign(_key, digest, false))[..63], "63 bytes");
        await RefusedAsync(digest => CloudScene.Der(CloudScene.Sign(_key, digest, false).R, CloudScene.Sign(_key, digest, false).S), "bytes; ES256K has 64");
    }

    [Theory]
    [InlineData(403, """{"error":{"code":"Forbidden","message":"appid=secret-id"}}""", "answered HTTP 403")]
    [InlineData(200, """{"kid":"x"}""", "no signature")]
    [InlineData(200, """{"value":"not base64!"}""", "no signature")]
    [InlineData(200, "<html>", "no signature")]
    [InlineData(200, null, "more than 65536 bytes")]
    public async Task An_answer_of_another_kind_is_refused_without_being_shown(int status, string? body, string words)
    {
        await using ScriptedEndpoint service = await ScriptedEndpoint.AnsweringAsync(body ?? new string('x', 100_000), status);
        SignerException refusal = await Assert.ThrowsAsync<SignerException>(async () => await Signer(service, new FixedToken()).SignAsync(CloudScene.Transaction, default));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-id", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_an_identity_is_told_so()
    {
        await using ScriptedEndpoint service = await ScriptedEndpoint.AnsweringAsync("""{"error":"no identity of tenant-id"}""", 400);
        SignerException refusal = await Assert.ThrowsAsync<SignerException>(async () => await Signer(service, Identity(service, "of-nobody")).SignAsync(CloudScene.Transaction, default));
        Assert.StartsWith("This machine gets no token for Azure Key Vault", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-id", refusal.Message, StringComparison.Ordinal);
    }

    async Task RefusedAsync(Func<byte[], byte[]> answer, string words)
    {
        await using ScriptedEndpoint service = await ServeAsync(new(), answer);
        SignerException refusal = await Assert.ThrowsAsync<SignerException>(async () => await Signer(service, new FixedToken()).SignAsync(CloudScene.Transaction, default));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    AzureKeySigner Signer(ScriptedEndpoint service, TokenCredential credential) =>
        AzureKeySigner.Create(_client, new Uri(service.Url, "keys/keeper/4387e9f3"), _key.Address, credential);

    // The managed identity of a machine, as a host announces its local service to the process. Each test has one of its own: the library keeps tokens for the whole process.
    static ManagedIdentityCredential Identity(ScriptedEndpoint service, string identity)
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", new Uri(service.Url, "token").ToString());
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "of-this-machine");
        return new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(ManagedIdentityId.FromUserAssignedClientId(identity)) { Retry = { MaxRetries = 0 } });
    }

    static byte[] Joined((byte[] R, byte[] S) signature) => [.. signature.R, .. signature.S];

    static Task<ScriptedEndpoint> ServeAsync(ConcurrentQueue<string> asked, Func<byte[], byte[]> answer) => ScriptedEndpoint.StartAsync(async context =>
    {
        context.Response.ContentType = "application/json";
        if (context.Request.Path == "/token")
        {
            asked.Enqueue($"GET /token {context.Request.Query["resource"]} {context.Request.Headers["X-IDENTITY-HEADER"]}");
            await context.Response.WriteAsync(JsonSerializer.Serialize(new
            {
                access_token = "a-token",
                expires_on = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
                resource = "https://vault.azure.net",
                token_type = "Bearer",
            }));
            return;
        }
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body.RootElement.GetProperty("alg")} {context.Request.Headers.Authorization}");
        byte[] digest = Base64Url.DecodeFromChars(body.RootElement.GetProperty("value").GetString());
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { kid = $"https://{context.Request.Host}/keys/keeper/4387e9f3", value = Base64Url.EncodeToString(answer(digest)) }));
    });

    sealed class FixedToken : TokenCredential
    {
        static readonly AccessToken Token = new("a-token", DateTimeOffset.MaxValue);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => Token;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => ValueTask.FromResult(Token);
    }
}
