using System.Text.Json.Serialization;

namespace Keystone.Webhooks.Messages;

/// <summary>Members that every message has.</summary>
/// <param name="Id">Id of the message; shown as <c>evt_</c> and the UUID.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Sequence">Number of the event it reports, in the receiver's own chain of the settlement: unique and without gaps there.</param>
/// <param name="ApiVersion">Version of the API that the receiving environment is pinned to.</param>
public sealed record MessageEnvelope(Guid Id, DateTimeOffset At, int Sequence, string ApiVersion);

/// <summary>A settlement entered a state. Composed for each environment with a party, without what belongs to another.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="State">State it came into, as the template names it.</param>
/// <param name="PreviousState">State it came from; null for the first.</param>
/// <param name="SettlementType"><c>single_platform</c> or <c>cross_platform</c>.</param>
/// <param name="ExternalReference">The initiator's reference; shown to the initiating environment only.</param>
/// <param name="ToInitiator">True when the receiver is the environment that made the settlement.</param>
/// <param name="Failure">Why it failed; null unless it did.</param>
/// <param name="Retreat">True when a reorg took the state back.</param>
public sealed record StateChange(
    Guid SettlementId, string State, string? PreviousState, string SettlementType, string? ExternalReference, bool ToInitiator,
    MessageFailure? Failure = null, bool Retreat = false);

/// <summary>Why a settlement failed.</summary>
/// <param name="Code">One of the public codes: <c>rejected</c>, <c>timeout</c>, <c>compliance</c> ...</param>
/// <param name="Message">One sentence. Not sent for <c>compliance</c>: nobody may learn from it whom or what was found.</param>
public sealed record MessageFailure(string Code, string Message);

/// <summary>A party must be confirmed by the receiving platform; one message for each pending role.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="Role">Role to confirm.</param>
/// <param name="WalletAddressHint">Wallet that the initiator expects, as sent; null when it gave none.</param>
/// <param name="CounterpartyReference">Name by which the initiator knows the party; null when it gave none.</param>
/// <param name="Legs">All legs in order.</param>
/// <param name="InitiatorSlug">Slug of the platform that made the settlement.</param>
/// <param name="InitiatorName">Its name.</param>
/// <param name="ConfirmBy">Last moment to confirm, UTC.</param>
/// <param name="TimeoutAt">When the settlement times out, UTC.</param>
public sealed record ConfirmationRequest(
    Guid SettlementId, string Role, string? WalletAddressHint, string? CounterpartyReference, IReadOnlyList<MessageLeg> Legs,
    string InitiatorSlug, string InitiatorName, DateTimeOffset ConfirmBy, DateTimeOffset TimeoutAt)
{
    /// <summary>Of the opening of a repo: its closing, which is confirmed with it. Null for every other settlement.</summary>
    public RepoClosing? Repo { get; init; }
}

/// <summary>What the opening of a repo says of its closing.</summary>
/// <param name="MaturityAt">When it is made, UTC.</param>
/// <param name="RepaymentAmount">Cash that is paid back, in units of the payment leg's token.</param>
/// <param name="Rate">As sent, without effect; null for none.</param>
public sealed record RepoClosing(DateTimeOffset MaturityAt, string RepaymentAmount, string? Rate);

/// <summary>What became of an instruction, for the environment that submitted it.</summary>
/// <param name="InstructionId">The instruction.</param>
/// <param name="TradeReference">What both sides know the trade by.</param>
/// <param name="Role">Role of the instruction's party.</param>
/// <param name="Status">Status of the instruction from now on.</param>
/// <param name="SettlementId">Settlement that it became; null for none.</param>
/// <param name="IsoStatus">Status in the words of ISO 20022.</param>
/// <param name="IsoReason">Its reason code; null for none.</param>
/// <param name="Mismatches">What keeps it from being matched; empty for nothing.</param>
public sealed record InstructionNews(
    Guid InstructionId, string TradeReference, string Role, string Status, Guid? SettlementId, string IsoStatus, string? IsoReason, IReadOnlyList<InstructionMismatch> Mismatches);

/// <summary>A field in which an instruction differs from another one of its trade reference. What the other one says is not told.</summary>
/// <param name="Field">Member of the instruction.</param>
/// <param name="IsoReason">Code of ISO 20022.</param>
/// <param name="OwnValue">What the instruction says; null where it says nothing.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record InstructionMismatch(string Field, string IsoReason, string? OwnValue, string Detail);

/// <summary>A leg as a message shows it.</summary>
/// <param name="Id">Id of the leg.</param>
/// <param name="LegType">Type as sent, for example <c>asset</c>.</param>
/// <param name="InstrumentId">The instrument as its reader may see it: what the reader registered, or the token's address.</param>
/// <param name="Quantity">Quantity as sent, in whole units.</param>
/// <param name="Direction"><c>deliver</c> or <c>receive</c>, as sent.</param>
/// <param name="PartyRole">Role that was sent with the leg.</param>
/// <param name="RecipientRole">The other role.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="TokenStandard">For example <c>ERC-20</c>.</param>
/// <param name="Amount">Amount in smallest units, decimal digits.</param>
/// <param name="Token">The token as the receiver's own registry knows it.</param>
/// <param name="TokenId">Which token of an ERC-721 or ERC-1155, decimal digits; null for an ERC-20.</param>
public sealed record MessageLeg(
    Guid Id, string LegType, string InstrumentId, string Quantity, string Direction, string PartyRole, string RecipientRole,
    long ChainId, string TokenStandard, [property: JsonPropertyOrder(1)] string Amount, MessageToken Token, string? TokenId = null);

/// <summary>A token as the receiver's own registry knows it.</summary>
/// <param name="Address">The contract, EIP-55.</param>
/// <param name="Symbol">Symbol under which the receiver registered it; null when it did not.</param>
/// <param name="Decimals">Digits behind the point of its unit.</param>
/// <param name="Registered">The receiver registered it.</param>
/// <param name="ClaimedSymbol">What the contract of an unregistered token calls itself; null when registered.</param>
/// <param name="Resembles">Symbol that the receiver registered for another token and that the claimed one can be taken for; null for none.</param>
public sealed record MessageToken(string Address, string? Symbol, int Decimals, bool Registered, string? ClaimedSymbol, string? Resembles);

/// <summary>A counterparty answered.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="Role">Role of the party.</param>
/// <param name="PlatformSlug">Platform that speaks for it.</param>
/// <param name="Confirmed">False when it rejected.</param>
public sealed record PartyAnswer(Guid SettlementId, string Role, string PlatformSlug, bool Confirmed);

/// <summary>A platform asked for the end of a settlement.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="PlatformSlug">Platform that asked.</param>
/// <param name="IsEffective">False while another platform has to ask too.</param>
public sealed record CancelRequested(Guid SettlementId, string PlatformSlug, bool IsEffective);

/// <summary>The platform that instructed a settlement has to do a step in systems of its own.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="State">State whose step it is, as the template names it; the result is reported under its name.</param>
/// <param name="ExternalReference">The platform's own reference; null when it gave none.</param>
/// <param name="ActBy">From then on a result comes too late, UTC.</param>
public sealed record ActionRequest(Guid SettlementId, string State, string? ExternalReference, DateTimeOffset ActBy);

/// <summary>A party that screening stopped, and in which layer.</summary>
/// <param name="Role">Role of the party.</param>
/// <param name="Layer"><c>entity</c> or <c>wallet</c>.</param>
public sealed record StoppedParty(string Role, string Layer);

/// <summary>A leg changed on the chain.</summary>
/// <param name="Event"><c>settlement.leg.deposited</c>, <c>.withdrawn</c>, <c>.refunded</c>, or <c>.retreated</c> when a reorg removed what had been reported.</param>
/// <param name="SettlementId">The settlement.</param>
/// <param name="LegId">The leg.</param>
/// <param name="Index">Its place, from 0.</param>
/// <param name="LegType">Its type as sent.</param>
/// <param name="Status">Status as the API names it.</param>
/// <param name="Transaction">Hash of the transaction; null when a reorg removed it.</param>
/// <param name="Retreat">True when a reorg removed an earlier change.</param>
public sealed record LegChange(
    string Event, Guid SettlementId, Guid LegId, int Index, string LegType, string Status, string? Transaction, bool Retreat = false);

/// <summary>A message ready to be stored.</summary>
/// <param name="Id">Id.</param>
/// <param name="Type">Event name that subscriptions match.</param>
/// <param name="SettlementId">Settlement that it reports on.</param>
/// <param name="Sequence">Number of the settlement's event.</param>
/// <param name="Payload">The bytes that are sent, as text.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record ComposedMessage(Guid Id, string Type, Guid SettlementId, int Sequence, string Payload, DateTimeOffset CreatedAt);
