using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Wallets;

/// <summary>Registers a wallet that parties of the environment may use.</summary>
public sealed record RegisterWalletRequest
{
    /// <summary>Address.</summary>
    [Description("Address: 0x and 40 hexadecimal digits, in one case or with the right EIP-55 checksum."), Required, StringLength(42, MinimumLength = 42)]
    public string? WalletAddress { get; init; }

    /// <summary>For people.</summary>
    [Description("For people."), StringLength(255, MinimumLength = 1)]
    public string? Label { get; init; }
}
