namespace Keystone.Domain.Matching;

/// <summary>A field in which two sides of a trade differ.</summary>
/// <param name="Field">Member of an instruction; a leg is named by its token: <c>legs[0x…].quantity</c>, with <c>#id</c> behind the address of a token that has one.</param>
/// <param name="Reason">ISO 20022 code (UnmatchedReason11Code).</param>
public readonly record struct MatchBreak(string Field, string Reason);
