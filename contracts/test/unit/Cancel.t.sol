// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CancelledBy, Header, ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract CancelTest is EscrowTest {
    function test_Cancel_FromNone() public {
        Settlement memory s = bondForCash();
        watchLogs();
        cancel(s, 0);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 0, false));
        readLogs();
        assertLog(ISettlementEscrow.Cancelled.selector, idOf(s), alice, abi.encode(CancelledBy.Party));
        assertNoMoreLogs();
        expectNotOpen(State.Cancelled);
        deposit(s, 0);
        expectNotOpen(State.Cancelled);
        register(s);
    }

    function test_Cancel_FromOpen_KeepsWhatIsHeld() public {
        Settlement memory s = bondForCash();
        register(s);
        deposit(s, 0);
        watchLogs();
        cancel(s, 1);
        assertKnown(idOf(s), Known(State.Cancelled, 1, 0, 0, 2, true));
        readLogs();
        assertLog(ISettlementEscrow.Cancelled.selector, idOf(s), bob, abi.encode(CancelledBy.Party));
        assertNoMoreLogs();
        refund(s, 0);
        assertEq(bond.balanceOf(alice), BOND_AMOUNT);
    }

    function test_Cancel_ClearsArmed() public {
        Settlement memory s = bondForDirectCash();
        deposit(s, 1);
        cancel(s, 1);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 2, false));
    }

    /// @notice From None it needs nothing but the id: also terms that could never open.
    function test_Cancel_FromNone_ChecksNoHeaderAndNoLeg() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE + 1;
        s.gate = stranger;
        s.legs[0].amount = 0;
        cancel(s, 0);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 0, false));
    }

    function test_Cancel_FullyFunded() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        expectError(ISettlementEscrow.FullyFunded.selector);
        cancel(s, 0);
    }

    function test_Cancel_OnlyByAParty() public {
        Settlement memory s = bondForCash();
        expectNotDepositor(0, stranger);
        cancelAs(stranger, s, 0);
        expectNotDepositor(0, operator);
        cancelAs(operator, s, 0);
        expectNotDepositor(0, bob);
        cancelAs(bob, s, 0);
    }

    function test_Cancel_WhenEnded() public {
        Settlement memory s = bondForCash();
        cancel(s, 0);
        afterDeadline();
        expectNotOpen(State.Cancelled);
        cancel(s, 0);

        vm.warp(START);
        s.ref = bytes32("other");
        depositAll(s);
        execute(s);
        expectNotOpen(State.Executed);
        cancel(s, 0);
    }

    function test_Cancel_TimeCells() public {
        Settlement memory s = bondForCash();
        uint256 fresh = vm.snapshotState();
        vm.warp(DEADLINE - 1);
        cancel(s, 0);
        vm.revertToState(fresh);
        vm.warp(DEADLINE);
        cancel(s, 0);
        vm.revertToState(fresh);
        deposit(s, 0);
        afterDeadline();
        expectExpired();
        cancel(s, 0);
    }

    function test_Cancel_MismatchAndCount() public {
        Settlement memory s = bondForCash();
        Header memory header = headerOf(s);
        bytes32[] memory hashes = hashesOf(s);
        vm.startPrank(alice);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(1));
        escrow.cancel(header, hashes, 1, s.legs[0]);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(2));
        escrow.cancel(header, hashes, 2, s.legs[0]);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.cancel(header, new bytes32[](0), 0, s.legs[0]);
    }

    function test_Cancel_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        afterDeadline();
        expectExpired();
        cancelAs(stranger, s, 0);
        vm.warp(START);
        expectNotDepositor(0, stranger);
        cancelAs(stranger, s, 0);
    }
}
