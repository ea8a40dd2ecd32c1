// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MintableDeed} from "src/test-tokens/MintableDeed.sol";

/// @notice An ERC-721 with the enumeration extension: a list of tokens for each owner, and the place of each token in its owner's list. The last token of a
/// list takes the place of one that leaves.
contract EnumerableERC721 is MintableDeed {
    mapping(address owner => mapping(uint256 place => uint256 tokenId)) public tokenOfOwnerByIndex;
    mapping(uint256 tokenId => uint256) public placeOf;

    function _beforeTokenTransfer(address from, address to, uint256 tokenId) internal override {
        super._beforeTokenTransfer(from, to, tokenId);
        if (from != address(0)) {
            uint256 last = balanceOf(from) - 1;
            uint256 place = placeOf[tokenId];
            if (place != last) {
                uint256 moved = tokenOfOwnerByIndex[from][last];
                tokenOfOwnerByIndex[from][place] = moved;
                placeOf[moved] = place;
            }
            delete tokenOfOwnerByIndex[from][last];
        }
        uint256 next = balanceOf(to);
        tokenOfOwnerByIndex[to][next] = tokenId;
        placeOf[tokenId] = next;
    }
}
