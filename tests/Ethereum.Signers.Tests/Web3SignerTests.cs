using System.Text;
using System.Text.Json;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Signers.Tests;

/// <summary>Against a service of our own that speaks Web3Signer's execution-layer interface.</summary>
public sealed class Web3SignerTests(ITestOutputHelper output) : IDisposable
{
    // Private key 1: its public key is the generator of the curve.
    const string PublicKey = "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    static readonly byte[] Key = [.. new byte[31], 1];
    static readonly Eip1559Transaction Transaction = new(11155111, 3, 1UL, 100UL, 21_000, Address.Zero, UInt256.One, new byte[] { 1 });

    readonly HttpClient _client = new();
    readonly PrivateKeySigner _key = new(Key);

    public void Dispose()
    {
        _client.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    public async Task Signs_the_same_bytes_as_the_key_itself(string quote)
    {
        List<string> asked = [];
        await using ScriptedEndpoint service = await ServeAsync(asked, signature => $"{quote}{Hex.Encode(signature)}{quote}");
        Web3Signer signer = new(_client, new UriBuilder(service.Url) { Path = "/vault/" }.Uri, _key.Address);
        foreach (Eip1559Transaction transaction in (Eip1559Transaction[])[Transaction, Transaction with { To = null, Data = default }])
        {
            SignedTransaction expected = await _key.SignAsync(transaction, default);
            SignedTransaction signed = await signer.SignAsync(transaction, default);
            Assert.Equal(expected.Raw.ToArray(), signed.Raw.ToArray());
            Assert.Equal(expected.Hash, signed.Hash);
        }
        Assert.Equal(["/vault/api/v1/eth1/publicKeys", .. Enumerable.Repeat($"/vault/api/v1/eth1/sign/{PublicKey}", 2)], asked);
    }

    [Fact]
    public async Task Signatures_for_random_keys_recover_to_their_account_with_a_low_s()
    {
        Dictionary<string, PrivateKeySigner> keys = [];
        await using ScriptedEndpoint service = await ScriptedEndpoint.StartAsync(async context =>
        {
            if (context.Request.Method == "GET")
            {
                await context.Response.WriteAsync(JsonSerializer.Serialize(keys.Keys));
                return;
            }
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
            PrivateKeySigner key = keys[context.Request.Path.Value!.Split('/')[^1]];
            await context.Response.WriteAsync(Hex.Encode(key.SignDigest(Keccak256.Hash(Hex.Decode(body.RootElement.GetProperty("data").GetString()!))).ToBytes()));
        });
        await Peers.CompareAsync("signatures", 250, output, vector =>
        {
            using PrivateKeySigner key = new(Hex.Decode(vector.GetProperty("key").GetString()!));
            keys.Clear();
            keys[vector.GetProperty("publicKey").GetString()!] = key;
            Web3Signer signer = new(_client, service.Url, key.Address);
            Eip1559Transaction transaction = PeerTransaction.Of(vector);
            RecoverableSignature signature = signer.SignAsync(TransactionCodec.SigningPayload(transaction), default).Result;
            Assert.True(signature.IsLowS);
            Assert.Equal(vector.GetProperty("from").GetString(), Secp256k1.Recover(TransactionCodec.SigningHash(transaction), signature).ToString());
            Assert.Equal(vector.GetProperty("raw").GetString(), Hex.Encode(signer.SignAsync(transaction, default).Result.Raw.Span));
        });
    }

    [Fact]
    public async Task A_signature_of_another_or_in_another_form_is_refused()
    {
        using PrivateKeySigner other = new(Keccak256.Hash([5]).ToBytes());
        byte[] foreign = other.SignDigest(TransactionCodec.SigningHash(Transaction)).ToBytes();
        await RefusedAsync(_ => Hex.Encode(foreign), "another account");
        await RefusedAsync(signature => Hex.Encode(HighS(signature)), "upper half");
        await RefusedAsync(signature => Hex.Encode(signature[..64]), "no signature");
        await RefusedAsync(_ => "<html>", "no signature");
        await RefusedAsync(signature => Hex.Encode([.. signature[..64], 29]), "v = 29");
        await RefusedAsync(signature => Hex.Encode([.. signature[..64], (byte)(55 - signature[64])]), "another account");
        await RefusedAsync(_ => new string('x', 2_000_000), "more than");
    }

    [Fact]
    public async Task A_service_without_the_key_or_without_an_answer_is_named()
    {
        await using ScriptedEndpoint service = await ServeAsync([], signature => Hex.Encode(signature));
        Web3Signer stranger = new(_client, service.Url, Address.Zero);
        Assert.Contains("no key of 0x0000", (await Refused(stranger)).Message, StringComparison.Ordinal);
        Uri gone;
        await using (ScriptedEndpoint empty = await ScriptedEndpoint.AnsweringAsync("busy", 503))
        {
            gone = new UriBuilder(empty.Url) { UserName = "keeper", Password = "secret" }.Uri;
            Assert.Contains("HTTP 503", (await Refused(new Web3Signer(_client, gone, _key.Address))).Message, StringComparison.Ordinal);
        }
        SignerException unreachable = await Refused(new Web3Signer(_client, gone, _key.Address));
        Assert.Contains("not reachable", unreachable.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", unreachable.ToString(), StringComparison.Ordinal);
        await using ScriptedEndpoint silent = await ScriptedEndpoint.StartAsync(context =>
            Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        Assert.Contains("within 0.2 s", (await Refused(new Web3Signer(_client, silent.Url, _key.Address, TimeSpan.FromMilliseconds(200)))).Message, StringComparison.Ordinal);

        static Task<SignerException> Refused(Web3Signer signer) => Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Transaction, default));
    }

    async Task RefusedAsync(Func<byte[], string> answer, string words)
    {
        await using ScriptedEndpoint service = await ServeAsync([], answer);
        Web3Signer signer = new(_client, service.Url, _key.Address);
        SignerException refusal = await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Transaction, default));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    Task<ScriptedEndpoint> ServeAsync(List<string> asked, Func<byte[], string> answer) => ScriptedEndpoint.StartAsync(async context =>
    {
        asked.Add(context.Request.Path);
        if (context.Request.Method == "GET")
        {
            await context.Response.WriteAsync($"[\"0x{new string('7', 128)}\",\"{PublicKey}\"]");
            return;
        }
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        // The service hashes what it is given.
        byte[] data = Hex.Decode(body.RootElement.GetProperty("data").GetString()!);
        await context.Response.WriteAsync(answer(_key.SignDigest(Keccak256.Hash(data)).ToBytes()), Encoding.UTF8);
    });

    // The other solution of the curve: valid for a verifier, and refused by EIP-2.
    static byte[] HighS(byte[] signature)
    {
        UInt256 order = new(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
        byte[] high = (order - new UInt256(signature.AsSpan(32, 32))).ToBytes();
        return [.. signature[..32], .. high, (byte)(55 - signature[64])];
    }
}
