using System.Buffers.Binary;
using Keystone.Escrow.Contracts;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;
using Keystone.Ethereum.Nodes;
using Nethereum.Contracts;

namespace Keystone.Cli.Deploy;

/// <summary>
/// Puts contracts where anyone can compute them: CREATE2 through the deterministic deployment proxy (the same address on most chains), salt zero.
/// A contract that is there already is taken as it is.
/// </summary>
internal sealed class Deployer(IEthereumNode node, TransactionSender sender)
{
    static readonly Address Proxy = Address.Parse(PublishedContract.SettlementEscrow.Deployer!);

    /// <summary>What a deployment would do and cost, in sentences. Sends nothing.</summary>
    /// <exception cref="CommandFault">No proxy on this chain, other code at the address, or too little to pay for it.</exception>
    public async Task<string> PlanEscrowAsync(Address payer, CancellationToken cancellationToken)
    {
        long chainId = await node.GetChainIdAsync(cancellationToken);
        byte[] creationCode = new SettlementEscrowDeployment().GetDeploymentData();
        Address address = AddressOf(creationCode);
        Hash32 expected = EscrowCodeHash(chainId, address);
        byte[] code = await node.GetCodeAsync(address, BlockTag.Latest, cancellationToken);
        if (code.Length > 0)
        {
            return Keccak256.Hash(code) == expected
                ? $"SettlementEscrow is at {address} on chain {chainId} already, with the right code; nothing would be sent."
                : throw new CommandFault($"The code at {address} on chain {chainId} has the hash {Keccak256.Hash(code)}, not {expected}: it is not the escrow of this build.");
        }
        await RequireProxyAsync(chainId, cancellationToken);
        SendingCost cost = await sender.CostAsync(payer, Proxy, (byte[])[.. Hash32.Zero.ToBytes(), .. creationCode], cancellationToken);
        UInt256 balance = await node.GetBalanceAsync(payer, BlockTag.Latest, cancellationToken);
        string plan = $"SettlementEscrow would be at {address} on chain {chainId}, code hash {expected}: {cost}. {payer} has {SendingCost.Ether(balance)} ether.";
        return balance.CompareTo(cost.Most) >= 0 ? plan : throw new CommandFault($"{plan} That is too little.");
    }

    /// <summary>The escrow at its address, with the code hash that this build expects there.</summary>
    /// <exception cref="CommandFault">No proxy on this chain, or other code than expected.</exception>
    public async Task<Deployment> DeployEscrowAsync(CancellationToken cancellationToken)
    {
        long chainId = await node.GetChainIdAsync(cancellationToken);
        Deployment deployment = await DeployAsync(chainId, new SettlementEscrowDeployment().GetDeploymentData(), cancellationToken);
        Hash32 expected = EscrowCodeHash(chainId, deployment.Address);
        return deployment.CodeHash == expected
            ? deployment
            : throw new CommandFault($"The code at {deployment.Address} on chain {chainId} has the hash {deployment.CodeHash}, not {expected}: it is not the escrow of this build.");
    }

    /// <summary>An openly mintable ERC-20, for sandboxes only.</summary>
    public async Task<Deployment> DeployTokenAsync(string name, string symbol, byte decimals, CancellationToken cancellationToken)
    {
        byte[] creationCode = new MintableTokenDeployment { Name = name, Symbol = symbol, Decimals = decimals }.GetDeploymentData();
        return await DeployAsync(await node.GetChainIdAsync(cancellationToken), creationCode, cancellationToken);
    }

    /// <summary>A published test token with the constructor of MintableToken, for sandboxes only.</summary>
    public async Task<Deployment> DeployTokenAsync(PublishedContract token, string name, string symbol, byte decimals, CancellationToken cancellationToken) =>
        await DeployAsync(await node.GetChainIdAsync(cancellationToken),
            [.. Hex.Decode(token.CreationCode), .. AbiValue.Tuple(AbiValue.String(name), AbiValue.String(symbol), AbiValue.Uint(decimals)).Encode()], cancellationToken);

    /// <summary>A contract without constructor arguments.</summary>
    public async Task<Deployment> DeployAsync(PublishedContract contract, CancellationToken cancellationToken) =>
        await DeployAsync(await node.GetChainIdAsync(cancellationToken), Hex.Decode(contract.CreationCode), cancellationToken);

    async Task<Deployment> DeployAsync(long chainId, byte[] creationCode, CancellationToken cancellationToken)
    {
        Address address = AddressOf(creationCode);
        TransactionReceipt? receipt = null;
        byte[] code = await node.GetCodeAsync(address, BlockTag.Latest, cancellationToken);
        if (code.Length == 0)
        {
            await RequireProxyAsync(chainId, cancellationToken);
            receipt = await sender.SendAsync(Proxy, (byte[])[.. Hash32.Zero.ToBytes(), .. creationCode], cancellationToken);
            code = await node.GetCodeAsync(address, BlockTag.Latest, cancellationToken);
            if (code.Length == 0) throw new CommandFault($"The deployment {receipt.TransactionHash} was mined, but there is no code at {address}.");
        }
        return new Deployment(chainId, address, Keccak256.Hash(code), receipt?.BlockNumber, receipt?.TransactionHash);
    }

    /// <summary>Keccak-256 of the escrow's runtime code at an address of a chain: the constructor's words filled in.</summary>
    internal static Hash32 EscrowCodeHash(long chainId, Address at)
    {
        byte[] chain = new byte[32];
        BinaryPrimitives.WriteInt64BigEndian(chain.AsSpan(24), chainId);
        return Keccak256.Hash(PublishedContract.SettlementEscrow.RuntimeCode(new Dictionary<string, byte[]>
        {
            ["chainId"] = chain,
            ["domainSeparator"] = TypedData.DomainSeparator("Keystone SettlementEscrow", "1", (ulong)chainId, at).ToBytes(),
        }));
    }

    /// <summary>EIP-1014, from the proxy with salt zero.</summary>
    static Address AddressOf(byte[] creationCode)
    {
        byte[] preimage = [0xff, .. Proxy.ToBytes(), .. Hash32.Zero.ToBytes(), .. Keccak256.Hash(creationCode).ToBytes()];
        return new Address(Keccak256.Hash(preimage).ToBytes().AsSpan(12));
    }

    async Task RequireProxyAsync(long chainId, CancellationToken cancellationToken)
    {
        if ((await node.GetCodeAsync(Proxy, BlockTag.Latest, cancellationToken)).Length == 0)
            throw new CommandFault($"Chain {chainId} has no deterministic deployment proxy at {Proxy}; deploy that first.");
    }
}

/// <summary>A contract on a chain.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Address">Where it is.</param>
/// <param name="CodeHash">Keccak-256 of its runtime code.</param>
/// <param name="Block">Height of its creation; null when it had been there.</param>
/// <param name="Transaction">Its creation; null when it had been there.</param>
internal sealed record Deployment(long ChainId, Address Address, Hash32 CodeHash, long? Block, Hash32? Transaction);
