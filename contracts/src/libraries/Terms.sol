// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Header, ISettlementEscrow, Leg, MAX_LEGS, Settlement} from "../interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "../interfaces/ISettlementGate.sol";
import {Members} from "./Members.sol";

/// @title Terms
/// @notice EIP-712 hashing of the terms, and their encoding for the gate and for calls of the escrow to itself.
/// @dev The terms lie in calldata word for word as they are hashed, so they are copied and not encoded member by member. What is copied is
/// checked first: an enum out of range or dirty padding reverts without data, as the compiler's own decoder would.
library Terms {
    using Members for Settlement;

    string internal constant NAME = "Keystone SettlementEscrow";
    string internal constant VERSION = "1";

    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    bytes32 internal constant LEG_TYPEHASH =
        keccak256("Leg(uint8 kind,uint8 mode,address token,address from,address to,address refundTo,uint256 tokenId,uint256 amount)");

    bytes32 internal constant SETTLEMENT_TYPEHASH = keccak256(
        "Settlement(bytes32 ref,uint64 notBefore,uint64 deadline,address operator,address gate,bytes32 commitment,Leg[] legs)Leg(uint8 kind,uint8 mode,address token,address from,address to,address refundTo,uint256 tokenId,uint256 amount)"
    );

    bytes32 internal constant DEPOSIT_TYPEHASH = keccak256("Deposit(bytes32 settlement,uint256 leg)");

    bytes32 internal constant CANCEL_TYPEHASH = keccak256("Cancel(bytes32 settlement)");

    /// @notice The domain separator of a contract on a chain.
    function domainSeparator(uint256 chainId, address verifyingContract) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(NAME)), keccak256(bytes(VERSION)), chainId, verifyingContract));
    }

    /// @notice The struct hash of one leg.
    function legHash(Leg calldata leg) internal pure returns (bytes32 hash) {
        uint256 legs;
        assembly ("memory-safe") {
            legs := leg
        }
        uint256 hashes = _hashLegs(legs, 1);
        assembly ("memory-safe") {
            hash := mload(hashes)
        }
    }

    /// @notice The array hash of all legs, after the check of their number.
    function legsHash(Leg[] calldata legs) internal pure returns (bytes32 hash) {
        _requireLegCount(legs.length);
        uint256 offset;
        assembly ("memory-safe") {
            offset := legs.offset
        }
        uint256 hashes = _hashLegs(offset, legs.length);
        assembly ("memory-safe") {
            hash := keccak256(hashes, shl(5, legs.length))
        }
    }

    /// @notice Proves that `leg` stands at `index` among the hashed legs, after the check of their number.
    function proveLeg(bytes32[] calldata legHashes, uint256 index, Leg calldata leg) internal pure {
        _requireLegCount(legHashes.length);
        if (index >= legHashes.length || legHashes[index] != legHash(leg)) revert ISettlementEscrow.LegMismatch(index);
    }

    /// @notice The array hash of hashed legs.
    function hashesHash(bytes32[] calldata legHashes) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            let size := shl(5, legHashes.length)
            calldatacopy(free, legHashes.offset, size)
            hash := keccak256(free, size)
        }
    }

    /// @notice The id: the digest of the terms in `domain`.
    function id(bytes32 domain, Header calldata header, bytes32 hashOfLegs) internal pure returns (bytes32) {
        bytes32 typeHash = SETTLEMENT_TYPEHASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), header, 0xc0)
            mstore(add(free, 0xe0), hashOfLegs)
            let times := or(mload(add(free, 0x40)), mload(add(free, 0x60)))
            let roles := or(mload(add(free, 0x80)), mload(add(free, 0xa0)))
            if or(shr(64, times), shr(160, roles)) { revert(0, 0) }
            structHash := keccak256(free, 0x100)
        }
        return _digest(domain, structHash);
    }

    /// @notice What names one deposit in signatures of other contracts: the Permit2 witness and the ERC-3009 nonce.
    function depositWitness(bytes32 settlementId, uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEPOSIT_TYPEHASH, settlementId, index));
    }

    /// @notice What a party signs to consent to a cancellation.
    function cancelDigest(bytes32 domain, bytes32 settlementId) internal pure returns (bytes32) {
        return _digest(domain, keccak256(abi.encode(CANCEL_TYPEHASH, settlementId)));
    }

    /// @notice The terms without the legs.
    function headerOf(Settlement calldata settlement) internal pure returns (Header calldata header) {
        // Safe: `Header` is static and its members are the first six of `Settlement`, so the calldata is the same.
        assembly ("memory-safe") {
            header := settlement
        }
    }

    /// @notice The call data of `ISettlementGate.mayExecute(id, settlement)`.
    function encodeQuestion(bytes32 settlementId, Settlement calldata settlement) internal pure returns (bytes memory) {
        return _encode(ISettlementGate.mayExecute.selector, settlementId, bytes32(uint256(0x40)), settlement, settlement.legsOf());
    }

    /// @notice The call data of `ISettlementEscrow.executeItem(settlement, by)`.
    /// @dev Copies terms that nobody checked yet: the call itself decodes them.
    function encodeItem(Settlement calldata settlement, address by) internal pure returns (bytes memory) {
        return
            _encode(
                ISettlementEscrow.executeItem.selector, bytes32(uint256(0x40)), bytes32(uint256(uint160(by))), settlement, settlement.legs
            );
    }

    /// @notice Writes the terms to memory at `at`, as the ABI encodes a struct inside a tuple.
    /// @dev The caller owns the memory at `at`.
    /// @param legs The legs of `settlement`.
    /// @return size How many bytes were written.
    function write(Settlement calldata settlement, Leg[] calldata legs, uint256 at) internal pure returns (uint256 size) {
        assembly ("memory-safe") {
            size := shl(8, legs.length)
            calldatacopy(at, settlement, 0xc0)
            mstore(add(at, 0xc0), 0xe0)
            mstore(add(at, 0xe0), legs.length)
            calldatacopy(add(at, 0x100), legs.offset, size)
            size := add(size, 0x100)
        }
    }

    /// @dev A call with two words and the terms, one of the words being the terms' offset.
    function _encode(bytes4 selector, bytes32 first, bytes32 second, Settlement calldata settlement, Leg[] calldata legs)
        private
        pure
        returns (bytes memory data)
    {
        uint256 at;
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(add(data, 0x20), selector)
            mstore(add(data, 0x24), first)
            mstore(add(data, 0x44), second)
            at := add(data, 0x64)
        }
        uint256 size = write(settlement, legs, at);
        assembly ("memory-safe") {
            mstore(data, add(size, 0x44))
            mstore(0x40, add(at, size))
        }
    }

    /// @dev Hashes `count` legs that lie in calldata at `legs`.
    /// @return hashes Where the hashes lie one after the other, in memory that nobody owns.
    function _hashLegs(uint256 legs, uint256 count) private pure returns (uint256 hashes) {
        bytes32 typeHash = LEG_TYPEHASH;
        assembly ("memory-safe") {
            // The type hash and the eight members of one leg, overwritten by the next.
            let struct := mload(0x40)
            mstore(struct, typeHash)
            hashes := add(struct, 0x120)
            let dirty := 0
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                calldatacopy(add(struct, 0x20), add(legs, shl(8, i)), 0x100)
                let kindOrMode := or(gt(mload(add(struct, 0x20)), 2), gt(mload(add(struct, 0x40)), 2))
                let tokenOrFrom := or(mload(add(struct, 0x60)), mload(add(struct, 0x80)))
                let toOrRefundTo := or(mload(add(struct, 0xa0)), mload(add(struct, 0xc0)))
                dirty := or(dirty, or(kindOrMode, shr(160, or(tokenOrFrom, toOrRefundTo))))
                mstore(add(hashes, shl(5, i)), keccak256(struct, 0x120))
            }
            if dirty { revert(0, 0) }
        }
    }

    function _digest(bytes32 domain, bytes32 structHash) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hex"1901")
            mstore(add(free, 0x02), domain)
            mstore(add(free, 0x22), structHash)
            digest := keccak256(free, 0x42)
        }
    }

    function _requireLegCount(uint256 count) private pure {
        if (count == 0 || count > MAX_LEGS) revert ISettlementEscrow.BadLegCount(count);
    }
}
