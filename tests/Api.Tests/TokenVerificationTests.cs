using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace Keystone.Api.Tests;

/// <summary>Tokens that were signed with the API's own key and are wrong in one thing: what the library refuses, what we refuse beside it, what it takes.</summary>
[Collection(ApiCollection.Name)]
public sealed class TokenVerificationTests(ApiFixture api, ITestOutputHelper output)
{
    /// <summary>A token of <c>platform-a</c> as it should be; each test changes one thing.</summary>
    sealed class Draft(ApiFixture api, string kid)
    {
        public JsonObject Header { get; } = new() { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = kid };

        public JsonObject Payload { get; } = new()
        {
            ["iss"] = "https://auth.keystoneos.xyz/",
            ["aud"] = "https://api.keystoneos.xyz",
            ["sub"] = "platform-a@clients",
            ["azp"] = "platform-a",
            ["iat"] = Now(api),
            ["exp"] = Now(api) + 600,
            ["scope"] = "settlements:read",
        };

        /// <summary>The payload's text, when it is not the object above.</summary>
        public string? Text { get; set; }

        public Func<RSA, byte[], byte[]> Sign { get; set; } = (rsa, data) => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        /// <summary>Changes the finished token.</summary>
        public Func<string, string> Finish { get; set; } = token => token;

        public static long Now(ApiFixture api) => api.Clock.GetUtcNow().ToUnixTimeSeconds();
    }

    static readonly Dictionary<string, Action<Draft, ApiFixture>> Refused = new()
    {
        ["alg none"] = (d, _) => (d.Header["alg"], d.Sign) = ("none", (_, _) => []),
        ["alg none, signed"] = (d, _) => d.Header["alg"] = "none",
        ["HS256 with the modulus as its key"] = (d, _) => (d.Header["alg"], d.Sign) = ("HS256", (rsa, data) => HMACSHA256.HashData(rsa.ExportParameters(false).Modulus!, data)),
        ["HS256 with the public key's PEM as its key"] = (d, _) => (d.Header["alg"], d.Sign) = ("HS256", (rsa, data) => HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), data)),
        ["RS384"] = (d, _) => (d.Header["alg"], d.Sign) = ("RS384", (rsa, data) => rsa.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)),
        ["PS256"] = (d, _) => (d.Header["alg"], d.Sign) = ("PS256", (rsa, data) => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        ["another key"] = (d, _) => d.Sign = (_, data) => { using RSA other = RSA.Create(3072); return other.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1); },
        ["typ JWT"] = (d, _) => d.Header["typ"] = "JWT",
        ["no typ"] = (d, _) => d.Header.Remove("typ"),
        ["no kid"] = (d, _) => d.Header.Remove("kid"),
        ["unknown kid"] = (d, _) => d.Header["kid"] = "x",
        ["a key of its own in the header"] = (d, _) =>
        {
            RSA other = RSA.Create(2048);
            RSAParameters key = other.ExportParameters(false);
            d.Header.Remove("kid");
            d.Header["jwk"] = new JsonObject { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) };
            d.Sign = (_, data) => other.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        },
        ["crit"] = (d, _) => (d.Header["crit"], d.Header["b64"]) = (new JsonArray("b64"), false),
        ["no exp"] = (d, _) => d.Payload.Remove("exp"),
        ["expired"] = (d, a) => d.Payload["exp"] = Draft.Now(a) - 31,
        ["exp is a word"] = (d, _) => d.Payload["exp"] = "tomorrow",
        ["nbf ahead"] = (d, a) => d.Payload["nbf"] = Draft.Now(a) + 60,
        ["iat ahead"] = (d, a) => d.Payload["iat"] = Draft.Now(a) + 60,
        ["wrong iss"] = (d, _) => d.Payload["iss"] = "https://auth.keystoneos.xyz",
        ["no iss"] = (d, _) => d.Payload.Remove("iss"),
        ["wrong aud"] = (d, _) => d.Payload["aud"] = "https://api.keystoneos.xyz/",
        ["no aud"] = (d, _) => d.Payload.Remove("aud"),
        ["no azp"] = (d, _) => d.Payload.Remove("azp"),
        ["azp of nobody"] = (d, _) => (d.Payload["azp"], d.Payload["sub"]) = ("nobody", "nobody@clients"),
        ["azp with a NUL"] = (d, _) => (d.Payload["azp"], d.Payload["sub"]) = ("a\0", "a\0"),
        ["azp is a number"] = (d, _) => (d.Payload["azp"], d.Payload["sub"]) = (1, "1"),
        ["a subject of somebody who signed in through the client"] = (d, _) => d.Payload["sub"] = "auth0|1234",
        ["9 KB"] = (d, _) => d.Payload["x"] = new string('x', 7000),
        ["no object"] = (d, _) => d.Text = "[]",
        ["no JSON"] = (d, _) => d.Text = "{",
        ["four parts"] = (d, _) => d.Finish = token => token + ".x",
        ["five parts"] = (d, _) => d.Finish = token => token + ".x.y",
        ["padding"] = (d, _) => d.Finish = token => token + "=",
        ["the last character spelt otherwise"] = (d, _) => d.Finish = Respell,
    };

    // Nobody without our key can make these, and they do no more than a right one would: decision 25.
    static readonly Dictionary<string, Action<Draft, ApiFixture>> Accepted = new()
    {
        ["as it should be"] = (_, _) => { },
        ["exp as a text"] = (d, a) => d.Payload["exp"] = (Draft.Now(a) + 600).ToString(CultureInfo.InvariantCulture),
        ["exp with a fraction"] = (d, a) => d.Payload["exp"] = Draft.Now(a) + 600.5,
        ["a member twice"] = (d, _) => d.Text = d.Payload.ToJsonString()[..^1] + ",\"scope\":\"settlements:read\"}",
        ["20 levels deep"] = (d, _) => d.Text = d.Payload.ToJsonString()[..^1] + ",\"x\":" + new string('[', 20) + new string(']', 20) + "}",
        ["several audiences"] = (d, _) => d.Payload["aud"] = new JsonArray("https://elsewhere.example", "https://api.keystoneos.xyz"),
        ["at the edge of the skew"] = (d, a) => d.Payload["exp"] = Draft.Now(a) - 20,
    };

    public static TheoryData<string> RefusedNames => new(Refused.Keys);

    public static TheoryData<string> AcceptedNames => new(Accepted.Keys);

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public async Task S3_Refused_whatever_key_signed_it(string name)
    {
        (int status, string code) = await CallAsync(Refused[name]);
        Assert.Equal((401, "invalid_token"), (status, code));
    }

    [Theory]
    [MemberData(nameof(AcceptedNames))]
    public async Task Accepted_with_our_signature(string name) => Assert.Equal(200, (await CallAsync(Accepted[name])).Status);

    /// <summary>Prints the figures of decision 25.</summary>
    [Fact]
    public async Task A_verification_allocates_a_few_kilobytes()
    {
        await using WebApplication app = await api.StartAsync();
        JwtBearerOptions options = app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get("Bearer");
        string token = await api.TokenAsync("platform-a");
        const int Rounds = 2_000;
        for (int i = 0; i < Rounds; i++) await VerifyAsync();
        long bytes = GC.GetAllocatedBytesForCurrentThread(), start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < Rounds; i++) await VerifyAsync();
        double microseconds = TimeProvider.System.GetElapsedTime(start).TotalMicroseconds / Rounds;
        bytes = (GC.GetAllocatedBytesForCurrentThread() - bytes) / Rounds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"verification: {microseconds:0} us, {bytes} bytes allocated, token of {token.Length} characters"));
        Assert.InRange(bytes, token.Length, 20 * token.Length);

        async Task VerifyAsync() => Assert.True((await options.TokenHandlers[0].ValidateTokenAsync(token, options.TokenValidationParameters)).IsValid);
    }

    async Task<(int Status, string Code)> CallAsync(Action<Draft, ApiFixture> change)
    {
        using JsonDocument keys = JsonDocument.Parse(await api.Client.GetStringAsync(api.Url + "/.well-known/jwks.json"));
        Draft draft = new(api, keys.RootElement.GetProperty("keys")[0].GetProperty("kid").GetString()!);
        change(draft, api);
        using RSA rsa = RSA.Create();
        rsa.ImportFromPem(await File.ReadAllTextAsync(Directory.GetFiles(api.KeysFolder, "*.pem").Single()));
        string signed = Part(draft.Header.ToJsonString()) + "." + Part(draft.Text ?? draft.Payload.ToJsonString());
        string token = draft.Finish(signed + "." + Base64Url.EncodeToString(draft.Sign(rsa, Encoding.ASCII.GetBytes(signed))));
        using HttpRequestMessage request = new(HttpMethod.Get, api.Url + "/v1/settlements?limit=1");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"] ?? "");
    }

    static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    // The last character of the payload, whose lowest bits are spare unless its length is a multiple of three; the signature covers the spelling.
    static string Respell(string token)
    {
        int dot = token.LastIndexOf('.');
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        string payload = token[..dot];
        char last = payload[^1];
        return payload[..^1] + Alphabet[Alphabet.IndexOf(last, StringComparison.Ordinal) ^ 1] + token[dot..];
    }
}
