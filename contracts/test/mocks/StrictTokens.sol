// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {TestERC1155, TestERC721} from "./TestTokens.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";

/// @notice An ERC-20 that takes calls of exactly the length that the ABI says, and answers questions with more than was asked.
contract StrictERC20 is MintableToken {
    /// @notice Whose balance it does not tell, and how.
    address public silentAbout;
    uint256 public silentLength;

    constructor() MintableToken("Strict", "STRICT", 18) {}

    function keepSilent(address holder, uint256 length) external {
        (silentAbout, silentLength) = (holder, length);
    }

    function balanceOf(address holder) public view override returns (uint256 units) {
        require(msg.data.length == 36, "length");
        units = super.balanceOf(holder);
        if (holder == silentAbout) {
            uint256 length = silentLength;
            require(length > 0, "silent");
            assembly ("memory-safe") {
                mstore(0, units)
                return(0, length)
            }
        }
        assembly ("memory-safe") {
            // Ones behind the answer, as far as a reader could go wrong.
            let free := mload(0x40)
            mstore(free, units)
            mstore(add(free, 0x20), not(0))
            mstore(add(free, 0x40), not(0))
            return(free, 0x60)
        }
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        require(msg.data.length == 68, "length");
        super.transfer(to, amount);
        _long();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        require(msg.data.length == 100, "length");
        super.transferFrom(from, to, amount);
        _long();
    }

    function _long() private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, 1)
            mstore(add(free, 0x20), not(0))
            mstore(add(free, 0x40), not(0))
            return(free, 0x60)
        }
    }
}

/// @notice The same for ERC-721.
contract StrictERC721 is TestERC721 {
    bool private silent;

    function keepSilent(bool value) external {
        silent = value;
    }

    function transferFrom(address from, address to, uint256 tokenId) public payable override {
        require(msg.data.length == 100, "length");
        super.transferFrom(from, to, tokenId);
    }

    function ownerOf(uint256 tokenId) public view override returns (address owner) {
        owner = super.ownerOf(tokenId);
        if (msg.sender == address(this)) return owner;
        require(msg.data.length == 36, "length");
        bool short = silent;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, owner)
            mstore(add(free, 0x20), not(0))
            return(free, sub(0x40, mul(short, 0x21)))
        }
    }
}

/// @notice The same for ERC-1155.
contract StrictERC1155 is TestERC1155 {
    function balanceOf(address holder, uint256 tokenId) public view override returns (uint256 units) {
        require(msg.data.length == 68, "length");
        units = super.balanceOf(holder, tokenId);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, units)
            mstore(add(free, 0x20), not(0))
            return(free, 0x40)
        }
    }

    function safeTransferFrom(address from, address to, uint256 tokenId, uint256 amount, bytes calldata data) public override {
        require(msg.data.length == 196 && data.length == 0, "length");
        super.safeTransferFrom(from, to, tokenId, amount, data);
    }
}
