using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Web3;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using TransactionReceipt = Keystone.Ethereum.TransactionReceipt;

namespace Keystone.EndToEnd;

/// <summary>A wallet of a new key that knows nothing of the product: it sends transactions as they are given to it, and signs documents with viem.</summary>
internal sealed class SignedWallet(IEthereumNode node, long chainId) : IDisposable
{
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    PrivateKeySigner? _signer;

    PrivateKeySigner Signer => _signer ??= new PrivateKeySigner(_key);

    public Address Address => Signer.Address;

    /// <summary>Sends <c>to</c>, <c>value</c> and <c>data</c> of an operation, with a gas limit of its estimate and a quarter.</summary>
    public async Task<TransactionReceipt> ExecuteAsync(JsonObject operation)
    {
        long gas = (long)operation["gas_estimate"]!;
        string hash = await NodeWeb3.Create(node, Signer, chainId).Eth.TransactionManager.SendTransactionAsync(new TransactionInput
        {
            From = Address.ToString(),
            To = (string)operation["to"]!,
            Value = new HexBigInteger(System.Numerics.BigInteger.Parse((string)operation["value"]!, System.Globalization.CultureInfo.InvariantCulture)),
            Data = (string)operation["data"]!,
            Gas = new HexBigInteger(gas + gas / 4),
            MaxPriorityFeePerGas = new HexBigInteger(1_000_000_000),
            MaxFeePerGas = new HexBigInteger(100_000_000_000),
        });
        TransactionReceipt? receipt = null;
        await Testing.Eventually.TrueAsync(async () => (receipt = await node.GetTransactionReceiptAsync(Hash32.Parse(hash), CancellationToken.None)) is not null);
        Assert.True(receipt!.Succeeded, operation.ToJsonString());
        return receipt;
    }

    /// <summary>The body that sends the wallet's signature of a document.</summary>
    public async Task<JsonObject> SignAsync(JsonObject document)
    {
        using Process viem = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(NativeTool.RepositoryRoot, "tests", "EndToEnd", "sign.mjs") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await viem.StandardInput.WriteAsync(new JsonObject { ["key"] = Hex.Encode(_key), ["typedData"] = document["typed_data"]!.DeepClone() }.ToJsonString());
        viem.StandardInput.Close();
        string signature = await viem.StandardOutput.ReadToEndAsync();
        await viem.WaitForExitAsync();
        Assert.Equal(0, viem.ExitCode);
        JsonObject body = (JsonObject)document["submit"]!.DeepClone();
        body["signature"] = signature;
        return body;
    }

    public void Dispose() => _signer?.Dispose();
}
