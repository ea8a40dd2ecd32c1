using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>
/// Rows on their way into a table by COPY in its binary format (Postgres manual, COPY, "Binary Format"), built in memory and sent in large pieces: a value
/// costs no allocation and a row no call to the network. Columns are written in the order of the statement, each exactly once.
/// </summary>
public sealed class BinaryCopy : IAsyncDisposable
{
    const int Piece = 128 << 10;

    // PGCOPY, flags, length of an extension: none.
    static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    readonly NpgsqlRawCopyStream _stream;
    byte[] _buffer = ArrayPool<byte>.Shared.Rent(Piece + (Piece / 4));
    int _length;
    bool _completed;

    // Where the values that are being built begin, the innermost last.
    readonly Stack<int> _open = new();

    BinaryCopy(NpgsqlRawCopyStream stream) => _stream = stream;

    /// <summary>Begins <c>copy ... from stdin (format binary)</c>.</summary>
    public static async Task<BinaryCopy> BeginAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        BinaryCopy copy = new(await connection.BeginRawBinaryCopyAsync(sql, cancellationToken).ConfigureAwait(false));
        Header.CopyTo(copy.Take(Header.Length));
        return copy;
    }

    /// <summary>Begins a row of so many columns, and sends what has gathered when it is enough.</summary>
    public ValueTask StartRowAsync(short columns, CancellationToken cancellationToken)
    {
        if (_length < Piece)
        {
            BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);
            return ValueTask.CompletedTask;
        }
        return SendAndStartAsync(columns, cancellationToken);
    }

    /// <summary><c>null</c> of any type.</summary>
    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    /// <summary><c>bytea</c>.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Value(bytes.Length));

    /// <summary><c>bytea</c> of 32 bytes, or null.</summary>
    public void Write(Hash32? hash)
    {
        if (hash is { } value) value.CopyTo(Value(Hash32.Size));
        else WriteNull();
    }

    /// <summary><c>bytea</c> of 20 bytes, or null.</summary>
    public void Write(Address? account)
    {
        if (account is { } value) value.CopyTo(Value(Address.Size));
        else WriteNull();
    }

    /// <summary><c>bigint</c>, or null.</summary>
    public void Write(long? number)
    {
        if (number is { } value) BinaryPrimitives.WriteInt64BigEndian(Value(8), value);
        else WriteNull();
    }

    /// <summary><c>integer</c>.</summary>
    public void WriteInteger(int number) => BinaryPrimitives.WriteInt32BigEndian(Value(4), number);

    /// <summary><c>smallint</c>.</summary>
    public void WriteSmall(short number) => BinaryPrimitives.WriteInt16BigEndian(Value(2), number);

    /// <summary><c>boolean</c>.</summary>
    public void Write(bool value) => Value(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary><c>text</c>.</summary>
    public void Write(string text) => Encoding.UTF8.GetBytes(text, Value(Encoding.UTF8.GetByteCount(text)));

    /// <summary><c>bytea[]</c> of 32 bytes each.</summary>
    public void Write(ReadOnlySpan<Hash32> hashes)
    {
        StartArray((uint)PostgresType.Bytea, hashes.Length);
        foreach (Hash32 hash in hashes) hash.CopyTo(Value(Hash32.Size));
        End();
    }

    /// <summary>Begins an array of one dimension. What is written next are its items, of which none is null, up to <see cref="End"/>.</summary>
    /// <param name="type">Number of the items' type: a <see cref="PostgresType"/>, or what the database gave a type of its own.</param>
    /// <param name="count">How many items.</param>
    public void StartArray(uint type, int count)
    {
        Start();
        // Dimensions, no nulls, type of the items; then of each dimension its length and its lower bound.
        Span<byte> head = Take(count == 0 ? 12 : 20);
        BinaryPrimitives.WriteInt32BigEndian(head, count == 0 ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(head[8..], type);
        if (count == 0) return;
        BinaryPrimitives.WriteInt32BigEndian(head[12..], count);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], 1);
    }

    /// <summary>Begins a value of a composite type. What is written next are its fields, each after <see cref="Field"/>, up to <see cref="End"/>.</summary>
    public void StartRecord(int fields)
    {
        Start();
        BinaryPrimitives.WriteInt32BigEndian(Take(4), fields);
    }

    /// <summary>Begins a field of a composite value: its type, which the server compares with its own.</summary>
    public BinaryCopy Field(PostgresType type)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Take(4), (uint)type);
        return this;
    }

    /// <summary>Ends the innermost array or composite value.</summary>
    public void End()
    {
        int start = _open.Pop();
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start), _length - start - 4);
    }

    // A length that is known at the end.
    void Start()
    {
        _open.Push(_length);
        Take(4);
    }

    /// <summary><c>numeric</c> without fraction, or null.</summary>
    public void Write(UInt256? amount)
    {
        if (amount is not { } value)
        {
            WriteNull();
            return;
        }
        // Digits to the base of ten thousand; 2^256 has twenty.
        Span<short> digits = stackalloc short[20];
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        value.CopyTo(bytes);
        Span<uint> words = stackalloc uint[8];
        for (int i = 0; i < 8; i++) words[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(i * 4)..]);
        int count = 0, first = 0;
        while (first < 8)
        {
            if (words[first] == 0)
            {
                first++;
                continue;
            }
            ulong rest = 0;
            for (int i = first; i < 8; i++)
            {
                rest = (rest << 32) | words[i];
                words[i] = (uint)(rest / 10_000);
                rest %= 10_000;
            }
            digits[count++] = (short)rest;
        }
        Span<byte> number = Value(8 + count * 2);
        BinaryPrimitives.WriteInt16BigEndian(number, (short)count);
        BinaryPrimitives.WriteInt16BigEndian(number[2..], (short)Math.Max(0, count - 1));
        BinaryPrimitives.WriteInt32BigEndian(number[4..], 0);
        for (int i = 0; i < count; i++) BinaryPrimitives.WriteInt16BigEndian(number[(8 + i * 2)..], digits[count - 1 - i]);
    }

    /// <summary>Sends the rest and waits for the server's confirmation; without it nothing is stored.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        await SendAsync(cancellationToken).ConfigureAwait(false);
        _completed = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        if (_completed) return;
        try
        {
            await _stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException or ObjectDisposedException or IOException)
        {
            // After a broken connection or a cancelled statement, the first exception has the cause.
        }
    }

    async ValueTask SendAndStartAsync(short columns, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);
    }

    async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken).ConfigureAwait(false);
        _length = 0;
    }

    Span<byte> Value(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return Take(length);
    }

    Span<byte> Take(int length)
    {
        if (_length + length > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + length));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        Span<byte> taken = _buffer.AsSpan(_length, length);
        _length += length;
        return taken;
    }
}
