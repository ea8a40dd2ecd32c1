using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

/// <summary>What a node's response to a broadcast transaction means.</summary>
internal enum BroadcastResponse
{
    /// <summary>The node accepted it now.</summary>
    Accepted,

    /// <summary>The node had it already.</summary>
    Known,

    /// <summary>The nonce is used: this attempt, another attempt of the nonce, or another transaction is mined.</summary>
    NonceTooLow,

    /// <summary>The nonce is too far above the sender's transaction count for the node's pool.</summary>
    NonceTooHigh,

    /// <summary>Another attempt of the nonce is in the pool and the price is not enough above it, or the price is below the pool's minimum.</summary>
    Underpriced,

    /// <summary>The maximum fee is below the base fee.</summary>
    FeeBelowBase,

    /// <summary>Above the node's own limit for fees.</summary>
    FeeTooHigh,

    /// <summary>The account cannot pay the gas limit at the maximum fee.</summary>
    InsufficientFunds,

    /// <summary>The node is overloaded: try again later.</summary>
    Busy,

    /// <summary>No response, or one that is not in the table: the node may have accepted it.</summary>
    Unknown,
}

/// <summary>Classifies the error messages of nodes. Clients differ in error codes and mostly agree in messages.</summary>
internal static class BroadcastResponses
{
    // First match wins; lower case. Sources: geth, reth, erigon, nethermind, besu, anvil.
    static readonly (string Text, BroadcastResponse Response)[] Table =
    [
        ("already known", BroadcastResponse.Known),
        ("alreadyknown", BroadcastResponse.Known),
        ("already imported", BroadcastResponse.Known),
        ("already in pool", BroadcastResponse.Known),
        ("already exists", BroadcastResponse.Known),
        ("known transaction", BroadcastResponse.Known),
        ("nonce too low", BroadcastResponse.NonceTooLow),
        ("nonce is too low", BroadcastResponse.NonceTooLow),
        ("nonce_too_low", BroadcastResponse.NonceTooLow),
        ("oldnonce", BroadcastResponse.NonceTooLow),
        ("nonce too high", BroadcastResponse.NonceTooHigh),
        ("nonce_too_distant", BroadcastResponse.NonceTooHigh),
        ("noncetoofar", BroadcastResponse.NonceTooHigh),
        ("nonce is too distant", BroadcastResponse.NonceTooHigh),
        ("nonce too far", BroadcastResponse.NonceTooHigh),
        ("future transaction", BroadcastResponse.NonceTooHigh),
        ("noncegap", BroadcastResponse.NonceTooHigh),
        ("nonce gap", BroadcastResponse.NonceTooHigh),
        ("less than block base fee", BroadcastResponse.FeeBelowBase),
        ("below current base fee", BroadcastResponse.FeeBelowBase),
        ("max fee per gas less than", BroadcastResponse.FeeBelowBase),
        ("fee cap less than", BroadcastResponse.FeeBelowBase),
        ("exceeds the configured cap", BroadcastResponse.FeeTooHigh),
        ("exceeds fee cap", BroadcastResponse.FeeTooHigh),
        ("tx fee cap", BroadcastResponse.FeeTooHigh),
        ("fee cap exceeded", BroadcastResponse.FeeTooHigh),
        ("fee_cap_exceeded", BroadcastResponse.FeeTooHigh),
        ("feecap_exceeded", BroadcastResponse.FeeTooHigh),
        ("underpriced", BroadcastResponse.Underpriced),
        ("could not replace existing", BroadcastResponse.Underpriced),
        ("below minimum", BroadcastResponse.Underpriced),
        ("below configured minimum", BroadcastResponse.Underpriced),
        ("below the minimum", BroadcastResponse.Underpriced),
        ("below minimum required", BroadcastResponse.Underpriced),
        ("minimum needed", BroadcastResponse.Underpriced),
        ("fee too low", BroadcastResponse.Underpriced),
        ("fee_too_low", BroadcastResponse.Underpriced),
        ("tip too low", BroadcastResponse.Underpriced),
        ("replacementnotallowed", BroadcastResponse.Underpriced),
        ("feetoolow", BroadcastResponse.Underpriced),
        ("gas price too low", BroadcastResponse.Underpriced),
        ("gas_price_too_low", BroadcastResponse.Underpriced),
        ("insufficient funds", BroadcastResponse.InsufficientFunds),
        ("insufficientfunds", BroadcastResponse.InsufficientFunds),
        ("insufficient balance", BroadcastResponse.InsufficientFunds),
        ("upfront cost exceeds", BroadcastResponse.InsufficientFunds),
        ("upfront_cost_exceeds", BroadcastResponse.InsufficientFunds),
        ("txpool is full", BroadcastResponse.Busy),
        ("pool is full", BroadcastResponse.Busy),
        ("rate limit", BroadcastResponse.Busy),
        ("too many requests", BroadcastResponse.Busy),
        ("limit exceeded", BroadcastResponse.Busy),
    ];

    /// <summary>Classifies one response.</summary>
    public static BroadcastResponse Read(SendResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Accepted ? BroadcastResponse.Accepted : Read(response.ErrorCode, response.ErrorMessage);
    }

    /// <summary>Classifies a rejection by its error message, then by its error code.</summary>
    public static BroadcastResponse Read(int? code, string? message)
    {
        string text = message?.ToLowerInvariant() ?? "";
        foreach ((string part, BroadcastResponse meaning) in Table)
            if (text.Contains(part, StringComparison.Ordinal)) return meaning;
        return code is 429 or -32005 ? BroadcastResponse.Busy : BroadcastResponse.Unknown;
    }
}
