namespace Keystone.Ethereum.Nodes;

/// <summary>A node did not answer, answered nonsense, or answered with a JSON-RPC error.</summary>
public class NodeException : Exception
{
    /// <summary>With the node's own error code and words where there are some.</summary>
    public NodeException(string message, int? code = null, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary>JSON-RPC error code; null when there was no answer.</summary>
    public int? Code { get; }
}

/// <summary>A call or an estimate reverted.</summary>
public sealed class CallRevertedException : NodeException
{
    /// <summary>With the revert data, empty when the node gave none.</summary>
    public CallRevertedException(string message, int? code, byte[] data) : base(message, code) => RevertData = data;

    /// <summary>ABI-encoded error, selector first.</summary>
    public byte[] RevertData { get; }
}

/// <summary>A node that asks for less (HTTP 429) or for later (503).</summary>
public sealed class NodeBusyException : NodeException
{
    /// <summary>With the wait that the node asked for.</summary>
    public NodeBusyException(string message, TimeSpan? retryAfter) : base(message) => RetryAfter = retryAfter;

    /// <summary>From the <c>Retry-After</c> header; null when there was none.</summary>
    public TimeSpan? RetryAfter { get; }
}
