using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Keystone.Ethereum.Signers;

/// <summary>The scrypt key derivation function (RFC 7914), which the class library does not have.</summary>
internal static class Scrypt
{
    /// <summary>Derives <paramref name="length"/> bytes. Takes 128 x n x r bytes of memory.</summary>
    /// <param name="n">Cost, a power of two above 1.</param>
    /// <param name="r">Block size.</param>
    /// <param name="p">Parallelization; run one after the other here.</param>
    internal static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        int words = checked(32 * r);
        byte[] blocks = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, checked(4 * words * p));
        uint[] memory = new uint[checked((n + 2) * words)];
        try
        {
            for (int i = 0; i < p; i++)
                MixRom(blocks.AsSpan(i * words * 4, words * 4), memory, n, words);
            return Rfc2898DeriveBytes.Pbkdf2(password, blocks, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(memory.AsSpan()));
        }
    }

    static void MixRom(Span<byte> block, uint[] memory, int n, int words)
    {
        Span<uint> x = memory.AsSpan(n * words, words);
        Span<uint> y = memory.AsSpan((n + 1) * words, words);
        for (int i = 0; i < words; i++)
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(i * 4)..]);
        for (int i = 0; i < n; i++)
        {
            x.CopyTo(memory.AsSpan(i * words, words));
            MixBlock(x, y);
        }
        for (int i = 0; i < n; i++)
        {
            int j = (int)(x[words - 16] & (uint)(n - 1));
            ReadOnlySpan<uint> v = memory.AsSpan(j * words, words);
            for (int k = 0; k < words; k++)
                x[k] ^= v[k];
            MixBlock(x, y);
        }
        for (int i = 0; i < words; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(block[(i * 4)..], x[i]);
    }

    static void MixBlock(Span<uint> block, Span<uint> shuffled)
    {
        int count = block.Length / 16;
        Span<uint> x = stackalloc uint[16];
        block[^16..].CopyTo(x);
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < 16; k++)
                x[k] ^= block[i * 16 + k];
            Salsa(x);
            // Even blocks go to the first half, odd ones to the second.
            x.CopyTo(shuffled.Slice(((i & 1) * (count / 2) + i / 2) * 16, 16));
        }
        shuffled.CopyTo(block);
    }

    // Salsa20/8. Columns, then rows, four times.
    static void Salsa(Span<uint> block)
    {
        Span<uint> x = stackalloc uint[16];
        block.CopyTo(x);
        for (int i = 0; i < 4; i++)
        {
            Quarter(x, 0, 4, 8, 12);
            Quarter(x, 5, 9, 13, 1);
            Quarter(x, 10, 14, 2, 6);
            Quarter(x, 15, 3, 7, 11);
            Quarter(x, 0, 1, 2, 3);
            Quarter(x, 5, 6, 7, 4);
            Quarter(x, 10, 11, 8, 9);
            Quarter(x, 15, 12, 13, 14);
        }
        for (int k = 0; k < 16; k++)
            block[k] += x[k];
    }

    static void Quarter(Span<uint> x, int a, int b, int c, int d)
    {
        x[b] ^= BitOperations.RotateLeft(x[a] + x[d], 7);
        x[c] ^= BitOperations.RotateLeft(x[b] + x[a], 9);
        x[d] ^= BitOperations.RotateLeft(x[c] + x[b], 13);
        x[a] ^= BitOperations.RotateLeft(x[d] + x[c], 18);
    }
}
