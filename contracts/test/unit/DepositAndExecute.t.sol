// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, MAX_LEGS, MAX_TERM, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {Answer, CarefulGate, TestGate} from "../mocks/TestGates.sol";
import {TestERC3643} from "../mocks/TestTokens.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice `depositAndExecute`.
contract DepositAndExecuteTest is EscrowTest {
    function test_LastDepositorCloses() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        watchLogs();
        depositAndExecuteAs(bob, s);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
        assertEq(cash.balanceOf(address(escrow)), 0);
        readLogs();
        // Not registered: the closing leg is logged, so that the terms are complete.
        assertLog(ISettlementEscrow.Armed.selector, idOf(s), bob, abi.encode(uint256(1), s.legs[1]));
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), bob, abi.encode(uint64(2)));
        assertNoMoreLogs();
    }

    function test_FromNone() public {
        Settlement memory s = terms(leg20(address(bond), alice, bob, 5), leg20(address(cash), alice, carol, 6));
        supply(s);
        watchLogs();
        depositAndExecuteAs(alice, s);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, true));
        readLogs();
        assertLog(ISettlementEscrow.Registered.selector, idOf(s), alice, abi.encode(s));
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), alice, abi.encode(uint64(3)));
        assertNoMoreLogs();
        assertEq(bond.balanceOf(bob), 5);
        assertEq(cash.balanceOf(carol), 6);
    }

    function test_AfterRegister() public {
        Settlement memory s = bondForDirectCash();
        register(s);
        deposit(s, 0);
        watchLogs();
        depositAndExecuteAs(bob, s);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, true));
        readLogs();
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), bob, abi.encode(uint64(2)));
        assertNoMoreLogs();
    }

    /// @notice An armed leg is not logged again; it counts among those from wallets.
    function test_ArmedAndMissing() public {
        Settlement memory s = bondForDirectCash();
        deposit(s, 1);
        watchLogs();
        depositAndExecuteAs(alice, s);
        readLogs();
        assertLog(ISettlementEscrow.Armed.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), alice, abi.encode(uint64(3)));
        assertNoMoreLogs();
    }

    function test_EveryKind() public {
        Settlement memory s = threeKinds();
        deposit(s, 0);
        deposit(s, 1);
        depositAndExecuteAs(carol, s);
        assertEq(deed.ownerOf(7), bob);
        assertEq(share.balanceOf(alice, 9), 50);
    }

    function test_NothingMissing_ByAnyone() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        depositAndExecuteAs(stranger, s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    /// @notice DirectVictimWithAllowance: nobody but its owner takes a missing leg from a wallet.
    function test_DirectVictimWithAllowance() public {
        Settlement memory s = bondForDirectCash();
        expectNotDepositor(1, alice);
        depositAndExecuteAs(alice, s);
        deposit(s, 0);
        expectNotDepositor(1, alice);
        depositAndExecuteAs(alice, s);
        expectNotDepositor(1, stranger);
        depositAndExecuteAs(stranger, s);
        register(s);
        expectNotDepositor(1, operator);
        depositAndExecuteAs(operator, s);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT * 2);
    }

    function test_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        TestGate gate = new TestGate();
        gate.set(Answer.No);
        s.gate = stranger;
        s.notBefore = START + 10;
        s.legs[0].amount = 0;
        s.legs[1].mode = CustodyMode.CHECKED;
        cancelAsOperator(s);
        expectNotOpen(State.Cancelled);
        depositAndExecuteAs(stranger, s);
        s.ref = bytes32("alive");
        expectError(ISettlementEscrow.TooEarly.selector, uint256(START + 10));
        depositAndExecuteAs(stranger, s);
        afterDeadline();
        expectExpired();
        depositAndExecuteAs(stranger, s);
        vm.warp(START + 10);
        expectNotDepositor(0, stranger);
        depositAndExecuteAs(stranger, s);
        expectNotDepositor(1, alice);
        depositAndExecuteAs(alice, s);
        s.legs[1].from = alice;
        s.legs[1].to = bob;
        expectError(ISettlementEscrow.BadRole.selector, stranger);
        depositAndExecuteAs(alice, s);
        s.gate = address(gate);
        expectInvalidLeg(0, LegFault.ZeroAmount);
        depositAndExecuteAs(alice, s);
        s.legs[0].amount = type(uint128).max;
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(1));
        depositAndExecuteAs(alice, s);
        s.legs[1].mode = CustodyMode.CUSTODY;
        expectError(ISettlementEscrow.GateClosed.selector, address(gate));
        depositAndExecuteAs(alice, s);
        gate.set(Answer.Yes);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        depositAndExecuteAs(alice, s);
        s.legs = new Leg[](0);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        depositAndExecuteAs(alice, s);
        s.legs = new Leg[](MAX_LEGS + 1);
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        depositAndExecuteAs(alice, s);
    }

    function test_FirstTouchWindow() public {
        Settlement memory s = terms(leg20(address(bond), alice, bob, 5));
        supply(s);
        s.deadline = uint64(START + MAX_TERM + 1);
        expectBadWindow(s);
        depositAndExecuteAs(alice, s);
        s.deadline = uint64(START + MAX_TERM);
        depositAndExecuteAs(alice, s);
    }

    /// @notice Gate_SaysNo_DepositAndExecute: the whole call fails; the client falls back to `deposit`.
    function test_Gate_SaysNo_DepositAndExecute() public {
        TestGate gate = new TestGate();
        Settlement memory s = bondForCash();
        s.gate = address(gate);
        deposit(s, 0);
        gate.set(Answer.No);
        expectError(ISettlementEscrow.GateClosed.selector, address(gate));
        depositAndExecuteAs(bob, s);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, false));
        deposit(s, 1);
        gate.set(Answer.Yes);
        execute(s);
    }

    function test_Gate_HearsIdAndTerms() public {
        CarefulGate careful = new CarefulGate();
        Settlement memory s = bondForCash();
        s.gate = address(careful);
        deposit(s, 0);
        careful.expect(idOf(s), s);
        depositAndExecuteAs(bob, s);
    }

    /// @notice A held CHECKED leg and a missing one are both asked again.
    function test_CheckedPairs() public {
        TestERC3643 security = new TestERC3643();
        Settlement memory s = terms(leg20(address(security), alice, bob, 5), leg20(address(cash), bob, alice, 6));
        s.legs[0].mode = CustodyMode.CHECKED;
        supply(s);
        security.verify(bob, true);
        deposit(s, 0);
        security.verify(bob, false);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        depositAndExecuteAs(bob, s);
        security.verify(bob, true);
        depositAndExecuteAs(bob, s);
        assertEq(security.balanceOf(bob), 5);
    }

    /// @notice A wallet leg under a sender surcharge: the recipient gains the amount, the sender pays more.
    function test_WalletLegs_AreExactForTheRecipient() public {
        OddToken odd = new OddToken();
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100));
        supply(s);
        odd.turn(Oddity.RecipientFee);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        depositAndExecuteAs(alice, s);
        odd.mint(alice, 1);
        odd.turn(Oddity.SenderSurcharge);
        depositAndExecuteAs(alice, s);
        assertEq(odd.balanceOf(bob), 100);
    }

    function test_TimeCells() public {
        Settlement memory s = bondForCash();
        s.notBefore = START + 100;
        deposit(s, 0);
        vm.warp(START + 99);
        expectError(ISettlementEscrow.TooEarly.selector, uint256(START + 100));
        depositAndExecuteAs(bob, s);
        uint256 open = vm.snapshotState();
        vm.warp(START + 100);
        depositAndExecuteAs(bob, s);
        vm.revertToState(open);
        vm.warp(DEADLINE);
        depositAndExecuteAs(bob, s);
        vm.revertToState(open);
        afterDeadline();
        expectExpired();
        depositAndExecuteAs(bob, s);
    }

    /// @notice Which legs wait in custody, which are armed and which are missing changes nothing for the recipients.
    function testFuzz_SameOutcome(uint8 how) public {
        Leg memory one = leg20(address(bond), alice, bob, 10);
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](4);
        uint64 wallets;
        for (uint256 i; i < 4; ++i) {
            s.legs[i] = abi.decode(abi.encode(one), (Leg));
            uint256 way = (how >> (2 * i)) & 3;
            if (way == 1) s.legs[i].mode = CustodyMode.DIRECT;
            if (way != 0) wallets |= uint64(1) << uint64(i);
        }
        supply(s);
        for (uint256 i; i < 4; ++i) {
            if ((how >> (2 * i)) & 3 < 2) deposit(s, i);
        }
        vm.expectEmit(address(escrow));
        emit ISettlementEscrow.Executed(idOf(s), alice, wallets);
        depositAndExecuteAs(alice, s);
        assertEq(bond.balanceOf(bob), 40);
        assertEq(bond.balanceOf(alice) + bond.balanceOf(address(escrow)), 0);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }
}
