namespace Keystone.Transactions;

/// <summary>Another desk has the sender's lease: nothing was written, and everything in memory is worthless.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Made by the fence.</summary>
    public LeaseLostException() : base("Another desk holds the lease of this sender.")
    {
    }
}
