// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MintableDeed} from "src/test-tokens/MintableDeed.sol";

/// @notice A non-fungible token from before ERC-721 was final, as CryptoKitties is: an owner calls `transfer`; `transferFrom` works only for the spender whom
/// the owner approved, not for the owner. Without ERC-165.
contract EarlyERC721 {
    mapping(uint256 tokenId => address) internal owners;
    mapping(uint256 tokenId => address) public getApproved;
    mapping(address holder => uint256) public balanceOf;

    function mint(address to, uint256 tokenId) external {
        owners[tokenId] = to;
        ++balanceOf[to];
    }

    function ownerOf(uint256 tokenId) external view returns (address owner) {
        owner = owners[tokenId];
        require(owner != address(0), "no owner");
    }

    function approve(address spender, uint256 tokenId) external {
        require(owners[tokenId] == msg.sender, "not the owner");
        getApproved[tokenId] = spender;
    }

    function transferFrom(address from, address to, uint256 tokenId) external virtual {
        require(getApproved[tokenId] == msg.sender, "not approved");
        _move(from, to, tokenId);
    }

    function _move(address from, address to, uint256 tokenId) internal {
        require(owners[tokenId] == from, "not of the owner");
        delete getApproved[tokenId];
        owners[tokenId] = to;
        --balanceOf[from];
        ++balanceOf[to];
    }
}

/// @notice The same with `transfer`, which an ERC-20 leg uses on its way out.
contract EarlyERC721WithTransfer is EarlyERC721 {
    function transfer(address to, uint256 tokenId) external {
        _move(msg.sender, to, tokenId);
    }
}

enum Erc165 {
    Missing,
    SaysNo,
    OtherInterface,
    Reverts,
    BurnsGas,
    Nothing,
    Short,
    NotBoolean,
    Huge
}

/// @notice An early ERC-721 that answers ERC-165 in one of several ways, none of which is a yes.
contract EarlyERC721With165 is EarlyERC721 {
    Erc165 private manner;

    function turn(Erc165 value) external {
        manner = value;
    }

    function supportsInterface(bytes4 interfaceId) external view returns (bool) {
        Erc165 now_ = manner;
        if (now_ == Erc165.SaysNo) return false;
        // As CryptoKitties: ERC-165 itself and the draft of ERC-721.
        if (now_ == Erc165.OtherInterface) return interfaceId == 0x01ffc9a7 || interfaceId == 0x9a20483d;
        assembly ("memory-safe") {
            mstore(0, not(0))
            switch now_
            case 4 { invalid() }
            case 5 { return(0, 0) }
            case 6 {
                mstore(0, 1)
                return(0, 31)
            }
            case 7 { return(0, 32) }
            case 8 {
                mstore(0, 1)
                return(0, 1000000)
            }
            default { revert(0, 32) }
        }
    }
}

/// @notice An early ERC-721 that says it is an ERC-721.
contract LyingEarlyERC721 is EarlyERC721 {
    function supportsInterface(bytes4) external pure returns (bool) {
        return true;
    }
}

/// @notice An ERC-721 that can take its answer to ERC-165 back.
contract ForgetfulERC721 is MintableDeed {
    bool private forgot;

    function forget() external {
        forgot = true;
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return !forgot && super.supportsInterface(interfaceId);
    }
}
