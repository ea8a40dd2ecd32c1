using System.Collections.Concurrent;
using Keystone.Identity;
using Keystone.Webhooks.Delivery;

namespace Keystone.Keeper;

/// <summary>Receivers of sandboxes may be on a private network. The kind of an environment never changes, so it is read once.</summary>
internal sealed class SandboxTargets(EnvironmentStore environments) : ITargetPolicy
{
    readonly ConcurrentDictionary<Guid, bool> _known = new();

    public async ValueTask<bool> AllowsPrivateAsync(Guid environment, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(environment, out bool isSandbox)) return isSandbox;
        if (await environments.FindAsync(environment, cancellationToken) is not { Kind: var kind }) return false;
        return _known[environment] = kind == "sandbox";
    }
}
