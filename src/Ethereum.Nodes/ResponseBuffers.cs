using System.Buffers;
using System.Numerics;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// Memory for the bytes of answers. Small pieces are those of the system's pool. That one keeps every size that a growing answer went through, for each
/// processor; of large pieces these are a few, of the largest size that was needed, and each is taken whole.
/// </summary>
internal sealed class ResponseBuffers
{
    const int Small = 256 << 10;

    // Two questions are on their way at a time, and one more when a range is read ahead. What is larger is of one block in a million.
    const int MostKept = 3;
    const int LargestKept = 16 << 20;

    public static readonly ResponseBuffers Shared = new();

    readonly Lock _gate = new();
    readonly List<byte[]> _free = [];

    /// <summary>At least so many bytes; what is in them is anything.</summary>
    public byte[] Rent(int least)
    {
        if (least <= Small) return ArrayPool<byte>.Shared.Rent(least);
        lock (_gate)
        {
            byte[]? largest = _free.MaxBy(piece => piece.Length);
            if (largest?.Length >= least)
            {
                _free.Remove(largest);
                return largest;
            }
        }
        return GC.AllocateUninitializedArray<byte>((int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)least), (uint)Array.MaxLength));
    }

    /// <summary>Gives back what was rented.</summary>
    public void Return(byte[] piece)
    {
        if (piece.Length <= Small)
        {
            ArrayPool<byte>.Shared.Return(piece);
            return;
        }
        if (piece.Length > LargestKept) return;
        lock (_gate)
        {
            _free.Add(piece);
            if (_free.Count > MostKept) _free.Remove(_free.MinBy(one => one.Length)!);
        }
    }
}
