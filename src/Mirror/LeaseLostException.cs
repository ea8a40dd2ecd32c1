namespace Keystone.Mirror;

/// <summary>Another indexer has the chain's lease: nothing was written, and everything in memory is worthless.</summary>
public sealed class LeaseLostException() : Exception("Another indexer holds the lease of this chain.");
