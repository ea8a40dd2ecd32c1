using System.Collections.Frozen;
using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Escrow;

/// <summary>
/// A revert in words that anybody may read: <c>Error(string)</c> and <c>Panic(uint256)</c> of the Solidity ABI, errors of the escrow and of common tokens by their
/// names, everything else by its selector. Never a word of a node, and no argument: an argument can be an address of the operator.
/// </summary>
public static class RevertReason
{
    const int LongestText = 200;

    const string RefusedPrefix = "would revert";

    /// <summary>Errors that are shown by name: signature, and what it means.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["BadLegCount(uint256)"] = "the number of legs is not allowed",
        ["BadRole(address)"] = "a role of the terms is not allowed",
        ["BadSignature(address)"] = "a signature is not the signer's",
        ["BadWindow(uint64,uint64)"] = "the times of the terms contradict each other",
        ["BatchGasTooLow(uint256)"] = "there was too little gas left for an item",
        ["ConsentWithdrawn(uint256)"] = "a consent was taken back",
        ["DirectNeedsDepositor(uint256)"] = "only its owner can consent to a direct leg",
        ["Expired(uint64)"] = "the deadline has passed",
        ["FullyFunded()"] = "all legs are in",
        ["GateClosed(address)"] = "the gate of the terms does not agree",
        ["InexactTransfer(uint256)"] = "the token moved another amount than it was told to",
        ["InvalidLeg(uint256,uint8)"] = "a leg of the terms is not allowed",
        ["LegAlreadyIn(uint256)"] = "the leg is in already",
        ["LegMismatch(uint256)"] = "a leg is not that of the terms",
        ["LegNotIn(uint256)"] = "the leg is not in",
        ["LengthMismatch()"] = "two lists have different lengths",
        ["Locked()"] = "the escrow is in use within this transaction",
        ["MissingConsent(uint256)"] = "a consent is missing",
        ["NotDepositor(uint256,address)"] = "the caller is not the depositor of the leg",
        ["NotFullyFunded(uint64)"] = "not all legs are in",
        ["NotOpen(uint8)"] = "the settlement is not open",
        ["NotOperator(address)"] = "the caller is not the operator of the terms",
        ["NothingHeld(uint256)"] = "nothing is held for the leg",
        ["OnlySelf()"] = "only the escrow itself may call this",
        ["Permit2Missing()"] = "Permit2 is not on this chain",
        ["RelayNeedsErc20(uint256)"] = "only an ERC-20 leg can be relayed",
        ["SignersNotAscending()"] = "signers are not in ascending order",
        ["StillOpen(uint64)"] = "the deadline has not passed",
        ["TokenCallFailed(uint256)"] = "the token refused the transfer",
        ["TooEarly(uint64)"] = "the settlement cannot be executed yet",
        ["TransferNotAllowed(uint256)"] = "the token does not allow the transfer",
        ["UnknownSettlement(bytes32)"] = "the settlement is not known on the chain",
        ["Unsolicited()"] = "the escrow takes no plain transfers",
        ["WrongChain()"] = "the terms are of another chain",
        ["ERC20InsufficientBalance(address,uint256,uint256)"] = "the balance is too low",
        ["ERC20InsufficientAllowance(address,uint256,uint256)"] = "the allowance is too low",
        ["ERC20InvalidReceiver(address)"] = "the token does not accept the receiver",
        ["ERC20InvalidSender(address)"] = "the token does not accept the sender",
        ["ERC721NonexistentToken(uint256)"] = "there is no such token",
        ["ERC721IncorrectOwner(address,uint256,address)"] = "the token belongs to somebody else",
        ["ERC721InsufficientApproval(address,uint256)"] = "the token is not approved",
        ["ERC721InvalidReceiver(address)"] = "the token does not accept the receiver",
        ["ERC1155InsufficientBalance(address,uint256,uint256,uint256)"] = "the balance is too low",
        ["ERC1155MissingApprovalForAll(address,address)"] = "the tokens are not approved",
        ["ERC1155InvalidReceiver(address)"] = "the token does not accept the receiver",
        ["EnforcedPause()"] = "the token is paused",
        ["InsufficientBalance()"] = "the balance is too low",
        ["InsufficientAllowance()"] = "the allowance is too low",
    };

    static readonly FrozenDictionary<string, string> BySelector = Known.ToFrozenDictionary(
        error => Hex.Encode(AbiCall.Selector(error.Key)), error => $"{error.Key[..error.Key.IndexOf('(', StringComparison.Ordinal)]}: {error.Value}", StringComparer.Ordinal);

    static readonly string ErrorSelector = Hex.Encode(AbiCall.Selector("Error(string)")), PanicSelector = Hex.Encode(AbiCall.Selector("Panic(uint256)"));

    /// <summary>The words for revert data: a selector and its ABI-encoded arguments.</summary>
    public static string Describe(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4) return "reverted without a reason";
        string selector = Hex.Encode(data[..4]);
        if (BySelector.TryGetValue(selector, out string? known)) return "reverted with " + known;
        try
        {
            AbiReader arguments = new(data[4..]);
            if (selector == ErrorSelector)
                return NameKey.Clean(arguments.ReadString(), LongestText) is { } text ? "reverted: " + text : "reverted without a reason";
            if (selector == PanicSelector) return "reverted with Panic: " + PanicOf(arguments.ReadUInt256());
        }
        catch (AbiException)
        {
            // Arguments that cannot be read leave the selector.
        }
        return "reverted with " + selector;
    }

    /// <summary>
    /// The words for a refusal as the transaction manager stores it: <c>would revert</c>, the revert data in hexadecimal, and the node's message, which is not used. Null
    /// when it was none of the chain's, such as a node that did not answer.
    /// </summary>
    public static string? OfStored(string? reason)
    {
        if (reason is null || !reason.StartsWith(RefusedPrefix, StringComparison.Ordinal)) return null;
        int end = reason.IndexOf(':', StringComparison.Ordinal);
        string data = (end < 0 ? reason[RefusedPrefix.Length..] : reason[RefusedPrefix.Length..end]).Trim();
        return Hex.TryDecode(data, out byte[] bytes) ? Describe(bytes) : Describe([]);
    }

    // https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
    static string PanicOf(UInt256 code) => code.ToString() switch
    {
        "1" => "assertion failed",
        "17" => "arithmetic overflow or underflow",
        "18" => "division by zero",
        "33" => "invalid enum value",
        "34" => "corrupted storage array",
        "49" => "pop of an empty array",
        "50" => "index out of bounds",
        "65" => "out of memory",
        "81" => "call of an unset function",
        string other => "code " + (other.Length <= 6 ? other : "unknown"),
    };
}
