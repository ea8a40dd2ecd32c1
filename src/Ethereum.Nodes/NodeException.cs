namespace Keystone.Ethereum.Nodes;

/// <summary>A node did not answer, answered nonsense, or answered with a JSON-RPC error.</summary>
public class NodeException : Exception
{
    readonly NodeFaultKind? _kind;

    /// <summary>With the node's error code and error message, if there are any.</summary>
    public NodeException(string message, int? code = null, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary>JSON-RPC error code; null when there was no answer.</summary>
    public int? Code { get; }

    /// <summary>Kind of the fault; classified from the node's error code and message if nothing else is known.</summary>
    public NodeFaultKind Kind
    {
        get => _kind ?? (Code is null ? NodeFaultKind.Other : NodeFaults.KindOf(Code, Message));
        init => _kind = value;
    }

    /// <summary>The JSON-RPC error object as the node sent it; null when there was none.</summary>
    public string? ErrorBody { get; init; }

    /// <summary>True when the node answered the request as a whole and not a call of it: it may be about a batch.</summary>
    internal bool IsOfWholeRequest { get; init; }

    /// <summary>The chain on which all nodes of a set are, where none was ever seen on the chain of the settings; else null.</summary>
    internal string? OtherChain { get; init; }

    /// <summary>The largest number of blocks that the node takes at once, where it named one.</summary>
    public long? MaxBlocks { get; init; }
}

/// <summary>A call or an estimate reverted.</summary>
public sealed class CallRevertedException : NodeException
{
    /// <summary>With the revert data, empty when the node gave none.</summary>
    public CallRevertedException(string message, int? code, byte[] data) : base(message, code)
    {
        RevertData = data;
        Kind = NodeFaultKind.Reverted;
    }

    /// <summary>ABI-encoded error, selector first.</summary>
    public byte[] RevertData { get; }
}

/// <summary>A node that asks for less (HTTP 429) or for later (503).</summary>
public sealed class NodeBusyException : NodeException
{
    /// <summary>With the wait that the node asked for.</summary>
    public NodeBusyException(string message, TimeSpan? retryAfter, int? code = null) : base(message, code)
    {
        RetryAfter = retryAfter;
        Kind = NodeFaultKind.Quota;
    }

    /// <summary>From the <c>Retry-After</c> header, or from the error's own data; null when there was neither.</summary>
    public TimeSpan? RetryAfter { get; }
}
