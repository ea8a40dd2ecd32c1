// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Header, ISettlementEscrow, Leg, Settlement} from "../interfaces/ISettlementEscrow.sol";
import {Members} from "./Members.sol";
import {Terms} from "./Terms.sol";

/// @title Logs
/// @notice The events that carry terms. They are copied from calldata that was hashed before, and so are canonical; every other event is a
/// plain `emit`.
library Logs {
    using Members for Leg;
    using Members for Settlement;

    /// @notice `Registered(id, by, settlement)`.
    function registered(bytes32 id, address by, Settlement calldata settlement) internal {
        bytes32 topic = ISettlementEscrow.Registered.selector;
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
            mstore(free, 0x20)
        }
        uint256 size = Terms.write(settlement, settlement.legsOf(), free + 0x20) + 0x20;
        assembly ("memory-safe") {
            log3(free, size, topic, id, by)
        }
    }

    /// @notice `Opened(id, by, header, legHashes)`.
    function opened(bytes32 id, address by, Header calldata header, bytes32[] calldata legHashes) internal {
        bytes32 topic = ISettlementEscrow.Opened.selector;
        assembly ("memory-safe") {
            let free := mload(0x40)
            let size := shl(5, legHashes.length)
            calldatacopy(free, header, 0xc0)
            mstore(add(free, 0xc0), 0xe0)
            mstore(add(free, 0xe0), legHashes.length)
            calldatacopy(add(free, 0x100), legHashes.offset, size)
            log3(free, add(0x100, size), topic, id, by)
        }
    }

    /// @notice `Deposited` or, for a leg that waits in its wallet, `Armed`.
    function putIn(bytes32 id, uint256 index, Leg calldata leg) internal {
        _leg(leg.isDirect() ? ISettlementEscrow.Armed.selector : ISettlementEscrow.Deposited.selector, id, index, leg);
    }

    /// @notice `Armed(id, from, index, leg)`, whatever the mode: the leg goes from its wallet to its recipient.
    function armed(bytes32 id, uint256 index, Leg calldata leg) internal {
        _leg(ISettlementEscrow.Armed.selector, id, index, leg);
    }

    function _leg(bytes32 topic, bytes32 id, uint256 index, Leg calldata leg) private {
        address from = leg.fromOf();
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, index)
            calldatacopy(add(free, 0x20), leg, 0x100)
            log3(free, 0x120, topic, id, from)
        }
    }
}
