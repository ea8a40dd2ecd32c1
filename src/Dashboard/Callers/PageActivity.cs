using System.Data.Common;
using Keystone.Identity;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Errors;

namespace Keystone.Dashboard.Callers;

/// <summary>Writes what a member did, or tried to do, into the activity log, as the API does for requests.</summary>
public sealed class PageActivity(ActivityStore activity, TimeProvider time)
{
    /// <summary>Runs an order and writes how it ended.</summary>
    /// <param name="caller">Who gives it.</param>
    /// <param name="type">Type of the entry.</param>
    /// <param name="category">Its category.</param>
    /// <param name="description">What the order does.</param>
    /// <param name="resourceType">What it is about.</param>
    /// <param name="resourceId">Its id; null where there is none yet.</param>
    /// <param name="order">The order; null when it was done, else why not.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<DomainError?> RunAsync(
        Caller caller, string type, string category, string description, string resourceType, string? resourceId, Func<Caller, Task<DomainError?>> order, CancellationToken cancellationToken)
    {
        CallerRequest request = new(type, category, description, "PAGE", $"/app/{caller.EnvironmentSlug}", 200, null, null,
            "req_" + System.Security.Cryptography.RandomNumberGenerator.GetHexString(24, lowercase: true), time, time.GetTimestamp());
        Caller recorded = caller with { Request = request };
        DomainError? error = await order(recorded);
        if (error is not null || !request.IsRecorded)
            try
            {
                await activity.RecordAsync(recorded, resourceType, resourceId, error is null ? 200 : 409, error?.Code, cancellationToken);
            }
            catch (DbException)
            {
                // The order is done or refused; its answer does not wait for the log.
            }
        return error;
    }
}
