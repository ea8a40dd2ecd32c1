// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Leg, Settlement} from "../interfaces/ISettlementEscrow.sol";

/// @title Members
/// @notice Members of terms, read without the compiler's checks of range and padding.
/// @dev Safe for terms that were hashed before: `Terms` refuses what is not canonical, so a second look at each member would find nothing. Half
/// of what an execution computes would be that second look.
library Members {
    /// @notice The legs of a settlement whose `legs` the compiler has found inside the calldata before.
    function legsOf(Settlement calldata settlement) internal pure returns (Leg[] calldata legs) {
        assembly ("memory-safe") {
            let place := add(settlement, calldataload(add(settlement, 0xc0)))
            legs.length := calldataload(place)
            legs.offset := add(place, 0x20)
        }
    }

    /// @notice The leg at `index`, which is below `legs.length`.
    function at(Leg[] calldata legs, uint256 index) internal pure returns (Leg calldata leg) {
        assembly ("memory-safe") {
            leg := add(legs.offset, shl(8, index))
        }
    }

    function isErc20(Leg calldata leg) internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := iszero(calldataload(leg))
        }
    }

    function isErc721(Leg calldata leg) internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := eq(calldataload(leg), 1)
        }
    }

    function isErc1155(Leg calldata leg) internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := eq(calldataload(leg), 2)
        }
    }

    function isChecked(Leg calldata leg) internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := eq(calldataload(add(leg, 0x20)), 1)
        }
    }

    function isDirect(Leg calldata leg) internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := eq(calldataload(add(leg, 0x20)), 2)
        }
    }

    function tokenOf(Leg calldata leg) internal pure returns (address token) {
        assembly ("memory-safe") {
            token := calldataload(add(leg, 0x40))
        }
    }

    function fromOf(Leg calldata leg) internal pure returns (address from) {
        assembly ("memory-safe") {
            from := calldataload(add(leg, 0x60))
        }
    }

    function toOf(Leg calldata leg) internal pure returns (address to) {
        assembly ("memory-safe") {
            to := calldataload(add(leg, 0x80))
        }
    }

    function refundToOf(Leg calldata leg) internal pure returns (address refundTo) {
        assembly ("memory-safe") {
            refundTo := calldataload(add(leg, 0xa0))
        }
    }
}
