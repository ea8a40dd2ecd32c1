namespace Keystone.Transactions;

/// <summary>Another transaction manager has the sender's lease: nothing was written, and everything in memory is worthless.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Made by the fence.</summary>
    public LeaseLostException() : base("Another transaction manager holds the lease of this sender.")
    {
    }
}
