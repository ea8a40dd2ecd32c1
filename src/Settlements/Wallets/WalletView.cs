namespace Keystone.Settlements.Wallets;

/// <summary>A wallet that parties of an environment may use.</summary>
/// <param name="Id">Id.</param>
/// <param name="WalletAddress">Address, EIP-55.</param>
/// <param name="Label">For people.</param>
/// <param name="Status"><c>pending</c> while it waits, else <c>usable</c>.</param>
/// <param name="UsableFrom">From when it may be used without an approval, UTC.</param>
/// <param name="RegisteredBy">Credential that registered it.</param>
/// <param name="ApprovedBy">Credential that approved it; null when none did.</param>
/// <param name="ApprovedAt">UTC; null when nobody approved it.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record WalletView(
    Guid Id, string WalletAddress, string? Label, string Status, DateTimeOffset UsableFrom, string RegisteredBy, string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset CreatedAt);
