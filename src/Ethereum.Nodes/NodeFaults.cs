using System.Globalization;
using System.Text.RegularExpressions;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// Classifies error messages of nodes and providers. The same code has different reasons (-32005 is a range, a size or a quota), so that the text
/// comes first.
/// </summary>
internal static partial class NodeFaults
{
    const int LongestText = 1_000;

    // How clients say that a call ended in the EVM without a revert: it took all its gas and answers nothing.
    static readonly string[] Halts =
    [
        "invalid opcode", "invalidopcode", "invalidfeopcode", "invalid_opcode", "opcodenotfound", "bad instruction", "badinstruction", "undefined instruction",
        "invalid jump", "invalidjump", "bad jump", "badjump", "jump destination",
        "stack underflow", "stackunderflow", "stack_underflow", "stack overflow", "stackoverflow", "stack limit reached",
        "out of gas", "outofgas", "out_of_gas", "gas exhausted", "gas uint64 overflow", "insufficient_gas",
        "write protection", "statechangeduringstaticcall", "staticcallviolation", "illegal_state_change", "mutablecallinstaticcontext",
        "return data out of bounds", "returndata out of bounds", "outofoffset", "accessviolation", "out of bounds",
        "max call depth", "calltoodeep", "precompile",
        "vm execution error", "vm exception", "evm error", "evm halt", "evm: ",
    ];

    // First match wins; lower case. A range that is named beside a plan or a limit is a range, so these stand before the quotas.
    static readonly (string Text, NodeFaultKind Kind)[] Table =
    [
        // Ranges of blocks.
        ("block range should work", NodeFaultKind.TooMuch),
        ("try with this block range", NodeFaultKind.TooMuch),
        ("retry with the range", NodeFaultKind.TooMuch),
        ("range is too wide", NodeFaultKind.TooMuch),
        ("range is too large", NodeFaultKind.TooMuch),
        ("range too large", NodeFaultKind.TooMuch),
        ("range limit exceeded", NodeFaultKind.TooMuch),
        ("block range exceeds", NodeFaultKind.TooMuch),
        ("exceeds block range", NodeFaultKind.TooMuch),
        ("block range greater than", NodeFaultKind.TooMuch),
        ("maximum block range", NodeFaultKind.TooMuch),
        ("max block range", NodeFaultKind.TooMuch),
        ("maximum rpc range", NodeFaultKind.TooMuch),
        ("exceeds the range allowed", NodeFaultKind.TooMuch),
        ("block range", NodeFaultKind.TooMuch),
        ("blocks range", NodeFaultKind.TooMuch),
        ("max range", NodeFaultKind.TooMuch),
        ("limited to a", NodeFaultKind.TooMuch),
        ("too many blocks", NodeFaultKind.TooMuch),
        ("number of requested blocks", NodeFaultKind.TooMuch),
        ("limit the query to at most", NodeFaultKind.TooMuch),
        ("blocks distance", NodeFaultKind.TooMuch),
        ("ranges over", NodeFaultKind.TooMuch),
        ("smaller than size", NodeFaultKind.TooMuch),
        // Sizes of answers and of batches.
        ("query returned more than", NodeFaultKind.TooMuch),
        ("more than 10000 results", NodeFaultKind.TooMuch),
        ("too many results", NodeFaultKind.TooMuch),
        ("exceeds max results", NodeFaultKind.TooMuch),
        ("max results", NodeFaultKind.TooMuch),
        ("logs matched by query exceeds", NodeFaultKind.TooMuch),
        ("response size", NodeFaultKind.TooMuch),
        ("response too large", NodeFaultKind.TooMuch),
        ("response is too big", NodeFaultKind.TooMuch),
        ("request entity too large", NodeFaultKind.TooMuch),
        ("content too large", NodeFaultKind.TooMuch),
        ("batch too large", NodeFaultKind.TooMuch),
        ("batch size", NodeFaultKind.TooMuch),
        ("batch limit", NodeFaultKind.TooMuch),
        ("batch of more than", NodeFaultKind.TooMuch),
        ("calls in batch", NodeFaultKind.TooMuch),
        ("requests in batch", NodeFaultKind.TooMuch),
        // Quotas.
        ("rate limit", NodeFaultKind.Quota),
        ("rate-limit", NodeFaultKind.Quota),
        ("ratelimit", NodeFaultKind.Quota),
        ("request rate", NodeFaultKind.Quota),
        ("too many requests", NodeFaultKind.Quota),
        ("requests per second", NodeFaultKind.Quota),
        ("calls per second", NodeFaultKind.Quota),
        ("/second request limit", NodeFaultKind.Quota),
        ("request limit", NodeFaultKind.Quota),
        ("request count exceeded", NodeFaultKind.Quota),
        ("compute units", NodeFaultKind.Quota),
        ("capacity", NodeFaultKind.Quota),
        ("credits", NodeFaultKind.Quota),
        ("quota", NodeFaultKind.Quota),
        ("max usage", NodeFaultKind.Quota),
        ("throttl", NodeFaultKind.Quota),
        // Time.
        ("timeout", NodeFaultKind.TooSlow),
        ("timed out", NodeFaultKind.TooSlow),
        ("deadline exceeded", NodeFaultKind.TooSlow),
        ("took too long", NodeFaultKind.TooSlow),
        // Pruned state. Checked before missing blocks, because some messages match both.
        ("missing trie node", NodeFaultKind.Pruned),
        ("pruned", NodeFaultKind.Pruned),
        ("historical state", NodeFaultKind.Pruned),
        ("archive", NodeFaultKind.Pruned),
        ("state is not available", NodeFaultKind.Pruned),
        ("state not available", NodeFaultKind.Pruned),
        ("proof window", NodeFaultKind.Pruned),
        ("old data not available", NodeFaultKind.Pruned),
        // Blocks that are not there yet.
        ("unknown block", NodeFaultKind.Behind),
        ("block not found", NodeFaultKind.Behind),
        ("header not found", NodeFaultKind.Behind),
        ("header for hash not found", NodeFaultKind.Behind),
        ("blockoutofrange", NodeFaultKind.Behind),
        ("block is out of range", NodeFaultKind.Behind),
        ("beyond current head", NodeFaultKind.Behind),
        ("beyond head", NodeFaultKind.Behind),
        ("after last accepted block", NodeFaultKind.Behind),
        ("unfinalized data", NodeFaultKind.Behind),
        ("not available yet", NodeFaultKind.Behind),
        ("not yet available", NodeFaultKind.Behind),
        ("block could not be found", NodeFaultKind.Behind),
        // Methods.
        ("method not found", NodeFaultKind.Unsupported),
        ("does not exist/is not available", NodeFaultKind.Unsupported),
        ("unsupported method", NodeFaultKind.Unsupported),
        ("method not supported", NodeFaultKind.Unsupported),
        ("method is not supported", NodeFaultKind.Unsupported),
        ("method is unsupported", NodeFaultKind.Unsupported),
        ("not whitelisted", NodeFaultKind.Unsupported),
        // Keys.
        ("unauthorized", NodeFaultKind.Refused),
        ("invalid api key", NodeFaultKind.Refused),
        ("invalid project id", NodeFaultKind.Refused),
        ("must be authenticated", NodeFaultKind.Refused),
        ("forbidden", NodeFaultKind.Refused),
        ("access denied", NodeFaultKind.Refused),
        // A balancer without nodes behind it.
        ("no backend is currently healthy", NodeFaultKind.Unreachable),
        ("service unavailable", NodeFaultKind.Unreachable),
        ("bad gateway", NodeFaultKind.Unreachable),
        // What means nothing more exact.
        ("limit exceeded", NodeFaultKind.TooMuch),
        ("exceeds limit", NodeFaultKind.TooMuch),
    ];

    /// <summary>What an error is about.</summary>
    /// <param name="code">JSON-RPC code, or null.</param>
    /// <param name="text">The node's error message; only its beginning is read.</param>
    public static NodeFaultKind KindOf(int? code, string? text)
    {
        string words = Beginning(text);
        // The contract's own revert message follows these.
        if (code == 3 || words.Contains("revert", StringComparison.Ordinal)) return NodeFaultKind.Reverted;
        if (code == -32015 || Halts.Any(halt => words.Contains(halt, StringComparison.Ordinal))) return NodeFaultKind.Reverted;
        foreach ((string part, NodeFaultKind kind) in Table)
            if (words.Contains(part, StringComparison.Ordinal)) return kind;
        return code switch
        {
            429 => NodeFaultKind.Quota,
            -32601 or -32004 => NodeFaultKind.Unsupported,
            -32001 or -39001 => NodeFaultKind.Behind,
            -32005 => NodeFaultKind.TooMuch,
            _ => NodeFaultKind.Other,
        };
    }

    /// <summary>Maximum number of blocks per request, if the error message names one.</summary>
    public static long? BlocksIn(string? text)
    {
        string words = Beginning(text);
        Match suggested = Suggested().Match(words);
        if (suggested.Success)
        {
            long from = Number(suggested.Groups["from"].Value), to = Number(suggested.Groups["to"].Value);
            return to >= from && to - from < int.MaxValue ? to - from + 1 : null;
        }
        Match limit = Limit().Match(words);
        if (!limit.Success) return null;
        string digits = limit.Groups["limit"].Value.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (digits.Length > 9 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long blocks)) return null;
        if (limit.Groups["thousands"].Success) blocks *= 1_000;
        return blocks > 0 ? blocks : null;
    }

    static long Number(string text)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        return long.TryParse(hexadecimal ? text[2..] : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= 0 ? number : long.MaxValue;
    }

    static string Beginning(string? text) => text is null ? "" : (text.Length <= LongestText ? text : text[..LongestText]).ToLowerInvariant();

    [GeneratedRegex(@"range(?: should work:?)?\s*(?:\[\s*(?<from>0x[0-9a-f]{1,15})\s*,\s*(?<to>0x[0-9a-f]{1,15})\s*\]|(?<from>[0-9]{1,15})\s*-\s*(?<to>[0-9]{1,15}))", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Suggested();

    [GeneratedRegex(
        @"(?:max range:|maximum is set to|requested blocks is|limited to an?|limited to(?: 0 -)?|up to an?|at most|maximum block range:?|max block range:?|block range greater than|block range exceeds|max is|max:|smaller than size|\(maximum|blocks distance:|[0-9]+ >)\s*(?<limit>[0-9][0-9,._]{0,14})(?<thousands>k)?\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Limit();
}
