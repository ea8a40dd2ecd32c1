using Keystone.Ethereum;

namespace Keystone.Domain.Model;

/// <summary>A party's answer so far.</summary>
public enum PartyStatus
{
    /// <summary>Its platform has not answered.</summary>
    PendingConfirmation,

    /// <summary>Its details are known and it takes part.</summary>
    Confirmed,

    /// <summary>It rejected.</summary>
    Rejected,
}

/// <summary>A party of a settlement.</summary>
/// <param name="Id">Id of the row.</param>
/// <param name="Role">Role in the template, for example <c>buyer</c>.</param>
/// <param name="EnvironmentId">The environment that speaks for it.</param>
/// <param name="Status">Its answer so far.</param>
/// <param name="Wallet">Where it deposits from; null until it is confirmed.</param>
/// <param name="ReceiveWallet">Where it receives.</param>
/// <param name="RefundWallet">Where its deposit goes back to.</param>
public sealed record Party(
    Guid Id, string Role, Guid EnvironmentId, PartyStatus Status, Address? Wallet, Address? ReceiveWallet, Address? RefundWallet);

/// <summary>Whether one platform or two speak for the parties.</summary>
public enum SettlementType
{
    /// <summary>One platform knows all parties.</summary>
    SinglePlatform,

    /// <summary>Counterparties confirm through their own platforms.</summary>
    CrossPlatform,
}
