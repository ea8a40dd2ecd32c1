namespace Keystone.Ethereum.Nodes;

/// <summary>What a node's failure is about, and so what helps.</summary>
public enum NodeFaultKind
{
    /// <summary>Nothing that is known; it may pass.</summary>
    Other,

    /// <summary>No connection, or one that was cut.</summary>
    Unreachable,

    /// <summary>No response in time, or the node reports a timeout. A smaller request may succeed.</summary>
    TooSlow,

    /// <summary>An answer that is not what was asked for.</summary>
    Nonsense,

    /// <summary>Too many blocks, logs or bytes in one request. Less helps.</summary>
    TooMuch,

    /// <summary>Too many requests for what was paid for. Waiting helps, asking for less in each does not.</summary>
    Quota,

    /// <summary>The node does not have the block yet.</summary>
    Behind,

    /// <summary>The node does not have the state of an old block any more.</summary>
    Pruned,

    /// <summary>The node does not know or not offer the method.</summary>
    Unsupported,

    /// <summary>The node wants a key, or another one.</summary>
    Refused,

    /// <summary>The call reverted, or failed in the EVM otherwise (an invalid instruction, all gas used): an answer about the contract.</summary>
    Reverted,

    /// <summary>The node contradicts the others about a finalized block, or is on another chain; it is not asked.</summary>
    Quarantined,
}
