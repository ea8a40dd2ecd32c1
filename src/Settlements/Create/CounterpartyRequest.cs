using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Create;

/// <summary>A party of another platform, which has to confirm.</summary>
public sealed record CounterpartyRequest
{
    [Description("Slug of the other platform."), Required, StringLength(255, MinimumLength = 1)]
    public string? PlatformSlug { get; init; }

    [Description("Role that legs name, such as buyer."), Required, StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }

    [Description("Wallet that is expected; advisory, never part of the terms.")]
    public string? WalletAddressHint { get; init; }

    [Description("Name or identifier by which the caller knows the party."), StringLength(255, MinimumLength = 1)]
    public string? CounterpartyReference { get; init; }

    [Description("EIP-155 id of the chain; must be the environment's.")]
    public long? ChainId { get; init; }
}
