using Keystone.Dashboard.Callers;
using Keystone.Identity;

namespace Keystone.Dashboard.Pages;

/// <summary>What every page of the operator has in common. Nothing of it is shown to a caller without the operator's scope, whatever the page asks for.</summary>
public abstract class OperatorPage : AppPage
{
    protected override bool IsFollowing => false;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected override Task LoadAsync(DashboardCaller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.IsOperator && caller.May(Scopes.Admin) ? ReadAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Runs an order of the operator, who has proved lately to be there; what is wrong, or null when it was done.</summary>
    protected async Task<string?> OrderAsync(PageActivity activity, string type, string description, string resourceType, string? resourceId, Func<Caller, Task<Keystone.Settlements.Errors.DomainError?>> order)
    {
        ArgumentNullException.ThrowIfNull(activity);
        if (await CurrentAsync() is not { IsOperator: true } caller || !caller.May(Scopes.Admin)) return "This is the operator's alone. Nothing was done.";
        // What a person leaves open on a desk neither pauses nor moves anything.
        if (!caller.Caller.IsPresent(Time.GetUtcNow())) return Keystone.Identity.Errors.IdentityError.PresenceRequired.Detail;
        if (await activity.RunAsync(caller.Caller, type, "operations", description, resourceType, resourceId, order, Gone) is { } error) return Sentence(error);
        await ReloadAsync();
        return null;
    }
}
