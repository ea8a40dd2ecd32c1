using System.Net;

namespace Keystone.Ethereum.Nodes;

/// <summary>The bytes of an answer, in memory of the pool.</summary>
internal sealed class RawResponse(byte[] buffer, int length, HttpStatusCode status) : IDisposable
{
    byte[]? _buffer = buffer;

    public HttpStatusCode Status => status;

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, length);

    /// <summary>Whoever takes the memory gives it back.</summary>
    public byte[] Take()
    {
        byte[] taken = _buffer!;
        _buffer = null;
        return taken;
    }

    public void Dispose()
    {
        if (_buffer is not null) ResponseBuffers.Shared.Return(_buffer);
        _buffer = null;
    }
}
