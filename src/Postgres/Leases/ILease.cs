namespace Keystone.Postgres.Leases;

/// <summary>
/// The right of one process to write something, as a row with an expiry and an epoch. Each taking increases the epoch, which every write under the
/// lease compares in its own transaction: a holder that lost the lease without noticing writes nothing.
/// </summary>
public interface ILease
{
    /// <summary>Takes the lease if it is free or expired; its epoch, or null while another process holds it.</summary>
    /// <param name="holder">The process.</param>
    /// <param name="ttl">Time after which it expires unless it is renewed.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    Task<long?> TakeAsync(Guid holder, TimeSpan ttl, CancellationToken cancellationToken);

    /// <summary>Extends the lease; false if it is lost. A <paramref name="ttl"/> of zero gives it back.</summary>
    /// <param name="epoch">Epoch under which it was taken.</param>
    /// <param name="ttl">Time after which it expires unless it is renewed.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    Task<bool> RenewAsync(long epoch, TimeSpan ttl, CancellationToken cancellationToken);
}
