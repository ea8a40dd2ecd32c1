using Keystone.Settlements.Create;

namespace Keystone.Settlements.Instructions;

/// <summary>The submitting side's party.</summary>
public sealed record InstructionPartyRequest : PartyDetails;
