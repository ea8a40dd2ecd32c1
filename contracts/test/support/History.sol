// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {ISettlementEscrow, State} from "src/interfaces/ISettlementEscrow.sol";

/// @notice The states of settlements as their events tell them. Reverts on an event that contradicts an earlier one.
library History {
    struct Told {
        State state;
        uint64 held;
        uint64 armed;
        uint64 left;
        bool registered;
    }

    function fold(mapping(bytes32 id => Told) storage all, Vm.Log memory log) internal {
        bytes32 topic0 = log.topics[0];
        // Advisory events say nothing about a state.
        if (topic0 == ISettlementEscrow.SwapFailed.selector || topic0 == ISettlementEscrow.RefundFailed.selector) return;
        Told storage told = all[log.topics[1]];
        if (topic0 == ISettlementEscrow.Refunded.selector) {
            require(told.state != State.Executed, "refunded after execution");
            told.held = _clear(told.held, _first(log));
            return;
        }
        require(told.state != State.Executed && told.state != State.Cancelled, "an event after the end");
        if (topic0 == ISettlementEscrow.Registered.selector) {
            require(!told.registered, "registered twice");
            told.registered = true;
            told.state = State.Open;
        } else if (topic0 == ISettlementEscrow.Opened.selector) {
            require(told.state == State.None, "opened twice");
            told.state = State.Open;
        } else if (topic0 == ISettlementEscrow.Deposited.selector) {
            told.held = _set(told.held, _first(log));
        } else if (topic0 == ISettlementEscrow.Armed.selector) {
            told.armed = _set(told.armed, _first(log));
        } else if (topic0 == ISettlementEscrow.Withdrawn.selector) {
            told.held = _clear(told.held, _first(log));
            told.left |= uint64(1) << uint64(_first(log));
        } else if (topic0 == ISettlementEscrow.Disarmed.selector) {
            told.armed = _clear(told.armed, _first(log));
            told.left |= uint64(1) << uint64(_first(log));
        } else if (topic0 == ISettlementEscrow.Executed.selector) {
            uint64 fromWallets = abi.decode(log.data, (uint64));
            require(told.state == State.Open, "executed before it was opened");
            require(fromWallets & told.held == 0, "a held leg came from a wallet");
            require(fromWallets & told.armed == told.armed, "an armed leg came from elsewhere");
            require(told.registered || fromWallets == told.armed, "a leg whose terms no event tells");
            (told.state, told.held, told.armed) = (State.Executed, 0, 0);
        } else {
            require(topic0 == ISettlementEscrow.Cancelled.selector, "unknown event");
            (told.state, told.armed) = (State.Cancelled, 0);
        }
    }

    function _first(Vm.Log memory log) private pure returns (uint256 index) {
        bytes memory data = log.data;
        assembly ("memory-safe") {
            index := mload(add(data, 0x20))
        }
    }

    function _set(uint64 bits, uint256 index) private pure returns (uint64) {
        require((bits >> index) & 1 == 0, "set twice");
        return bits | uint64(1) << uint64(index);
    }

    function _clear(uint64 bits, uint256 index) private pure returns (uint64) {
        require((bits >> index) & 1 == 1, "cleared twice");
        return bits & ~(uint64(1) << uint64(index));
    }
}
