using System.Buffers.Binary;
using System.Text;

namespace Keystone.Ethereum.Abi;

/// <summary>A value with its ABI type, ready to be encoded (Solidity contract ABI specification).</summary>
public abstract class AbiValue
{
    /// <summary>True when the value stands behind an offset: bytes, string, dynamic arrays and whatever holds them.</summary>
    internal abstract bool IsDynamic { get; }

    /// <summary>Bytes of the encoding itself, without an offset.</summary>
    internal abstract int Size { get; }

    /// <summary>Bytes taken in the head of the enclosing tuple.</summary>
    internal int HeadSize => IsDynamic ? 32 : Size;

    internal abstract void Write(Span<byte> destination);

    /// <summary><c>uint8</c> to <c>uint256</c>.</summary>
    public static AbiValue Uint(UInt256 value) => new Word(value.ToBytes());

    /// <summary><c>address</c>.</summary>
    public static AbiValue Address(Address value)
    {
        byte[] word = new byte[32];
        value.CopyTo(word.AsSpan(12));
        return new Word(word);
    }

    /// <summary><c>bool</c>.</summary>
    public static AbiValue Bool(bool value) => Uint(value ? 1UL : 0UL);

    /// <summary><c>bytes32</c>.</summary>
    public static AbiValue Bytes32(Hash32 value) => new Word(value.ToBytes());

    /// <summary><c>bytes</c>.</summary>
    public static AbiValue Bytes(ReadOnlySpan<byte> value) => new Blob(value.ToArray());

    /// <summary><c>string</c>, as UTF-8.</summary>
    public static AbiValue String(string value) => new Blob(Encoding.UTF8.GetBytes(value));

    /// <summary>A tuple, or the arguments of a function.</summary>
    public static AbiValue Tuple(params ReadOnlySpan<AbiValue> members) => new Sequence(members.ToArray(), isArray: false);

    /// <summary>An array of one type whose length is part of the value: <c>T[]</c>.</summary>
    public static AbiValue Array(params ReadOnlySpan<AbiValue> items) => new Sequence(items.ToArray(), isArray: true);

    /// <summary>The encoding of this value as the only thing: of a tuple, its members; of another value, that value.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    static int Padded(int length) => checked((length + 31) & ~31);

    static void WriteNumber(Span<byte> word, int value)
    {
        word[..32].Clear();
        BinaryPrimitives.WriteInt32BigEndian(word[28..], value);
    }

    sealed class Word(byte[] bytes) : AbiValue
    {
        internal override bool IsDynamic => false;

        internal override int Size => 32;

        internal override void Write(Span<byte> destination) => bytes.CopyTo(destination);
    }

    sealed class Blob(byte[] bytes) : AbiValue
    {
        internal override bool IsDynamic => true;

        internal override int Size => 32 + Padded(bytes.Length);

        internal override void Write(Span<byte> destination)
        {
            WriteNumber(destination, bytes.Length);
            bytes.CopyTo(destination[32..]);
        }
    }

    sealed class Sequence : AbiValue
    {
        readonly AbiValue[] _items;
        readonly bool _isArray;

        internal Sequence(AbiValue[] items, bool isArray)
        {
            _items = items;
            _isArray = isArray;
            IsDynamic = isArray || items.Any(item => item.IsDynamic);
            int size = isArray ? 32 : 0;
            foreach (AbiValue item in items)
                size = checked(size + item.Size + (item.IsDynamic ? 32 : 0));
            Size = size;
        }

        internal override bool IsDynamic { get; }

        internal override int Size { get; }

        internal override void Write(Span<byte> destination)
        {
            if (_isArray)
            {
                WriteNumber(destination, _items.Length);
                destination = destination[32..];
            }
            int tail = _items.Sum(item => item.HeadSize);
            int head = 0;
            foreach (AbiValue item in _items)
            {
                if (item.IsDynamic)
                {
                    WriteNumber(destination[head..], tail);
                    item.Write(destination[tail..]);
                    tail += item.Size;
                }
                else
                {
                    item.Write(destination[head..]);
                }
                head += item.HeadSize;
            }
        }
    }
}
