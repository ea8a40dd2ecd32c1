// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ERC1155} from "solady/tokens/ERC1155.sol";

/// @title MintableLots
/// @notice FOR SANDBOXES ONLY. An ERC-1155 of which anyone can mint any amount of any token to anyone.
contract MintableLots is ERC1155 {
    /// @notice Mints `amount` of the token `tokenId` to `to`. Open to everyone.
    function mint(address to, uint256 tokenId, uint256 amount) external {
        _mint(to, tokenId, amount, "");
    }

    function uri(uint256) public pure override returns (string memory) {
        return "";
    }
}
