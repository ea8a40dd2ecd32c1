using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.Runtime;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing.Scripted;
using Microsoft.AspNetCore.Http;

namespace Keystone.Ethereum.Signers.Tests;

/// <summary>Against a service of our own that speaks the protocol of AWS KMS, asked through the SDK of AWS.</summary>
public sealed class AwsKmsSignerTests : IDisposable
{
    const string KeyId = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

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
    public async Task Signs_the_same_bytes_as_the_key_itself_whichever_half_s_comes_from(bool highS)
    {
        ConcurrentQueue<string> asked = new();
        await using ScriptedEndpoint service = await ServeAsync(asked, digest => Der(digest, highS));
        using AwsKmsSigner signer = Signer(service, _key.Address);
        // Sixteen digests, so that both recovery ids and short integers occur.
        for (ulong nonce = 0; nonce < 16; nonce++)
        {
            Eip1559Transaction transaction = CloudScene.Transaction with { Nonce = nonce };
            SignedTransaction expected = await _key.SignAsync(transaction, default), signed = await signer.SignAsync(transaction, default);
            Assert.Equal(expected.Raw.ToArray(), signed.Raw.ToArray());
            Assert.Equal(expected.Hash, signed.Hash);
        }
        Assert.Equal(16, asked.Count);
        Assert.All(asked, request => Assert.Equal($"TrentService.Sign {KeyId} DIGEST ECDSA_SHA_256 eu-central-1/kms", request));
    }

    [Fact]
    public async Task What_is_no_signature_of_the_account_is_refused()
    {
        using PrivateKeySigner other = new(Keccak256.Hash([5]).ToBytes());
        byte[] word = Enumerable.Repeat((byte)0x11, 32).ToArray(), zero = new byte[32], order = CloudScene.Order.ToBytes();
        await RefusedAsync(digest => CloudScene.Der(CloudScene.Sign(other, digest, false).R, CloudScene.Sign(other, digest, false).S), "another account");
        await RefusedAsync(_ => CloudScene.Der(word, zero), "s is zero");
        await RefusedAsync(_ => CloudScene.Der(zero, word), "r is zero");
        await RefusedAsync(_ => CloudScene.Der(word, order), "s is zero or not below");
        await RefusedAsync(_ => CloudScene.Der(order, word), "r is zero or not below");
        await RefusedAsync(digest => [.. Der(digest, false), 0], "not in DER");
        await RefusedAsync(digest => Der(digest, false)[..^1], "not in DER");
        // An integer with a leading zero that it does not need: BER, and not DER.
        await RefusedAsync(_ => [0x30, 0x08, 0x02, 0x02, 0x00, 0x01, 0x02, 0x02, 0x00, 0x01], "not in DER");
        await RefusedAsync(_ => [0x30, 0x06, 0x02, 0x01, 0xff, 0x02, 0x01, 0x01], "below zero");
        await RefusedAsync(_ => [0x30, 0x26, 0x02, 0x21, 0x01, .. new byte[32], 0x02, 0x01, 0x01], "more than 32 bytes");
        await RefusedAsync(_ => [], "not in DER");
    }

    [Fact]
    public async Task A_service_that_refuses_or_is_away_is_named_without_what_it_says()
    {
        Uri gone;
        await using (ScriptedEndpoint service = await ScriptedEndpoint.StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            context.Response.Headers["x-amzn-errortype"] = "AccessDeniedException";
            context.Response.ContentType = "application/x-amz-json-1.1";
            return context.Response.WriteAsync("""{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::111122223333:assumed-role/secret-role is not authorized"}""");
        }))
        {
            gone = service.Url;
            using AwsKmsSigner signer = Signer(service, _key.Address);
            SignerException refusal = await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(CloudScene.Transaction, default));
            Assert.Equal($"AWS KMS refuses to sign with the key of {_key.Address}: AccessDeniedException, HTTP 400.", refusal.Message);
        }
        using AwsKmsSigner away = AwsKmsSigner.Create(_client, KeyId, "eu-central-1", gone, _key.Address, new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        SignerException unreachable = await Assert.ThrowsAsync<SignerException>(async () => await away.SignAsync(CloudScene.Transaction, default));
        Assert.Contains("not reachable", unreachable.Message, StringComparison.Ordinal);
    }

    byte[] Der(byte[] digest, bool highS)
    {
        (byte[] r, byte[] s) = CloudScene.Sign(_key, digest, highS);
        return CloudScene.Der(r, s);
    }

    async Task RefusedAsync(Func<byte[], byte[]> answer, string words)
    {
        await using ScriptedEndpoint service = await ServeAsync(new(), answer);
        using AwsKmsSigner signer = Signer(service, _key.Address);
        SignerException refusal = await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(CloudScene.Transaction, default));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    AwsKmsSigner Signer(ScriptedEndpoint service, Address address) =>
        AwsKmsSigner.Create(_client, KeyId, "eu-central-1", service.Url, address, new BasicAWSCredentials("AKIDEXAMPLE", "secret"));

    static Task<ScriptedEndpoint> ServeAsync(ConcurrentQueue<string> asked, Func<byte[], byte[]> answer) => ScriptedEndpoint.StartAsync(async context =>
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        string Text(string name) => body.RootElement.GetProperty(name).GetString()!;
        // Signature Version 4: Credential=ID/DATE/REGION/SERVICE/aws4_request.
        string[] credential = context.Request.Headers.Authorization.ToString().Split("Credential=")[1].Split(',')[0].Split('/');
        asked.Enqueue($"{context.Request.Headers["X-Amz-Target"]} {Text("KeyId")} {Text("MessageType")} {Text("SigningAlgorithm")} {credential[2]}/{credential[3]}");
        context.Response.ContentType = "application/x-amz-json-1.1";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            KeyId = Text("KeyId"),
            Signature = Convert.ToBase64String(answer(Convert.FromBase64String(Text("Message")))),
            SigningAlgorithm = "ECDSA_SHA_256",
        }));
    });
}
