using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

/// <summary>A node counts fewer transactions of the sender than are final in the mirror. Another node is asked at once.</summary>
internal sealed class CountBelowFinalException : NodeException
{
    /// <summary>With what the node said.</summary>
    public CountBelowFinalException(string message) : base(message) => Kind = NodeFaultKind.Nonsense;
}
