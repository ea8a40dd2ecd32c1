// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MintableDeed} from "src/test-tokens/MintableDeed.sol";
import {MintableLots} from "src/test-tokens/MintableLots.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";

/// @notice An honest ERC-721.
contract TestERC721 is MintableDeed {}

/// @notice An honest ERC-1155.
contract TestERC1155 is MintableLots {}

/// @notice An ERC-721 whose transfers do nothing and succeed.
contract LazyERC721 is TestERC721 {
    function transferFrom(address, address, uint256) public payable override {}
}

/// @notice An ERC-721 that refuses without a revert: a transfer that is not allowed does nothing and succeeds.
contract MeekERC721 is TestERC721 {
    function transferFrom(address from, address to, uint256 tokenId) public payable override {
        bool allowed = msg.sender == from || isApprovedForAll(from, msg.sender) || getApproved(tokenId) == msg.sender;
        if (ownerOf(tokenId) == from && allowed) super.transferFrom(from, to, tokenId);
    }
}

/// @notice An ERC-3643 token with its registry and compliance in one: every answer can be set.
contract TestERC3643 is MintableToken {
    mapping(address wallet => bool) public isVerified;
    mapping(address wallet => bool) public isFrozen;
    bool public allowed = true;
    address public identityRegistry = address(this);
    address public compliance = address(this);

    constructor() MintableToken("Security", "SEC", 18) {}

    function verify(address wallet, bool verified) external {
        isVerified[wallet] = verified;
    }

    function freeze(address wallet, bool frozen) external {
        isFrozen[wallet] = frozen;
    }

    function allow(bool value) external {
        allowed = value;
    }

    function setParts(address registry, address rules) external {
        identityRegistry = registry;
        compliance = rules;
    }

    function canTransfer(address, address, uint256) external view returns (bool) {
        return allowed;
    }
}
