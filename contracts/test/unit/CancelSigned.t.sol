// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CancelledBy, ISettlementEscrow, Leg, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Signing} from "../support/Signing.sol";

/// @notice `cancelSigned`.
contract CancelSignedTest is Signing {
    function test_CancelSigned_Full() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        watchLogs();
        cancelSigned(s, ascending(alice, bob));
        assertKnown(idOf(s), Known(State.Cancelled, 1, 0, 0, 2, false));
        readLogs();
        assertLog(ISettlementEscrow.Cancelled.selector, idOf(s), stranger, abi.encode(CancelledBy.Everyone));
        assertNoMoreLogs();
        refund(s, 0);
        assertEq(bond.balanceOf(alice), BOND_AMOUNT * 2);
    }

    /// @notice From None nothing is asked of header or legs: it only needs the id.
    function test_CancelSigned_FromNone() public {
        Settlement memory s = bondForCash();
        s.gate = stranger;
        s.legs[0].amount = 0;
        s.notBefore = s.deadline + 1;
        cancelSigned(s, ascending(alice, bob));
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 0, false));
    }

    function test_CancelSigned_SenderCounts() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(bob), cancelDigest(s));
        vm.prank(alice);
        escrow.cancelSigned(s, ascending(bob), signatures);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Cancelled));
    }

    function test_CancelSigned_EveryFrom() public {
        Settlement memory s = threeKinds();
        bytes[] memory signatures = signAll(ascending(alice, carol), cancelDigest(s));
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(1));
        escrow.cancelSigned(s, ascending(alice, carol), signatures);
        signatures = signAll(ascending(alice, bob), cancelDigest(s));
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(2));
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
        signatures = signAll(ascending(alice, bob, carol), cancelDigest(s));
        escrow.cancelSigned(s, ascending(alice, bob, carol), signatures);
    }

    function test_CancelSigned_OtherType() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        expectError(ISettlementEscrow.BadSignature.selector, ascending(alice, bob)[0]);
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
    }

    function test_CancelSigned_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        afterDeadline();
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.cancelSigned(s, ascending(alice), new bytes[](2));
        expectExpired();
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
        vm.warp(DEADLINE);
        expectError(ISettlementEscrow.BadSignature.selector, alice);
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
        address[] memory signers = new address[](2);
        (signers[0], signers[1]) = (alice, alice);
        bytes[] memory signatures = signAll(signers, cancelDigest(s));
        expectError(ISettlementEscrow.SignersNotAscending.selector);
        escrow.cancelSigned(s, signers, signatures);
        depositAll(s);
        execute(s);
        afterDeadline();
        expectNotOpen(State.Executed);
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
        s.legs = new Leg[](0);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
    }

    function test_CancelSigned_TimeCells() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE;
        deposit(s, 0);
        uint256 open = vm.snapshotState();
        cancelSigned(s, ascending(alice, bob));
        vm.revertToState(open);
        vm.warp(DEADLINE);
        cancelSigned(s, ascending(alice, bob));
        vm.revertToState(open);
        bytes[] memory signatures = signAll(ascending(alice, bob), cancelDigest(s));
        afterDeadline();
        expectExpired();
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
    }

    /// @notice CancelVersusExecute: whichever is mined first holds, and the other fails by name.
    function test_CancelVersusExecute_BothOrders() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        uint256 full = vm.snapshotState();
        bytes[] memory signatures = signAll(ascending(alice, bob), cancelDigest(s));
        cancelAsOperator(s);
        expectNotOpen(State.Cancelled);
        execute(s);
        expectNotOpen(State.Cancelled);
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
        vm.revertToState(full);
        execute(s);
        expectNotOpen(State.Executed);
        cancelAsOperator(s);
        expectNotOpen(State.Executed);
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
        expectNotOpen(State.Executed);
        refund(s, 0);
    }
}
