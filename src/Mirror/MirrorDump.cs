
namespace Keystone.Mirror;

/// <summary>
/// The mirror of a chain as text: settlements, legs, stray transfers, and the canonical blocks and logs they rest on, a tab-separated line each
/// in a fixed order. Two mirrors of one chain give the same bytes.
/// </summary>
public sealed class MirrorDump
{
    readonly MirrorStore _store;

    public MirrorDump(MirrorStore store) => _store = store;

    /// <summary>Writes the dump, of one moment.</summary>
    public Task WriteAsync(long chainId, TextWriter writer, CancellationToken cancellationToken) => _store.DumpAsync(chainId, writer, cancellationToken);
}
