using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>An answer in memory of the pool; what is read from it must be copied before it is disposed.</summary>
internal sealed class ParsedResponse : IDisposable
{
    readonly byte[] _buffer;
    readonly JsonDocument _document;

    public ParsedResponse(RawResponse raw)
    {
        _document = JsonDocument.Parse(raw.Memory);
        _buffer = raw.Take();
    }

    public JsonElement Root => _document.RootElement;

    public void Dispose()
    {
        _document.Dispose();
        ResponseBuffers.Shared.Return(_buffer);
    }
}
