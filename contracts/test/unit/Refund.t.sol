// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Header, ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract RefundTest is EscrowTest {
    function test_Refund_AfterTheDeadline() public {
        Settlement memory s = bondForCash();
        s.legs[0].refundTo = vault;
        supply(s);
        depositAll(s);
        afterDeadline();
        watchLogs();
        refund(s, 0);
        assertKnown(idOf(s), Known(State.Open, 2, 0, 0, 2, false));
        assertEq(bond.balanceOf(vault), BOND_AMOUNT);
        refund(s, 1);
        assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 2, false));
        assertEq(cash.balanceOf(address(escrow)), 0);
        readLogs();
        assertLog(ISettlementEscrow.Refunded.selector, idOf(s), vault, abi.encode(uint256(0)));
        assertLog(ISettlementEscrow.Refunded.selector, idOf(s), bob, abi.encode(uint256(1)));
        assertNoMoreLogs();
    }

    function test_Refund_AfterCancel_AtAnyTime() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        cancelAsOperator(s);
        refund(s, 1);
        assertKnown(idOf(s), Known(State.Cancelled, 1, 0, 0, 2, false));
        vm.warp(DEADLINE + 10_000 days);
        refund(s, 0);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 2, false));
        assertEq(bond.balanceOf(alice), BOND_AMOUNT);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
    }

    function test_Refund_EveryKind() public {
        Settlement memory s = threeKinds();
        depositAll(s);
        afterDeadline();
        for (uint256 i; i < 3; ++i) {
            refund(s, i);
        }
        assertEq(deed.ownerOf(7), alice);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
        assertEq(share.balanceOf(carol, 9), 50);
        assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 3, false));
    }

    function test_Refund_TimeCells() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        for (uint256 i; i < 2; ++i) {
            vm.warp(DEADLINE - i);
            expectError(ISettlementEscrow.StillOpen.selector, uint256(DEADLINE));
            refund(s, 0);
        }
        vm.warp(DEADLINE + 1);
        refund(s, 0);
    }

    function test_Refund_Unknown() public {
        Settlement memory s = bondForCash();
        afterDeadline();
        expectError(ISettlementEscrow.UnknownSettlement.selector, idOf(s));
        refund(s, 0);
    }

    function test_Refund_WhenExecuted() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        execute(s);
        expectNotOpen(State.Executed);
        refund(s, 0);
        afterDeadline();
        expectNotOpen(State.Executed);
        refund(s, 0);
    }

    function test_Refund_NothingHeld() public {
        Settlement memory s = bondForDirectCash();
        deposit(s, 1);
        afterDeadline();
        expectError(ISettlementEscrow.NothingHeld.selector, uint256(0));
        refund(s, 0);
        expectError(ISettlementEscrow.NothingHeld.selector, uint256(1));
        refund(s, 1);
    }

    function test_Refund_Twice() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        afterDeadline();
        refund(s, 0);
        expectError(ISettlementEscrow.NothingHeld.selector, uint256(0));
        refund(s, 0);
    }

    function test_Refund_CancelledFromNone() public {
        Settlement memory s = bondForCash();
        cancelAsOperator(s);
        expectError(ISettlementEscrow.NothingHeld.selector, uint256(0));
        refund(s, 0);
    }

    function test_Refund_MismatchAndCount() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        Header memory header = headerOf(s);
        bytes32[] memory hashes = hashesOf(s);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(1));
        escrow.refund(header, hashes, 1, s.legs[0]);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(2));
        escrow.refund(header, hashes, 2, s.legs[0]);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.refund(header, new bytes32[](0), 0, s.legs[0]);
        s.legs[0].refundTo = stranger;
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(0));
        escrow.refund(header, hashes, 0, s.legs[0]);
    }

    /// @notice A token that does not let one leg go back holds up nobody else, and can be tried for ever.
    function test_Refund_OneBlockedLegIsIsolated() public {
        Settlement memory s = threeKinds();
        s.legs[2].refundTo = address(bond); // a contract that takes no ERC-1155
        depositAll(s);
        afterDeadline();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(2));
        refund(s, 2);
        refund(s, 1);
        refund(s, 0);
        assertKnown(idOf(s), Known(State.Open, 4, 0, 0, 3, false));
    }

    /// @notice Execute and refund windows are disjoint and leave no gap.
    function testFuzz_Refund_NeverTogetherWithExecute(uint64 time) public {
        Settlement memory s = bondForCash();
        depositAll(s);
        vm.warp(bound(time, START, type(uint64).max));
        uint256 funded = vm.snapshotState();
        bool inTime = block.timestamp <= DEADLINE;
        if (!inTime) expectExpired();
        execute(s);
        vm.revertToState(funded);
        if (inTime) expectError(ISettlementEscrow.StillOpen.selector, uint256(DEADLINE));
        refund(s, 0);
    }
}
