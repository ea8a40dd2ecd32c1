using Keystone.Domain.Engine;

namespace Keystone.Compliance.Changes;

/// <summary>A change of a list.</summary>
/// <param name="Id">Change.</param>
/// <param name="List">Name of the list in the settings.</param>
/// <param name="BeforeHash">SHA-256 of the file before; null for the first.</param>
/// <param name="AfterHash">SHA-256 of the file after.</param>
/// <param name="Added">Entries that came.</param>
/// <param name="Removed">Entries that went.</param>
/// <param name="Changed">Entries that are otherwise now.</param>
/// <param name="MadeAt">When the new file was taken into use, UTC.</param>
/// <param name="PartiesCompared">Live parties that were compared with the change.</param>
/// <param name="FinishedAt">When all of them were, UTC; null before.</param>
/// <param name="SettlementsTouched">Live settlements in which a party was like an entry of the change.</param>
public sealed record ListChangeView(
    Guid Id, string List, string? BeforeHash, string AfterHash, int Added, int Removed, int Changed, DateTimeOffset MadeAt, long PartiesCompared, DateTimeOffset? FinishedAt, long SettlementsTouched);

/// <summary>An entry of a change.</summary>
/// <param name="Entry">Id that the list gives it.</param>
/// <param name="Action"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Names">Its first names and addresses.</param>
public sealed record ChangedEntry(string Entry, string Action, string Names);

/// <summary>A live settlement that a change touched.</summary>
/// <param name="SettlementId">Settlement.</param>
/// <param name="PartyId">Party that was like the entry.</param>
/// <param name="Layer"><c>entity</c> or <c>wallet</c>.</param>
/// <param name="Entry">Id of the entry.</param>
/// <param name="Action">What became of the entry.</param>
/// <param name="At">When it was compared, UTC.</param>
public sealed record TouchedSettlement(Guid SettlementId, Guid PartyId, string Layer, string Entry, string Action, DateTimeOffset At);

/// <summary>A live party that an entry of a change touches.</summary>
/// <param name="PartyId">Party.</param>
/// <param name="Layer">Which question.</param>
/// <param name="Entry">Id of the entry.</param>
/// <param name="Action">What became of the entry.</param>
public sealed record TouchedParty(Guid PartyId, ScreeningLayer Layer, string Entry, string Action);
