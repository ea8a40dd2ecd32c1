// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>The token standard of a leg. Part of the signed terms: 20 and 721 share selectors, so the chain never guesses.</summary>
public enum TokenKind
{
    /// <summary>ERC20.</summary>
    Erc20 = 0,

    /// <summary>ERC721.</summary>
    Erc721 = 1,

    /// <summary>ERC1155.</summary>
    Erc1155 = 2,
}
