using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;

namespace Keystone.Cli.Deploy;

/// <summary>
/// Puts contracts where anyone can compute them: CREATE2 through the deterministic deployment proxy (the same address on most chains), salt zero.
/// A contract that is there already is taken as it is.
/// </summary>
internal sealed class Deployer(IEthereumNode node, TransactionSender sender)
{
    static readonly Address Proxy = Address.Parse("0x4e59b44847b379578588920cA78FbF26c0B4956C");

    /// <summary>What a deployment would do and cost, in sentences. Sends nothing.</summary>
    /// <exception cref="CommandFault">No proxy on this chain, other code at the address, or too little to pay for it.</exception>
    public async Task<string> PlanEscrowAsync(Address payer, CancellationToken cancellationToken)
    {
        long chainId = await node.GetChainIdAsync(cancellationToken);
        byte[] creationCode = ContractArtifact.Escrow.CreationCode;
        Address address = AddressOf(creationCode);
        Hash32 expected = ContractArtifact.Escrow.EscrowCodeHash(chainId, address);
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
        Deployment deployment = await DeployAsync(chainId, ContractArtifact.Escrow.CreationCode, cancellationToken);
        Hash32 expected = ContractArtifact.Escrow.EscrowCodeHash(chainId, deployment.Address);
        return deployment.CodeHash == expected
            ? deployment
            : throw new CommandFault($"The code at {deployment.Address} on chain {chainId} has the hash {deployment.CodeHash}, not {expected}: it is not the escrow of this build.");
    }

    /// <summary>An openly mintable ERC-20, for sandboxes only.</summary>
    public async Task<Deployment> DeployTokenAsync(string name, string symbol, byte decimals, CancellationToken cancellationToken)
    {
        byte[] arguments = AbiValue.Tuple(AbiValue.String(name), AbiValue.String(symbol), AbiValue.Uint(decimals)).Encode();
        return await DeployAsync(await node.GetChainIdAsync(cancellationToken), [.. ContractArtifact.MintableToken.CreationCode, .. arguments], cancellationToken);
    }

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
