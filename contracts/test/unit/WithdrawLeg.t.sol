// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, Header, ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract WithdrawLegTest is EscrowTest {
    function test_WithdrawLeg_PaysRefundTo() public {
        Settlement memory s = bondForCash();
        s.legs[0].refundTo = vault;
        supply(s);
        deposit(s, 0);
        uint256 before = bond.balanceOf(alice);
        watchLogs();
        withdraw(s, 0);

        assertKnown(idOf(s), Known(State.Open, 0, 0, 1, 2, false));
        assertEq(bond.balanceOf(vault), BOND_AMOUNT);
        assertEq(bond.balanceOf(alice), before);
        readLogs();
        assertLog(ISettlementEscrow.Withdrawn.selector, idOf(s), vault, abi.encode(uint256(0)));
        assertNoMoreLogs();
    }

    function test_WithdrawLeg_EveryKind() public {
        Settlement memory s = threeKinds();
        for (uint256 i; i < 3; ++i) {
            deposit(s, i);
            withdraw(s, i);
        }
        assertKnown(idOf(s), Known(State.Open, 0, 0, 7, 3, false));
        assertEq(deed.ownerOf(7), alice);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
        assertEq(share.balanceOf(carol, 9), 50);
    }

    function test_WithdrawLeg_Disarms() public {
        Settlement memory s = bondForDirectCash();
        deposit(s, 1);
        watchLogs();
        withdraw(s, 1);
        assertKnown(idOf(s), Known(State.Open, 0, 0, 2, 2, false));
        readLogs();
        assertLog(ISettlementEscrow.Disarmed.selector, idOf(s), abi.encode(uint256(1)));
        assertNoMoreLogs();
    }

    function test_WithdrawLeg_FullyFunded() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        expectError(ISettlementEscrow.FullyFunded.selector);
        withdraw(s, 0);
        expectError(ISettlementEscrow.FullyFunded.selector);
        withdraw(s, 1);
    }

    function test_WithdrawLeg_NotIn() public {
        Settlement memory s = bondForCash();
        register(s);
        expectError(ISettlementEscrow.LegNotIn.selector, uint256(0));
        withdraw(s, 0);
        deposit(s, 0);
        expectError(ISettlementEscrow.LegNotIn.selector, uint256(1));
        withdraw(s, 1);
        withdraw(s, 0);
        expectError(ISettlementEscrow.LegNotIn.selector, uint256(0));
        withdraw(s, 0);
    }

    function test_WithdrawLeg_OnlyByItsOwner() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        s.legs[0].refundTo = alice;
        expectNotDepositor(0, stranger);
        withdrawAs(stranger, s, 0);
        expectNotDepositor(0, operator);
        withdrawAs(operator, s, 0);
        expectNotDepositor(0, bob);
        withdrawAs(bob, s, 0);
    }

    function test_WithdrawLeg_Unknown() public {
        Settlement memory s = bondForCash();
        afterDeadline();
        expectError(ISettlementEscrow.UnknownSettlement.selector, idOf(s));
        withdraw(s, 0);
    }

    function test_WithdrawLeg_WhenEnded() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        cancelAsOperator(s);
        expectNotOpen(State.Cancelled);
        withdraw(s, 0);

        Settlement memory other = bondForCash();
        other.ref = bytes32("other");
        depositAll(other);
        execute(other);
        afterDeadline();
        expectNotOpen(State.Executed);
        withdraw(other, 0);
    }

    function test_WithdrawLeg_TimeCells() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        uint256 held = vm.snapshotState();
        vm.warp(DEADLINE - 1);
        withdraw(s, 0);
        vm.revertToState(held);
        vm.warp(DEADLINE);
        withdraw(s, 0);
        vm.revertToState(held);
        afterDeadline();
        expectExpired();
        withdraw(s, 0);
    }

    function test_WithdrawLeg_MismatchAndCount() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        Header memory header = headerOf(s);
        bytes32[] memory hashes = hashesOf(s);
        vm.startPrank(alice);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(1));
        escrow.withdrawLeg(header, hashes, 1, s.legs[0]);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(2));
        escrow.withdrawLeg(header, hashes, 2, s.legs[0]);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.withdrawLeg(header, new bytes32[](0), 0, s.legs[0]);
    }

    /// @notice count, hash, state, time, caller, bits.
    function test_WithdrawLeg_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        afterDeadline();
        expectExpired();
        withdrawAs(stranger, s, 0);
        vm.warp(START);
        expectNotDepositor(0, stranger);
        withdrawAs(stranger, s, 0);
        expectError(ISettlementEscrow.FullyFunded.selector);
        withdraw(s, 0);
    }

    function testFuzz_WithdrawLeg_OthersStay(uint8 first, uint8 second) public {
        Settlement memory s = threeKinds();
        s.legs[1].mode = CustodyMode.DIRECT;
        uint256 a = bound(first, 0, 2);
        uint256 b = bound(second, 0, 2);
        deposit(s, a);
        if (a == b) return;
        deposit(s, b);
        withdraw(s, a);
        Known memory word = known(idOf(s));
        assertEq(word.held | word.armed, uint64(1 << b));
        assertEq(word.left, uint64(1 << a));
        assertSolvent();
    }
}
