// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, MAX_LEGS, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {TestGate} from "../mocks/TestGates.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice `depositMany`.
contract DepositManyTest is EscrowTest {
    /// @notice Three legs of alice, one of bob.
    function _terms() private returns (Settlement memory s) {
        s.deadline = DEADLINE;
        s.operator = operator;
        s.legs = new Leg[](4);
        s.legs[0] = leg20(address(bond), alice, bob, BOND_AMOUNT);
        s.legs[1] = leg20(address(cash), bob, alice, CASH_AMOUNT);
        s.legs[2] = leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1);
        s.legs[3] = leg(TokenKind.ERC1155, address(share), alice, bob, 9, 50);
        supply(s);
    }

    function test_DepositMany() public {
        Settlement memory s = _terms();
        s.legs[0].mode = CustodyMode.DIRECT;
        watchLogs();
        depositManyAs(alice, s, list(3, 0, 2));

        assertKnown(idOf(s), Known(State.Open, 12, 1, 0, 4, false));
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), alice, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(3), s.legs[3]));
        assertLog(ISettlementEscrow.Armed.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(2), s.legs[2]));
        assertNoMoreLogs();
        assertEq(deed.ownerOf(7), address(escrow));
        assertEq(share.balanceOf(address(escrow), 9), 50);
        assertEq(bond.balanceOf(address(escrow)), 0);
    }

    function test_DepositMany_AfterAnother() public {
        Settlement memory s = _terms();
        deposit(s, 1);
        watchLogs();
        depositManyAs(alice, s, list(0, 2, 3));
        readLogs();
        // Opened once, and that was before.
        bytes32 topic = ISettlementEscrow.Deposited.selector;
        assertLog(topic, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertLog(topic, idOf(s), alice, abi.encode(uint256(2), s.legs[2]));
        assertLog(topic, idOf(s), alice, abi.encode(uint256(3), s.legs[3]));
        assertNoMoreLogs();
        execute(s);
        assertEq(deed.ownerOf(7), bob);
    }

    /// @notice The header is judged when the settlement is opened, not again: here the gate has lost its code since.
    function test_DepositMany_AfterAnother_DoesNotCheckTheHeaderAgain() public {
        Settlement memory s = _terms();
        s.gate = address(new TestGate());
        deposit(s, 1);
        vm.etch(s.gate, "");
        depositManyAs(alice, s, list(0, 2));
        deposit(s, 3);
        assertEq(known(idOf(s)).held, 15);
    }

    /// @notice The same result as one deposit per leg.
    function testFuzz_DepositMany_EqualsDeposits(uint8 modes, bool registered) public {
        Settlement memory s = _terms();
        for (uint256 i; i < 4; ++i) {
            if ((modes >> i) & 1 == 1) s.legs[i].mode = CustodyMode.DIRECT;
        }
        if (registered) register(s);
        uint256 before = vm.snapshotState();
        deposit(s, 0);
        deposit(s, 2);
        deposit(s, 3);
        bytes memory expected = abi.encode(known(idOf(s)));
        vm.revertToState(before);
        depositManyAs(alice, s, list(0, 2, 3));
        assertEq(abi.encode(known(idOf(s))), expected);
    }

    function test_DepositMany_Lengths() public {
        Settlement memory s = _terms();
        vm.startPrank(alice);
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.depositMany(headerOf(s), hashesOf(s), new uint256[](0), new Leg[](0));
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.depositMany(headerOf(s), hashesOf(s), list(0, 2), new Leg[](1));
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.depositMany(headerOf(s), new bytes32[](0), new uint256[](0), new Leg[](1));
    }

    function test_DepositMany_Twice() public {
        Settlement memory s = _terms();
        expectError(ISettlementEscrow.LegAlreadyIn.selector, uint256(2));
        depositManyAs(alice, s, list(2, 0, 2));
        deposit(s, 0);
        expectError(ISettlementEscrow.LegAlreadyIn.selector, uint256(0));
        depositManyAs(alice, s, list(2, 0));
    }

    function test_DepositMany_NotTheOwnerOfAll() public {
        Settlement memory s = _terms();
        expectNotDepositor(1, alice);
        depositManyAs(alice, s, list(0, 1));
        expectNotDepositor(0, stranger);
        depositManyAs(stranger, s, list(0, 2));
    }

    /// @notice One leg that cannot come in, and none does.
    function test_DepositMany_AllOrNothing() public {
        Settlement memory s = _terms();
        vm.prank(alice);
        deed.transferFrom(alice, stranger, 7);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(2));
        depositManyAs(alice, s, list(0, 3, 2));
        assertKnown(idOf(s), Known(State.None, 0, 0, 0, 0, false));
        assertEq(bond.balanceOf(address(escrow)), 0);
    }

    /// @notice leg count, hash, state, time, callers, bits, header, legs, pairs, tokens: each for all legs before the next.
    function test_DepositMany_OrderOfChecks() public {
        Settlement memory s = _terms();
        s.notBefore = DEADLINE + 1;
        s.legs[3].amount = 0;
        s.legs[0].mode = CustodyMode.CHECKED;
        cancelAsOperator(s);
        afterDeadline();
        Leg[] memory legs = new Leg[](2);
        (legs[0], legs[1]) = (s.legs[0], s.legs[1]);
        vm.startPrank(stranger);
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        escrow.depositMany(headerOf(s), new bytes32[](MAX_LEGS + 1), list(0, 2), legs);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(2));
        escrow.depositMany(headerOf(s), hashesOf(s), list(0, 2), legs);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(4));
        escrow.depositMany(headerOf(s), hashesOf(s), list(0, 4), legs);
        vm.stopPrank();
        expectNotOpen(State.Cancelled);
        depositManyAs(stranger, s, list(0, 3));
        s.ref = bytes32("alive");
        expectExpired();
        depositManyAs(stranger, s, list(0, 3));
        vm.warp(START);
        expectNotDepositor(1, alice);
        depositManyAs(alice, s, list(0, 0, 1));
        expectError(ISettlementEscrow.LegAlreadyIn.selector, uint256(0));
        depositManyAs(alice, s, list(0, 0));
        expectBadWindow(s);
        depositManyAs(alice, s, list(0, 3));
        s.notBefore = 0;
        expectInvalidLeg(3, LegFault.ZeroAmount);
        depositManyAs(alice, s, list(0, 3));
        s.legs[3].amount = 51;
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        depositManyAs(alice, s, list(3, 0));
        s.legs[0].mode = CustodyMode.CUSTODY;
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(3));
        depositManyAs(alice, s, list(0, 3));
    }

    function test_DepositMany_TimeCells() public {
        Settlement memory s = _terms();
        vm.warp(DEADLINE - 1);
        depositManyAs(alice, s, list(0));
        vm.warp(DEADLINE);
        depositManyAs(alice, s, list(2));
        afterDeadline();
        expectExpired();
        depositManyAs(alice, s, list(3));
    }
}
