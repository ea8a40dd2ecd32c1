// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CancelledBy, ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract CancelAsOperatorTest is EscrowTest {
    function test_CancelAsOperator_FromNone() public {
        Settlement memory s = bondForCash();
        watchLogs();
        cancelAsOperator(s);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 0, false));
        readLogs();
        assertLog(ISettlementEscrow.Cancelled.selector, idOf(s), operator, abi.encode(CancelledBy.Operator));
        assertNoMoreLogs();
    }

    function test_CancelAsOperator_FromOpen() public {
        Settlement memory s = bondForCash();
        register(s);
        deposit(s, 0);
        cancelAsOperator(s);
        assertKnown(idOf(s), Known(State.Cancelled, 1, 0, 0, 2, true));
    }

    /// @notice Also when full; held legs stay owed, consents end.
    function test_CancelAsOperator_WhenFull() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        watchLogs();
        cancelAsOperator(s);
        assertKnown(idOf(s), Known(State.Cancelled, 1, 0, 0, 2, false));
        readLogs();
        assertLog(ISettlementEscrow.Cancelled.selector, idOf(s), operator, abi.encode(CancelledBy.Operator));
        assertNoMoreLogs();
        refund(s, 0);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 2, false));
    }

    function test_CancelAsOperator_KeepsLeft() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        withdraw(s, 0);
        cancelAsOperator(s);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 1, 2, false));
    }

    function test_CancelAsOperator_OnlyByTheOperator() public {
        Settlement memory s = bondForCash();
        expectError(ISettlementEscrow.NotOperator.selector, stranger);
        cancelAsOperator(stranger, s);
        expectError(ISettlementEscrow.NotOperator.selector, alice);
        cancelAsOperator(alice, s);
        s.operator = address(0);
        expectError(ISettlementEscrow.NotOperator.selector, operator);
        cancelAsOperator(operator, s);
    }

    function test_CancelAsOperator_WhenEnded() public {
        Settlement memory s = bondForCash();
        cancelAsOperator(s);
        afterDeadline();
        expectNotOpen(State.Cancelled);
        cancelAsOperator(stranger, s);

        vm.warp(START);
        s.ref = bytes32("other");
        depositAll(s);
        execute(s);
        expectNotOpen(State.Executed);
        cancelAsOperator(s);
    }

    function test_CancelAsOperator_TimeCells() public {
        Settlement memory s = bondForCash();
        uint256 fresh = vm.snapshotState();
        for (uint256 opened; opened < 2; ++opened) {
            for (uint256 i; i < 2; ++i) {
                vm.revertToState(fresh);
                if (opened == 1) depositAll(s);
                vm.warp(DEADLINE - i);
                cancelAsOperator(s);
            }
            vm.revertToState(fresh);
            if (opened == 1) depositAll(s);
            afterDeadline();
            expectExpired();
            cancelAsOperator(stranger, s);
        }
    }

    /// @notice Terms of other people are out of reach: the operator is part of the id.
    function testFuzz_CancelAsOperator_CannotReachOtherIds(address caller) public {
        Settlement memory s = bondForCash();
        vm.assume(caller != operator);
        deposit(s, 0);
        bytes32 id = idOf(s);
        s.operator = caller;
        vm.assume(caller != address(0));
        cancelAsOperator(caller, s);
        assertEq(uint8(known(id).state), uint8(State.Open));
    }
}
