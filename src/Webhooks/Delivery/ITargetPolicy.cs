namespace Keystone.Webhooks.Delivery;

/// <summary>Where deliveries of an environment may go. The host answers, for this room does not know what an environment is.</summary>
public interface ITargetPolicy
{
    /// <summary>True when receivers of the environment may lie on a private network and use http.</summary>
    ValueTask<bool> AllowsPrivateAsync(Guid environment, CancellationToken cancellationToken);
}
