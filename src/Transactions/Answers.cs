using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

/// <summary>What a node's answer to an offered transaction means.</summary>
public enum Answer
{
    /// <summary>Taken now.</summary>
    Accepted,

    /// <summary>Had it already.</summary>
    Known,

    /// <summary>The nonce is used: this attempt, a sister of it, or another transaction is mined.</summary>
    NonceTooLow,

    /// <summary>Too far ahead of the chain for the node's pool.</summary>
    NonceTooHigh,

    /// <summary>A sister holds the nonce and pays nearly as much, or the pool's minimum is higher.</summary>
    Underpriced,

    /// <summary>The cap is below the base fee.</summary>
    FeeBelowBase,

    /// <summary>Above the node's own fee limit.</summary>
    FeeTooHigh,

    /// <summary>The account cannot pay gas limit times cap.</summary>
    InsufficientFunds,

    /// <summary>The node wants to be asked later.</summary>
    Busy,

    /// <summary>No answer, or one that is not in the table: it may have been taken.</summary>
    Unknown,
}

/// <summary>Reads the words of nodes. They differ in codes and agree, more or less, in texts.</summary>
public static class Answers
{
    // First match wins; lower case. Sources: geth, reth, erigon, nethermind, besu, anvil.
    static readonly (string Text, Answer Answer)[] Table =
    [
        ("already known", Answer.Known),
        ("alreadyknown", Answer.Known),
        ("already imported", Answer.Known),
        ("already in pool", Answer.Known),
        ("already exists", Answer.Known),
        ("known transaction", Answer.Known),
        ("nonce too low", Answer.NonceTooLow),
        ("nonce is too low", Answer.NonceTooLow),
        ("nonce_too_low", Answer.NonceTooLow),
        ("oldnonce", Answer.NonceTooLow),
        ("nonce too high", Answer.NonceTooHigh),
        ("nonce_too_distant", Answer.NonceTooHigh),
        ("noncegap", Answer.NonceTooHigh),
        ("nonce gap", Answer.NonceTooHigh),
        ("less than block base fee", Answer.FeeBelowBase),
        ("below current base fee", Answer.FeeBelowBase),
        ("max fee per gas less than", Answer.FeeBelowBase),
        ("fee cap less than", Answer.FeeBelowBase),
        ("exceeds the configured cap", Answer.FeeTooHigh),
        ("exceeds fee cap", Answer.FeeTooHigh),
        ("tx fee cap", Answer.FeeTooHigh),
        ("underpriced", Answer.Underpriced),
        ("replacementnotallowed", Answer.Underpriced),
        ("feetoolow", Answer.Underpriced),
        ("gas price too low", Answer.Underpriced),
        ("gas_price_too_low", Answer.Underpriced),
        ("insufficient funds", Answer.InsufficientFunds),
        ("insufficientfunds", Answer.InsufficientFunds),
        ("insufficient balance", Answer.InsufficientFunds),
        ("upfront cost exceeds", Answer.InsufficientFunds),
        ("upfront_cost_exceeds", Answer.InsufficientFunds),
        ("txpool is full", Answer.Busy),
        ("pool is full", Answer.Busy),
        ("rate limit", Answer.Busy),
        ("too many requests", Answer.Busy),
        ("limit exceeded", Answer.Busy),
    ];

    /// <summary>Classifies one answer.</summary>
    public static Answer Read(SendAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Accepted ? Answer.Accepted : Read(answer.ErrorCode, answer.ErrorMessage);
    }

    /// <summary>Classifies a refusal by the node's words, then by its code.</summary>
    public static Answer Read(int? code, string? message)
    {
        string text = message?.ToLowerInvariant() ?? "";
        foreach ((string part, Answer meaning) in Table)
            if (text.Contains(part, StringComparison.Ordinal)) return meaning;
        return code is 429 or -32005 ? Answer.Busy : Answer.Unknown;
    }
}
