namespace Keystone.Ethereum;

/// <summary>A block by height and hash. The height alone names no block: a reorg gives it another one.</summary>
/// <param name="Number">Height.</param>
/// <param name="Hash">Hash of the header.</param>
public readonly record struct BlockRef(long Number, Hash32 Hash);
