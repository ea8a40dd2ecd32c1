// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {
    CustodyMode,
    Header,
    ISettlementEscrow,
    Leg,
    LegFault,
    MAX_LEGS,
    MAX_TERM,
    Settlement,
    State
} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract DepositTest is EscrowTest {
    function test_Deposit_FirstTouchOpens() public {
        Settlement memory s = bondForCash();
        watchLogs();
        deposit(s, 0);

        bytes32 id = idOf(s);
        assertKnown(id, Known(State.Open, 1, 0, 0, 2, false));
        assertEq(bond.balanceOf(address(escrow)), BOND_AMOUNT);
        assertEq(bond.balanceOf(alice), 0);
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, id, alice, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, id, alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
    }

    function test_Deposit_AfterRegister() public {
        Settlement memory s = bondForCash();
        register(s);
        watchLogs();
        deposit(s, 1);

        assertKnown(idOf(s), Known(State.Open, 2, 0, 0, 2, true));
        readLogs();
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), bob, abi.encode(uint256(1), s.legs[1]));
        assertNoMoreLogs();
    }

    function test_Deposit_EveryKind() public {
        Settlement memory s = threeKinds();
        depositAll(s);
        assertKnown(idOf(s), Known(State.Open, 7, 0, 0, 3, false));
        assertEq(deed.ownerOf(7), address(escrow));
        assertEq(cash.balanceOf(address(escrow)), CASH_AMOUNT);
        assertEq(share.balanceOf(address(escrow), 9), 50);
    }

    function test_Deposit_DirectArms() public {
        Settlement memory s = bondForDirectCash();
        uint256 before = cash.balanceOf(bob);
        watchLogs();
        deposit(s, 1);

        assertKnown(idOf(s), Known(State.Open, 0, 2, 0, 2, false));
        assertEq(cash.balanceOf(bob), before);
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), bob, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Armed.selector, idOf(s), bob, abi.encode(uint256(1), s.legs[1]));
        assertNoMoreLogs();
    }

    function test_Deposit_DirectEveryKind() public {
        Settlement memory s = threeKinds();
        for (uint256 i; i < 3; ++i) {
            s.legs[i].mode = CustodyMode.DIRECT;
        }
        depositAll(s);
        assertKnown(idOf(s), Known(State.Open, 0, 7, 0, 3, false));
        assertEq(deed.ownerOf(7), alice);
    }

    /// @notice A withdrawn leg may come back by its owner's own call; the mark stays.
    function test_Deposit_AgainAfterWithdraw() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        withdraw(s, 0);
        watchLogs();
        deposit(s, 0);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 1, 2, false));
        readLogs();
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
    }

    function test_Deposit_IdenticalLegs() public {
        Settlement memory s = terms(leg20(address(cash), alice, bob, 5), leg20(address(cash), alice, bob, 5));
        supply(s);
        depositAll(s);
        assertKnown(idOf(s), Known(State.Open, 3, 0, 0, 2, false));
        assertEq(cash.balanceOf(address(escrow)), 10);
    }

    function test_Deposit_TimeCells() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE;
        deposit(s, 0);
        withdraw(s, 0);
        vm.warp(DEADLINE);
        deposit(s, 0);
        afterDeadline();
        expectExpired();
        deposit(s, 1);
    }

    function test_Deposit_FirstTouchTimeCells() public {
        Settlement memory s = bondForCash();
        afterDeadline();
        expectExpired();
        deposit(s, 0);
        vm.warp(DEADLINE);
        deposit(s, 0);
        vm.warp(START);
        s.deadline = uint64(START + MAX_TERM + 1);
        expectBadWindow(s);
        deposit(s, 1);
        s.deadline = uint64(START + MAX_TERM);
        deposit(s, 1);
    }

    function test_Deposit_FirstTouchHeader() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE + 1;
        expectBadWindow(s);
        deposit(s, 0);
        s.notBefore = 0;
        s.operator = address(escrow);
        expectError(ISettlementEscrow.BadRole.selector, address(escrow));
        deposit(s, 0);
        s.operator = address(0);
        s.gate = stranger;
        expectError(ISettlementEscrow.BadRole.selector, stranger);
        deposit(s, 0);
        s.gate = address(escrow);
        expectError(ISettlementEscrow.BadRole.selector, address(escrow));
        deposit(s, 0);
    }

    function test_Deposit_WhenEnded() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        execute(s);
        expectNotOpen(State.Executed);
        deposit(s, 0);

        s.ref = bytes32("cancelled");
        cancelAsOperator(s);
        afterDeadline();
        expectNotOpen(State.Cancelled);
        deposit(s, 0);
    }

    function test_Deposit_OnlyByItsOwner() public {
        Settlement memory s = bondForCash();
        expectNotDepositor(0, stranger);
        depositAs(stranger, s, 0);
        expectNotDepositor(0, bob);
        depositAs(bob, s, 0);
        expectNotDepositor(1, alice);
        depositAs(alice, s, 1);
        expectNotDepositor(1, operator);
        depositAs(operator, s, 1);
    }

    function test_Deposit_Twice() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        expectError(ISettlementEscrow.LegAlreadyIn.selector, uint256(0));
        deposit(s, 0);
        expectError(ISettlementEscrow.LegAlreadyIn.selector, uint256(1));
        deposit(s, 1);
    }

    function test_Deposit_LegMismatch() public {
        Settlement memory s = bondForCash();
        Header memory header = headerOf(s);
        bytes32[] memory hashes = hashesOf(s);
        vm.startPrank(alice);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(1));
        escrow.deposit(header, hashes, 1, s.legs[0]);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(2));
        escrow.deposit(header, hashes, 2, s.legs[0]);
        expectError(ISettlementEscrow.LegMismatch.selector, type(uint256).max);
        escrow.deposit(header, hashes, type(uint256).max, s.legs[0]);
        s.legs[0].amount += 1;
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(0));
        escrow.deposit(header, hashes, 0, s.legs[0]);
    }

    function test_Deposit_LegCount() public {
        Settlement memory s = bondForCash();
        Header memory header = headerOf(s);
        vm.startPrank(alice);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.deposit(header, new bytes32[](0), 0, s.legs[0]);
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        escrow.deposit(header, new bytes32[](MAX_LEGS + 1), 0, s.legs[0]);
        bytes32[] memory hashes = new bytes32[](MAX_LEGS);
        hashes[63] = escrow.legHashOf(s.legs[0]);
        vm.recordLogs();
        escrow.deposit(header, hashes, 63, s.legs[0]);
        assertEq(known(vm.getRecordedLogs()[0].topics[1]).held, uint64(1) << 63);
    }

    function test_Deposit_NoAllowance() public {
        Settlement memory s = bondForCash();
        vm.prank(alice);
        bond.approve(address(escrow), BOND_AMOUNT - 1);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
    }

    function test_Deposit_NotTheOwnerOfTheNft() public {
        Settlement memory s = threeKinds();
        vm.prank(alice);
        deed.transferFrom(alice, stranger, 7);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
    }

    /// @notice leg count, hash, state, time, caller, bits, header, leg, pair, token.
    function test_Deposit_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE + 1;
        s.legs[0].mode = CustodyMode.CHECKED;
        s.legs[0].amount = 0;
        cancelAsOperator(s);
        Header memory header = headerOf(s);
        bytes32[] memory hashes = hashesOf(s);
        afterDeadline();
        vm.startPrank(stranger);

        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.deposit(header, new bytes32[](0), 0, s.legs[1]);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(0));
        escrow.deposit(header, hashes, 0, s.legs[1]);
        expectNotOpen(State.Cancelled);
        escrow.deposit(header, hashes, 0, s.legs[0]);
        header.ref = bytes32("alive");
        expectExpired();
        escrow.deposit(header, hashes, 0, s.legs[0]);
        vm.warp(START);
        expectNotDepositor(0, stranger);
        escrow.deposit(header, hashes, 0, s.legs[0]);
        vm.stopPrank();

        s.ref = bytes32("alive");
        expectBadWindow(s);
        deposit(s, 0);
        s.notBefore = 0;
        expectInvalidLeg(0, LegFault.ZeroAmount);
        deposit(s, 0);
        s.legs[0].amount = BOND_AMOUNT * 2;
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        deposit(s, 0);
        s.legs[0].mode = CustodyMode.CUSTODY;
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
    }

    /// @notice A failed pull leaves no trace.
    function test_Deposit_FailureLeavesNothing() public {
        Settlement memory s = bondForCash();
        vm.prank(alice);
        require(bond.transfer(stranger, 1));
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
        assertKnown(idOf(s), Known(State.None, 0, 0, 0, 0, false));
    }

    /// @notice A standing allowance gives nobody a way to put a victim's asset in, in either mode.
    function test_Deposit_VictimWithAllowance() public {
        Settlement memory s = bondForDirectCash();
        deposit(s, 0);
        expectNotDepositor(1, alice);
        depositAs(alice, s, 1);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(2));
        execute(s);
        assertEq(cash.balanceOf(alice), 0);
    }

    function testFuzz_Deposit_ExactAmount(uint256 amount, uint8 position, uint8 count) public {
        amount = bound(amount, 2, type(uint128).max);
        uint256 legs = bound(count, 1, MAX_LEGS);
        uint256 index = bound(position, 0, legs - 1);
        Leg memory mine = leg20(address(cash), alice, bob, amount);
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](legs);
        for (uint256 i; i < legs; ++i) {
            s.legs[i] = mine;
        }
        supply(mine);
        deposit(s, index);
        assertKnown(idOf(s), Known(State.Open, uint64(1) << uint64(index), 0, 0, uint8(legs), false));
        assertEq(cash.balanceOf(address(escrow)), amount);
    }

    /// @notice Donations before and between change nothing.
    function testFuzz_Deposit_DonationsAreIgnored(uint128 donation) public {
        Settlement memory s = bondForCash();
        bond.mint(address(escrow), donation);
        deposit(s, 0);
        cash.mint(address(escrow), donation);
        deposit(s, 1);
        execute(s);
        assertEq(bond.balanceOf(address(escrow)), donation);
        assertEq(cash.balanceOf(address(escrow)), donation);
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
    }
}
