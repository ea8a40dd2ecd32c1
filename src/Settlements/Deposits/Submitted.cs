namespace Keystone.Settlements.Deposits;

/// <summary>A signature was taken.</summary>
/// <param name="Signature">What of it may be shown.</param>
/// <param name="Repeated">The same was there before.</param>
public sealed record Submitted(SignatureView Signature, bool Repeated);
