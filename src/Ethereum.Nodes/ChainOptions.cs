namespace Keystone.Ethereum.Nodes;

/// <summary>One chain that the services work on: an entry of the settings list <c>Chains</c>.</summary>
public sealed class ChainOptions
{
    /// <summary>EIP-155 chain id; the node must report the same one.</summary>
    public long ChainId { get; set; }

    /// <summary>
    /// JSON-RPC URLs, http or https. Reads go to the best node (among equal nodes the first); transactions are broadcast to all. With three or more nodes, one
    /// that contradicts the others about a finalized block is not used; with two that contradict each other, neither is used.
    /// </summary>
    public string[] RpcUrls { get; set; } = [];

    /// <summary>WebSocket URLs, ws or wss, that announce new heads. An announcement only starts the next poll early; without these URLs the services poll at their interval.</summary>
    public string[] SocketUrls { get; set; } = [];

    /// <summary>
    /// Record of the deployment, <c>deployments/&lt;chainId&gt;.json</c>: gives Escrow, EscrowBlock and EscrowCodeHash where those are left out, and
    /// must not contradict those that are set.
    /// </summary>
    public string Deployment { get; set; } = "";

    /// <summary>Address of the settlement escrow.</summary>
    public string Escrow { get; set; } = "";

    /// <summary>Number of the block in which the escrow was deployed; the mirror starts there.</summary>
    public long EscrowBlock { get; set; }

    /// <summary>Keccak-256 of the escrow's runtime code. Null accepts the code found at the first start.</summary>
    public string? EscrowCodeHash { get; set; }

    /// <summary>Blocks on top of a log's block until the engine relies on the log.</summary>
    public int SettleDepth { get; set; } = 2;

    /// <summary>Blocks on top of a block until it counts as final. Null follows the node's <c>finalized</c> tag.</summary>
    public int? FinalityDepth { get; set; }

    /// <summary>Path of these settings, for messages: <c>Chains:0</c> for the first entry.</summary>
    public string Section { get; internal set; } = "Chains:0";

    /// <summary>The escrow as a value; only after <see cref="Problems(string)"/> found none.</summary>
    public Address EscrowAddress => Address.Parse(Escrow);

    /// <summary>The expected code hash as a value; null when any is accepted.</summary>
    public Hash32? ExpectedCodeHash => string.IsNullOrEmpty(EscrowCodeHash) ? null : Hash32.Parse(EscrowCodeHash);

    /// <summary>What is wrong with these settings, a sentence each that names the setting and the fix. URLs are not repeated: they may hold keys.</summary>
    /// <param name="section">Name of this entry, for example <c>Chains:0</c>.</param>
    public IEnumerable<string> Problems(string section)
    {
        if (ChainId <= 0)
            yield return $"{section}:ChainId is missing or not above 0; set the EIP-155 chain id, for example 11155111 for Sepolia.";
        if (RpcUrls is not { Length: > 0 })
            yield return $"{section}:RpcUrls is missing; name at least one JSON-RPC URL, for example {section}:RpcUrls:0=http://127.0.0.1:8545.";
        for (int i = 0; i < (RpcUrls?.Length ?? 0); i++)
        {
            if (!IsUrl(RpcUrls![i], Uri.UriSchemeHttp, Uri.UriSchemeHttps))
                yield return $"{section}:RpcUrls:{i} is not an absolute URL that begins with http:// or https://.";
        }
        for (int i = 0; i < (SocketUrls?.Length ?? 0); i++)
        {
            if (!IsUrl(SocketUrls![i], Uri.UriSchemeWs, Uri.UriSchemeWss))
                yield return $"{section}:SocketUrls:{i} is not an absolute URL that begins with ws:// or wss://.";
        }
        if (!Address.TryParse(Escrow, out Address escrow, out AddressFault fault))
        {
            yield return fault == AddressFault.Checksum
                ? $"{section}:Escrow has a wrong EIP-55 checksum; copy the address again, or write it in lower case."
                : $"{section}:Escrow is missing or not an address; set 0x and 40 hexadecimal digits.";
        }
        else if (escrow.IsZero)
        {
            yield return $"{section}:Escrow is the zero address; set the address of the deployed escrow.";
        }
        if (EscrowBlock < 0)
            yield return $"{section}:EscrowBlock is below 0; set the height of the block in which the escrow was deployed.";
        if (!string.IsNullOrEmpty(EscrowCodeHash) && !Hash32.TryParse(EscrowCodeHash, out _))
            yield return $"{section}:EscrowCodeHash is not a hash; set 0x and 64 hexadecimal digits, or leave it out.";
        if (SettleDepth is < 0 or > 10_000)
            yield return $"{section}:SettleDepth must be between 0 and 10000 blocks.";
        if (FinalityDepth is < 0 or > 1_000_000)
            yield return $"{section}:FinalityDepth must be between 0 and 1000000 blocks, or left out to follow the finalized tag.";
        if (FinalityDepth is >= 0 && FinalityDepth < SettleDepth)
            yield return $"{section}:FinalityDepth must not be below {section}:SettleDepth.";
    }

    /// <summary>Problems of a whole list, and those between its entries.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<ChainOptions> chains)
    {
        ArgumentNullException.ThrowIfNull(chains);
        if (chains.Count == 0)
            return ["Chains is missing; describe at least one chain, beginning with Chains:0:ChainId."];
        List<string> problems = [];
        HashSet<long> seen = [];
        for (int i = 0; i < chains.Count; i++)
        {
            problems.AddRange(chains[i].Problems($"Chains:{i}"));
            if (chains[i].ChainId > 0 && !seen.Add(chains[i].ChainId))
                problems.Add($"Chains:{i}:ChainId names chain {chains[i].ChainId} a second time; join the two entries.");
        }
        return problems;
    }

    static bool IsUrl(string? url, string scheme, string secure) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && (uri.Scheme == scheme || uri.Scheme == secure) && uri.Host.Length > 0;
}
