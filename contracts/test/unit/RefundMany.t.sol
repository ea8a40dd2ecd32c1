// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

import {Burner} from "../mocks/Burner.sol";

/// @notice `refundMany`.
contract RefundManyTest is EscrowTest {
    uint256 private constant GAS_EACH = 300_000;

    OddToken private odd;

    function setUp() public override {
        super.setUp();
        odd = new OddToken();
    }

    function _terms() private returns (Settlement memory s) {
        s.deadline = DEADLINE;
        s.operator = operator;
        s.legs = new Leg[](4);
        s.legs[0] = leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1);
        s.legs[1] = leg20(address(odd), bob, carol, 100);
        s.legs[2] = leg(TokenKind.ERC1155, address(share), carol, alice, 9, 50);
        s.legs[3] = leg20(address(cash), bob, alice, 5);
        s.legs[3].mode = CustodyMode.DIRECT;
        supply(s);
    }

    function _refundMany(Settlement memory s, uint256[] memory indexes, uint256 gasEach) private returns (uint256) {
        Leg[] memory legs = new Leg[](indexes.length);
        for (uint256 k; k < indexes.length; ++k) {
            legs[k] = s.legs[indexes[k]];
        }
        vm.prank(stranger);
        return escrow.refundMany(headerOf(s), hashesOf(s), indexes, legs, gasEach);
    }

    function test_RefundMany() public {
        Settlement memory s = _terms();
        depositAll(s);
        afterDeadline();
        watchLogs();
        assertEq(_refundMany(s, list(2, 0, 1), GAS_EACH), 3);
        assertKnown(idOf(s), Known(State.Open, 0, 8, 0, 4, false));
        readLogs();
        assertLog(ISettlementEscrow.Refunded.selector, idOf(s), carol, abi.encode(uint256(2)));
        assertLog(ISettlementEscrow.Refunded.selector, idOf(s), alice, abi.encode(uint256(0)));
        assertLog(ISettlementEscrow.Refunded.selector, idOf(s), bob, abi.encode(uint256(1)));
        assertNoMoreLogs();
        assertEq(deed.ownerOf(7), alice);
    }

    /// @notice Class 8: a leg that cannot go back stops no other, and can be tried again.
    function testFuzz_OneBadLeg(uint256 position) public {
        Settlement memory s = _terms();
        depositAll(s);
        cancelAsOperator(s);
        odd.turn(Oddity.ReturnsFalse);
        uint256[] memory indexes = list(0, 1, 2);
        position %= 3;
        (indexes[1], indexes[position]) = (indexes[position], indexes[1]);
        bytes memory reason = abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, 1);
        vm.expectEmit(address(escrow));
        emit ISettlementEscrow.RefundFailed(idOf(s), 1, GAS_EACH, reason);
        assertEq(_refundMany(s, indexes, GAS_EACH), 2);
        assertKnown(idOf(s), Known(State.Cancelled, 2, 0, 0, 4, false));
        odd.turn(Oddity.None);
        assertEq(_refundMany(s, list(1), GAS_EACH), 1);
    }

    /// @notice Nothing held, or the same leg twice: isolated, and the error says so.
    function test_NothingHeldIsIsolated() public {
        Settlement memory s = _terms();
        deposit(s, 0);
        deposit(s, 3);
        afterDeadline();
        watchLogs();
        assertEq(_refundMany(s, list(0, 0, 3), GAS_EACH), 1);
        readLogs();
        assertLog(ISettlementEscrow.Refunded.selector, idOf(s), alice, abi.encode(uint256(0)));
        bytes memory reason = abi.encodeWithSelector(ISettlementEscrow.NothingHeld.selector, 0);
        assertLog(ISettlementEscrow.RefundFailed.selector, idOf(s), abi.encode(uint256(0), GAS_EACH, reason));
        reason = abi.encodeWithSelector(ISettlementEscrow.NothingHeld.selector, 3);
        assertLog(ISettlementEscrow.RefundFailed.selector, idOf(s), abi.encode(uint256(3), GAS_EACH, reason));
        assertNoMoreLogs();
    }

    function test_Empty() public {
        Settlement memory s = _terms();
        assertEq(_refundMany(s, new uint256[](0), GAS_EACH), 0);
    }

    function test_OrderOfChecks() public {
        Settlement memory s = _terms();
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.refundMany(headerOf(s), new bytes32[](0), list(0), new Leg[](2), GAS_EACH);
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.refundMany(headerOf(s), new bytes32[](0), list(0), new Leg[](0), GAS_EACH);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.refundMany(headerOf(s), new bytes32[](0), list(0), new Leg[](1), GAS_EACH);
        expectError(ISettlementEscrow.LegMismatch.selector, uint256(0));
        escrow.refundMany(headerOf(s), hashesOf(s), list(0), new Leg[](1), GAS_EACH);
        expectError(ISettlementEscrow.UnknownSettlement.selector, idOf(s));
        _refundMany(s, list(0), GAS_EACH);
        depositAll(s);
        vm.warp(DEADLINE);
        expectError(ISettlementEscrow.StillOpen.selector, uint256(DEADLINE));
        _refundMany(s, list(0), GAS_EACH);
        uint256 full = vm.snapshotState();
        execute(s);
        expectNotOpen(State.Executed);
        _refundMany(s, list(0), GAS_EACH);
        vm.revertToState(full);
        afterDeadline();
        expectError(ISettlementEscrow.BatchGasTooLow.selector, uint256(0));
        _refundMany(s, list(0), type(uint256).max);
    }

    /// @notice A token that burns all gas costs its own share only.
    function test_BurnerCannotStarve() public {
        Burner burner = new Burner();
        Settlement memory s = terms(leg20(address(burner), alice, bob, 10), leg20(address(cash), bob, alice, 5));
        supply(s.legs[1]);
        depositAll(s);
        burner.start();
        afterDeadline();
        Leg[] memory legs = s.legs;
        bytes memory call = abi.encodeCall(escrow.refundMany, (headerOf(s), hashesOf(s), list(0, 1), legs, GAS_EACH));
        (bool ok, bytes memory answer) = address(escrow).call{gas: 2 * (GAS_EACH + 30_000) + 60_000}(call);
        assertTrue(ok);
        assertEq(abi.decode(answer, (uint256)), 1);
        assertEq(cash.balanceOf(bob), 5);
    }

    function testFuzz_LowGasReverts(uint256 gasLimit) public {
        Settlement memory s = _terms();
        depositAll(s);
        afterDeadline();
        gasLimit = bound(gasLimit, 40_000, 1_000_000);
        Leg[] memory legs = new Leg[](3);
        (legs[0], legs[1], legs[2]) = (s.legs[0], s.legs[1], s.legs[2]);
        bytes memory call = abi.encodeCall(escrow.refundMany, (headerOf(s), hashesOf(s), list(0, 1, 2), legs, 150_000));
        (bool ok, bytes memory answer) = address(escrow).call{gas: gasLimit}(call);
        if (ok) assertEq(abi.decode(answer, (uint256)), 3);
        else assertEq(known(idOf(s)).held, 7);
    }
}
