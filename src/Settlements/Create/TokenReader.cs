using System.Buffers.Binary;
using System.Text;
using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;

namespace Keystone.Settlements.Create;

/// <summary>Reads an unregistered token from the node, once: code, standard (ERC-165), decimals, symbol.</summary>
internal sealed class TokenReader(IEthereumNodes nodes, TokenReads reads)
{
    static readonly byte[] DecimalsCall = [0x31, 0x3c, 0xe5, 0x67];
    static readonly byte[] SymbolCall = [0x95, 0xd8, 0x9b, 0x41];

    /// <summary>The token; null with a reason when there is none at the address.</summary>
    /// <exception cref="TokenReadsException">The caller's environment has had its readings of this minute.</exception>
    /// <exception cref="NodeException">The node does not answer, or is one of another chain.</exception>
    public async Task<(Instrument? Token, string? Reason)> ReadAsync(Caller caller, Guid id, Address address, CancellationToken cancellationToken)
    {
        long chainId = caller.ChainId;
        reads.Take(caller.EnvironmentId);
        if (nodes.Chains.All(c => c.ChainId != chainId))
            throw new InvalidOperationException($"Chains does not name chain {chainId}, on which an environment settles.");
        IEthereumNode node = nodes.For(chainId);
        // A node of another chain would describe another token.
        if (await node.GetChainIdAsync(cancellationToken) != chainId)
            throw new NodeException("The node is one of another chain.");
        byte[] code = await node.GetCodeAsync(address, BlockTag.Latest, cancellationToken);
        if (code.Length == 0)
            return (null, "There is no contract at this address.");
        byte[]? symbol = await ContractQuestion.AskAsync(node, address, SymbolCall, cancellationToken);
        string? standard = await TokenStandards.ReadAsync(node, address, cancellationToken);
        if (standard is null)
            return (null, "The contract at this address says that it is an ERC-721 and an ERC-1155 token at once.");
        if (standard != TokenStandards.Erc20)
            return (new Instrument(id, address, null, ReadSymbol(symbol), standard, 0, Keccak256.Hash(code), IsNew: true), null);
        byte[]? decimals = await ContractQuestion.AskAsync(node, address, DecimalsCall, cancellationToken);
        if (decimals is not { Length: 32 } || decimals.AsSpan(0, 31).ContainsAnyExcept((byte)0) || decimals[31] > 77)
            return (null, "The contract at this address does not answer decimals() as an ERC-20 token does, nor say that it is an ERC-721 or ERC-1155 token (ERC-165).");
        return (new Instrument(id, address, null, ReadSymbol(symbol), TokenStandards.Erc20, decimals[31], Keccak256.Hash(code), IsNew: true), null);
    }

    const int LongestSymbol = 1_024;

    // A string, or the bytes32 of early tokens.
    static string? ReadSymbol(byte[]? answer)
    {
        ReadOnlySpan<byte> text = answer switch
        {
            { Length: 32 } => answer.AsSpan().TrimEnd((byte)0),
            { Length: >= 64 } when BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(24)) == 32
                && BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(56)) is var length && length <= (ulong)(answer.Length - 64) => answer.AsSpan(64, (int)length),
            _ => default,
        };
        return NameKey.Clean(Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestSymbol)]));
    }
}
