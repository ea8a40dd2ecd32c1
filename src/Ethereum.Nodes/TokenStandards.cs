using System.Buffers.Binary;

namespace Keystone.Ethereum.Nodes;

/// <summary>Token standards that the escrow supports, and their detection by EIP-165.</summary>
public static class TokenStandards
{
    /// <summary>Amounts of one kind (EIP-20).</summary>
    public const string Erc20 = "ERC-20";

    /// <summary>Single tokens with ids (EIP-721).</summary>
    public const string Erc721 = "ERC-721";

    /// <summary>Amounts of many kinds with ids (EIP-1155).</summary>
    public const string Erc1155 = "ERC-1155";

    // EIP-165 names the first two for the question whether a contract can be asked at all.
    const uint Erc165Interface = 0x01ffc9a7, NoInterface = 0xffffffff, Erc721Interface = 0x80ac58cd, Erc1155Interface = 0xd9b67a26;

    /// <summary>The contract's standard. Without EIP-165 it counts as ERC-20; null if it claims to be both ERC-721 and ERC-1155.</summary>
    /// <param name="node">Node of the token's chain.</param>
    /// <param name="token">A contract.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="NodeException">The node does not answer.</exception>
    public static async Task<string?> ReadAsync(IEthereumNode node, Address token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!await SupportsAsync(Erc165Interface) || await SupportsAsync(NoInterface))
            return Erc20;
        return (await SupportsAsync(Erc721Interface), await SupportsAsync(Erc1155Interface)) switch
        {
            (true, true) => null,
            (true, false) => Erc721,
            (false, true) => Erc1155,
            _ => Erc20,
        };

        async Task<bool> SupportsAsync(uint id)
        {
            byte[] data = new byte[36];
            BinaryPrimitives.WriteUInt32BigEndian(data, Erc165Interface);
            BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), id);
            byte[]? answer = await ContractQuestion.AskAsync(node, token, data, cancellationToken);
            return answer is { Length: 32 } && answer[31] == 1 && !answer.AsSpan(0, 31).ContainsAnyExcept((byte)0);
        }
    }
}
