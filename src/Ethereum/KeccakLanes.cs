using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Keystone.Ethereum;

/// <summary>
/// Keccak-256 of several inputs. One after the other, each costs what its length costs; eight beside each other in the lanes of wide registers cost little more than one.
/// </summary>
internal static class KeccakLanes
{
    const int Rate = Keccak256.Rate;

    const int Lanes = 8;

    // Where there are fewer, most of the lanes would be empty.
    const int Few = 3;

    /// <summary>True where hashing so many inputs beside each other is faster than one after the other.</summary>
    public static bool PaysOff(int inputs) => Avx512F.IsSupported && BitConverter.IsLittleEndian && inputs >= Few;

    /// <summary>As <see cref="Keccak256.HashAll"/>.</summary>
    [SkipLocalsInit]
    public static void HashAll(ReadOnlySpan<ReadOnlyMemory<byte>> inputs, Span<Hash32> hashes)
    {
        // Word w of lane l stands at w * 8 + l: a vector holds the same word of all lanes.
        Span<ulong> state = stackalloc ulong[25 * Lanes];
        Span<byte> last = stackalloc byte[Rate];
        Span<byte> output = stackalloc byte[Hash32.Size];
        Span<int> at = stackalloc int[Lanes], read = stackalloc int[Lanes];
        int next = 0, open = 0;
        state.Clear();
        at.Fill(-1);
        for (int lane = 0; lane < Lanes && next < inputs.Length; lane++, open++) (at[lane], read[lane]) = (next++, 0);
        while (open > 0)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                if (at[lane] < 0) continue;
                ReadOnlySpan<byte> rest = inputs[at[lane]].Span[read[lane]..];
                if (rest.Length >= Rate)
                {
                    Absorb(state, lane, rest[..Rate]);
                    read[lane] += Rate;
                    continue;
                }
                last.Clear();
                rest.CopyTo(last);
                last[rest.Length] = 0x01;
                last[Rate - 1] |= 0x80;
                Absorb(state, lane, last);
                // No input is as long.
                read[lane] = -1;
            }
            Permute8(ref MemoryMarshal.GetReference(state));
            for (int lane = 0; lane < Lanes; lane++)
            {
                if (at[lane] < 0 || read[lane] >= 0) continue;
                for (int word = 0; word < 4; word++) BinaryPrimitives.WriteUInt64LittleEndian(output[(word * 8)..], state[word * Lanes + lane]);
                hashes[at[lane]] = new Hash32(output);
                (at[lane], read[lane]) = next < inputs.Length ? (next++, 0) : (-1, 0);
                if (at[lane] < 0) open--;
                else for (int word = 0; word < 25; word++) state[word * Lanes + lane] = 0;
            }
        }
    }

    static void Absorb(Span<ulong> state, int lane, ReadOnlySpan<byte> block)
    {
        ref ulong word = ref Unsafe.Add(ref MemoryMarshal.GetReference(state), lane);
        ref byte from = ref MemoryMarshal.GetReference(block);
        for (int i = 0; i < Rate / 8; i++) Unsafe.Add(ref word, i * Lanes) ^= Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, i * 8));
    }

    // As Keccak256.Permute, row by row: xor of three is 0x96, a ^ (~b & c) is 0xd2.
    [SkipLocalsInit]
    static void Permute8(ref ulong state)
    {
        Vector512<ulong> a0 = Vector512.LoadUnsafe(ref state, 0);
        Vector512<ulong> a1 = Vector512.LoadUnsafe(ref state, 8);
        Vector512<ulong> a2 = Vector512.LoadUnsafe(ref state, 16);
        Vector512<ulong> a3 = Vector512.LoadUnsafe(ref state, 24);
        Vector512<ulong> a4 = Vector512.LoadUnsafe(ref state, 32);
        Vector512<ulong> a5 = Vector512.LoadUnsafe(ref state, 40);
        Vector512<ulong> a6 = Vector512.LoadUnsafe(ref state, 48);
        Vector512<ulong> a7 = Vector512.LoadUnsafe(ref state, 56);
        Vector512<ulong> a8 = Vector512.LoadUnsafe(ref state, 64);
        Vector512<ulong> a9 = Vector512.LoadUnsafe(ref state, 72);
        Vector512<ulong> a10 = Vector512.LoadUnsafe(ref state, 80);
        Vector512<ulong> a11 = Vector512.LoadUnsafe(ref state, 88);
        Vector512<ulong> a12 = Vector512.LoadUnsafe(ref state, 96);
        Vector512<ulong> a13 = Vector512.LoadUnsafe(ref state, 104);
        Vector512<ulong> a14 = Vector512.LoadUnsafe(ref state, 112);
        Vector512<ulong> a15 = Vector512.LoadUnsafe(ref state, 120);
        Vector512<ulong> a16 = Vector512.LoadUnsafe(ref state, 128);
        Vector512<ulong> a17 = Vector512.LoadUnsafe(ref state, 136);
        Vector512<ulong> a18 = Vector512.LoadUnsafe(ref state, 144);
        Vector512<ulong> a19 = Vector512.LoadUnsafe(ref state, 152);
        Vector512<ulong> a20 = Vector512.LoadUnsafe(ref state, 160);
        Vector512<ulong> a21 = Vector512.LoadUnsafe(ref state, 168);
        Vector512<ulong> a22 = Vector512.LoadUnsafe(ref state, 176);
        Vector512<ulong> a23 = Vector512.LoadUnsafe(ref state, 184);
        Vector512<ulong> a24 = Vector512.LoadUnsafe(ref state, 192);
        foreach (ulong constant in Keccak256.RoundConstants)
        {
            Vector512<ulong> c0 = Avx512F.TernaryLogic(Avx512F.TernaryLogic(a0, a5, a10, 0x96), a15, a20, 0x96);
            Vector512<ulong> c1 = Avx512F.TernaryLogic(Avx512F.TernaryLogic(a1, a6, a11, 0x96), a16, a21, 0x96);
            Vector512<ulong> c2 = Avx512F.TernaryLogic(Avx512F.TernaryLogic(a2, a7, a12, 0x96), a17, a22, 0x96);
            Vector512<ulong> c3 = Avx512F.TernaryLogic(Avx512F.TernaryLogic(a3, a8, a13, 0x96), a18, a23, 0x96);
            Vector512<ulong> c4 = Avx512F.TernaryLogic(Avx512F.TernaryLogic(a4, a9, a14, 0x96), a19, a24, 0x96);
            Vector512<ulong> d0 = c4 ^ Avx512F.RotateLeft(c1, 1);
            Vector512<ulong> d1 = c0 ^ Avx512F.RotateLeft(c2, 1);
            Vector512<ulong> d2 = c1 ^ Avx512F.RotateLeft(c3, 1);
            Vector512<ulong> d3 = c2 ^ Avx512F.RotateLeft(c4, 1);
            Vector512<ulong> d4 = c3 ^ Avx512F.RotateLeft(c0, 1);
            Vector512<ulong> b0 = a0 ^ d0;
            Vector512<ulong> b1 = Avx512F.RotateLeft(a6 ^ d1, 44);
            Vector512<ulong> b2 = Avx512F.RotateLeft(a12 ^ d2, 43);
            Vector512<ulong> b3 = Avx512F.RotateLeft(a18 ^ d3, 21);
            Vector512<ulong> b4 = Avx512F.RotateLeft(a24 ^ d4, 14);
            Vector512<ulong> b5 = Avx512F.RotateLeft(a3 ^ d3, 28);
            Vector512<ulong> b6 = Avx512F.RotateLeft(a9 ^ d4, 20);
            Vector512<ulong> b7 = Avx512F.RotateLeft(a10 ^ d0, 3);
            Vector512<ulong> b8 = Avx512F.RotateLeft(a16 ^ d1, 45);
            Vector512<ulong> b9 = Avx512F.RotateLeft(a22 ^ d2, 61);
            Vector512<ulong> b10 = Avx512F.RotateLeft(a1 ^ d1, 1);
            Vector512<ulong> b11 = Avx512F.RotateLeft(a7 ^ d2, 6);
            Vector512<ulong> b12 = Avx512F.RotateLeft(a13 ^ d3, 25);
            Vector512<ulong> b13 = Avx512F.RotateLeft(a19 ^ d4, 8);
            Vector512<ulong> b14 = Avx512F.RotateLeft(a20 ^ d0, 18);
            Vector512<ulong> b15 = Avx512F.RotateLeft(a4 ^ d4, 27);
            Vector512<ulong> b16 = Avx512F.RotateLeft(a5 ^ d0, 36);
            Vector512<ulong> b17 = Avx512F.RotateLeft(a11 ^ d1, 10);
            Vector512<ulong> b18 = Avx512F.RotateLeft(a17 ^ d2, 15);
            Vector512<ulong> b19 = Avx512F.RotateLeft(a23 ^ d3, 56);
            Vector512<ulong> b20 = Avx512F.RotateLeft(a2 ^ d2, 62);
            Vector512<ulong> b21 = Avx512F.RotateLeft(a8 ^ d3, 55);
            Vector512<ulong> b22 = Avx512F.RotateLeft(a14 ^ d4, 39);
            Vector512<ulong> b23 = Avx512F.RotateLeft(a15 ^ d0, 41);
            Vector512<ulong> b24 = Avx512F.RotateLeft(a21 ^ d1, 2);
            a0 = Avx512F.TernaryLogic(b0, b1, b2, 0xd2) ^ Vector512.Create(constant);
            a1 = Avx512F.TernaryLogic(b1, b2, b3, 0xd2);
            a2 = Avx512F.TernaryLogic(b2, b3, b4, 0xd2);
            a3 = Avx512F.TernaryLogic(b3, b4, b0, 0xd2);
            a4 = Avx512F.TernaryLogic(b4, b0, b1, 0xd2);
            a5 = Avx512F.TernaryLogic(b5, b6, b7, 0xd2);
            a6 = Avx512F.TernaryLogic(b6, b7, b8, 0xd2);
            a7 = Avx512F.TernaryLogic(b7, b8, b9, 0xd2);
            a8 = Avx512F.TernaryLogic(b8, b9, b5, 0xd2);
            a9 = Avx512F.TernaryLogic(b9, b5, b6, 0xd2);
            a10 = Avx512F.TernaryLogic(b10, b11, b12, 0xd2);
            a11 = Avx512F.TernaryLogic(b11, b12, b13, 0xd2);
            a12 = Avx512F.TernaryLogic(b12, b13, b14, 0xd2);
            a13 = Avx512F.TernaryLogic(b13, b14, b10, 0xd2);
            a14 = Avx512F.TernaryLogic(b14, b10, b11, 0xd2);
            a15 = Avx512F.TernaryLogic(b15, b16, b17, 0xd2);
            a16 = Avx512F.TernaryLogic(b16, b17, b18, 0xd2);
            a17 = Avx512F.TernaryLogic(b17, b18, b19, 0xd2);
            a18 = Avx512F.TernaryLogic(b18, b19, b15, 0xd2);
            a19 = Avx512F.TernaryLogic(b19, b15, b16, 0xd2);
            a20 = Avx512F.TernaryLogic(b20, b21, b22, 0xd2);
            a21 = Avx512F.TernaryLogic(b21, b22, b23, 0xd2);
            a22 = Avx512F.TernaryLogic(b22, b23, b24, 0xd2);
            a23 = Avx512F.TernaryLogic(b23, b24, b20, 0xd2);
            a24 = Avx512F.TernaryLogic(b24, b20, b21, 0xd2);
        }
        a0.StoreUnsafe(ref state, 0);
        a1.StoreUnsafe(ref state, 8);
        a2.StoreUnsafe(ref state, 16);
        a3.StoreUnsafe(ref state, 24);
        a4.StoreUnsafe(ref state, 32);
        a5.StoreUnsafe(ref state, 40);
        a6.StoreUnsafe(ref state, 48);
        a7.StoreUnsafe(ref state, 56);
        a8.StoreUnsafe(ref state, 64);
        a9.StoreUnsafe(ref state, 72);
        a10.StoreUnsafe(ref state, 80);
        a11.StoreUnsafe(ref state, 88);
        a12.StoreUnsafe(ref state, 96);
        a13.StoreUnsafe(ref state, 104);
        a14.StoreUnsafe(ref state, 112);
        a15.StoreUnsafe(ref state, 120);
        a16.StoreUnsafe(ref state, 128);
        a17.StoreUnsafe(ref state, 136);
        a18.StoreUnsafe(ref state, 144);
        a19.StoreUnsafe(ref state, 152);
        a20.StoreUnsafe(ref state, 160);
        a21.StoreUnsafe(ref state, 168);
        a22.StoreUnsafe(ref state, 176);
        a23.StoreUnsafe(ref state, 184);
        a24.StoreUnsafe(ref state, 192);
    }
}
