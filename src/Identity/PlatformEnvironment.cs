namespace Keystone.Identity;

/// <summary>An environment of a platform, such as its sandbox.</summary>
/// <param name="Id">Its id.</param>
/// <param name="PlatformId">Its platform.</param>
/// <param name="ChainId">EIP-155 id of the chain on which the environment settles.</param>
public sealed record PlatformEnvironment(Guid Id, Guid PlatformId, long ChainId);
