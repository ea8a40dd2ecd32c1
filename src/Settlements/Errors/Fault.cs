namespace Keystone.Settlements.Errors;

/// <summary>One thing wrong with a request.</summary>
/// <param name="Pointer">Where, as a JSON pointer (RFC 6901); empty for the whole request.</param>
/// <param name="Code">Stable name of the rule.</param>
/// <param name="Message">A sentence that names the fix.</param>
/// <param name="Named">The code becomes that of the whole error when every fault of the request has it.</param>
public sealed record Fault(string Pointer, string Code, string Message, bool Named = false);
