namespace Keystone.Postgres.Leases;

/// <summary>Another process has the lease: nothing was written, and everything in memory is worthless.</summary>
public sealed class LeaseLostException(string message) : Exception(message);
