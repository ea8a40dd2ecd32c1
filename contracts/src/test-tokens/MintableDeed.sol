// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ERC721} from "solady/tokens/ERC721.sol";

/// @title MintableDeed
/// @notice FOR SANDBOXES ONLY. An ERC-721 of which anyone can mint any token to anyone.
contract MintableDeed is ERC721 {
    /// @notice Mints the token `tokenId` to `to`. Open to everyone.
    function mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }

    function name() public pure override returns (string memory) {
        return "Deed";
    }

    function symbol() public pure override returns (string memory) {
        return "DEED";
    }

    function tokenURI(uint256) public pure override returns (string memory) {
        return "";
    }
}
