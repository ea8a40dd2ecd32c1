// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>
/// What is wrong with a leg. A leg with two faults reports the one that stands first here. Disguised721: one unit of kind ERC-20 of a token
/// that says by ERC-165 that it is an ERC-721. NotErc721: kind ERC-721 of a token that does not say so.
/// </summary>
public enum LegFault
{
    /// <summary>ZeroAddress.</summary>
    ZeroAddress = 0,

    /// <summary>IsEscrow.</summary>
    IsEscrow = 1,

    /// <summary>IsToken.</summary>
    IsToken = 2,

    /// <summary>SelfTransfer.</summary>
    SelfTransfer = 3,

    /// <summary>ZeroAmount.</summary>
    ZeroAmount = 4,

    /// <summary>AmountNotOne.</summary>
    AmountNotOne = 5,

    /// <summary>TokenIdNotZero.</summary>
    TokenIdNotZero = 6,

    /// <summary>NoCode.</summary>
    NoCode = 7,

    /// <summary>Disguised721.</summary>
    Disguised721 = 8,

    /// <summary>CheckedNotErc20.</summary>
    CheckedNotErc20 = 9,

    /// <summary>DirectRefundTo.</summary>
    DirectRefundTo = 10,

    /// <summary>NotErc721.</summary>
    NotErc721 = 11,
}
