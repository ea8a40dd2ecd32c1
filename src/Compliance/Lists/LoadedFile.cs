using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>A list with the file that it comes from.</summary>
/// <param name="List">The entries.</param>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="WrittenAt">When the file was written last, UTC.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Packed">The file, compressed with Brotli.</param>
public sealed record LoadedFile(ParsedList List, Hash32 Hash, DateTimeOffset WrittenAt, long Size, ReadOnlyMemory<byte> Packed);
