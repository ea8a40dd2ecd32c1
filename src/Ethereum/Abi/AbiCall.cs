using System.Text;

namespace Keystone.Ethereum.Abi;

/// <summary>Selectors and call data.</summary>
public static class AbiCall
{
    /// <summary>First four bytes of the hash of a canonical signature, for example <c>transfer(address,uint256)</c>.</summary>
    public static byte[] Selector(string signature) => Topic(signature).ToBytes()[..4];

    /// <summary>Hash of a canonical signature: <c>topic0</c> of an event, or an EIP-712 type hash.</summary>
    public static Hash32 Topic(string signature) => Keccak256.Hash(Encoding.ASCII.GetBytes(signature));

    /// <summary>Selector followed by the encoded arguments.</summary>
    public static byte[] Encode(string signature, params ReadOnlySpan<AbiValue> arguments)
    {
        byte[] body = AbiValue.Tuple(arguments).Encode();
        return [.. Selector(signature), .. body];
    }
}
