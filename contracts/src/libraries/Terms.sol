// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Header, ISettlementEscrow, Leg, MAX_LEGS, Settlement} from "../interfaces/ISettlementEscrow.sol";

/// @title Terms
/// @notice EIP-712 hashing of the terms.
/// @dev Members are read by the compiler's own calldata access, which refuses an enum out of range and dirty padding, before they are hashed.
library Terms {
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
    function legHash(Leg calldata leg) internal pure returns (bytes32) {
        return keccak256(abi.encode(LEG_TYPEHASH, leg));
    }

    /// @notice The array hash of all legs, after the check of their number.
    function legsHash(Leg[] calldata legs) internal pure returns (bytes32) {
        _requireLegCount(legs.length);
        bytes32[] memory hashes = new bytes32[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            hashes[i] = legHash(legs[i]);
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Proves that `leg` stands at `index` among the hashed legs.
    /// @return The array hash of all legs.
    function proveLeg(bytes32[] calldata legHashes, uint256 index, Leg calldata leg) internal pure returns (bytes32) {
        _requireLegCount(legHashes.length);
        if (index >= legHashes.length || legHashes[index] != legHash(leg)) revert ISettlementEscrow.LegMismatch(index);
        return keccak256(abi.encodePacked(legHashes));
    }

    /// @notice The id: the digest of the terms in `domain`.
    function id(bytes32 domain, Header calldata header, bytes32 hashOfLegs) internal pure returns (bytes32) {
        return _digest(domain, keccak256(abi.encode(SETTLEMENT_TYPEHASH, header, hashOfLegs)));
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

    function _digest(bytes32 domain, bytes32 structHash) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _requireLegCount(uint256 count) private pure {
        if (count == 0 || count > MAX_LEGS) revert ISettlementEscrow.BadLegCount(count);
    }
}
