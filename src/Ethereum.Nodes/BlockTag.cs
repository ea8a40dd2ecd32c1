namespace Keystone.Ethereum.Nodes;

/// <summary>Names a block in a request: a tag, a height, or a hash (EIP-1898).</summary>
public readonly record struct BlockTag
{
    readonly string? _tag;

    BlockTag(string? tag, long? number, Hash32? hash) => (_tag, Number, Hash) = (tag, number, hash);

    /// <summary>The node's head.</summary>
    public static BlockTag Latest => new("latest", null, null);

    /// <summary>The newest finalized block.</summary>
    public static BlockTag Finalized => new("finalized", null, null);

    /// <summary>The newest safe block.</summary>
    public static BlockTag Safe => new("safe", null, null);

    /// <summary>The head with the node's pending transactions.</summary>
    public static BlockTag Pending => new("pending", null, null);

    /// <summary>Height, when the block is named by it.</summary>
    public long? Number { get; }

    /// <summary>Hash, when the block is named by it.</summary>
    public Hash32? Hash { get; }

    /// <summary>Name of the tag; null for a block given by height or hash.</summary>
    public string? Tag => Number is null && Hash is null ? _tag ?? "latest" : null;

    /// <summary>The canonical block of a height, as the node sees it.</summary>
    public static BlockTag AtNumber(long number) => new(null, number, null);

    /// <summary>The block of a hash.</summary>
    public static BlockTag AtHash(Hash32 hash) => new(null, null, hash);

    /// <inheritdoc/>
    public override string ToString() => Tag ?? Hash?.ToString() ?? Number!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
