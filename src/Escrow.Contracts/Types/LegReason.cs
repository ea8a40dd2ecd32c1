// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>
/// What speaks against a leg. Faulty: the escrow refuses it, see <c>fault</c>. WrongSender: <c>from</c> is not the caller that was asked about.
/// BalanceTooLow, AllowanceTooLow: of <c>from</c>, for a leg that is still in its wallet. Paused: the token says so. NotVerified: the token's
/// registry does not know the recipient, or the escrow that shall hold it. PairNotAllowed: a CHECKED pair that the token refuses. NoAnswer: the
/// token answers no balance query. SignatureVoid: the leg was withdrawn once, so only its owner's own call puts it in. The last three are
/// warnings: RefundElsewhere: <c>refundTo</c> is not <c>from</c>. StaysInWallet: a DIRECT leg, whose owner can still spend it. MaybeErc721: one
/// unit of kind ERC-20 of a token that names an owner of token number 1; a non-fungible token without ERC-165 comes in as such a leg, and
/// without a function <c>transfer</c> it never leaves the escrow.
/// </summary>
public enum LegReason
{
    /// <summary>Faulty.</summary>
    Faulty = 0,

    /// <summary>WrongSender.</summary>
    WrongSender = 1,

    /// <summary>BalanceTooLow.</summary>
    BalanceTooLow = 2,

    /// <summary>AllowanceTooLow.</summary>
    AllowanceTooLow = 3,

    /// <summary>Paused.</summary>
    Paused = 4,

    /// <summary>NotVerified.</summary>
    NotVerified = 5,

    /// <summary>PairNotAllowed.</summary>
    PairNotAllowed = 6,

    /// <summary>NoAnswer.</summary>
    NoAnswer = 7,

    /// <summary>SignatureVoid.</summary>
    SignatureVoid = 8,

    /// <summary>RefundElsewhere.</summary>
    RefundElsewhere = 9,

    /// <summary>StaysInWallet.</summary>
    StaysInWallet = 10,

    /// <summary>MaybeErc721.</summary>
    MaybeErc721 = 11,
}
