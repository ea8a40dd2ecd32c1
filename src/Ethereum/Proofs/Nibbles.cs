namespace Keystone.Ethereum.Proofs;

/// <summary>Half-bytes of a trie's keys, one in each byte, and their hex-prefix encoding (yellow paper, appendix C).</summary>
internal static class Nibbles
{
    internal static byte[] Of(ReadOnlySpan<byte> key)
    {
        byte[] nibbles = new byte[key.Length * 2];
        for (int i = 0; i < key.Length; i++) (nibbles[i * 2], nibbles[i * 2 + 1]) = ((byte)(key[i] >> 4), (byte)(key[i] & 0xf));
        return nibbles;
    }

    internal static byte[] Pack(ReadOnlySpan<byte> nibbles, bool isLeaf)
    {
        byte[] packed = new byte[nibbles.Length / 2 + 1];
        int flag = (isLeaf ? 2 : 0) | (nibbles.Length & 1);
        packed[0] = (byte)(flag << 4);
        if ((nibbles.Length & 1) == 1)
        {
            packed[0] |= nibbles[0];
            nibbles = nibbles[1..];
        }
        for (int i = 0; i < nibbles.Length; i += 2) packed[i / 2 + 1] = (byte)((nibbles[i] << 4) | nibbles[i + 1]);
        return packed;
    }
}
