// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, MAX_LEGS, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {Oddity, OddToken} from "./tokens/OddToken.sol";
import {Answer, TestGate} from "./tokens/TestGates.sol";
import {EscrowTest} from "./support/EscrowTest.sol";

/// @notice `executeSwaps`.
contract ExecuteSwapsTest is EscrowTest {
    uint256 private constant GAS_EACH = 300_000;

    function _deals(uint256 count) private returns (Settlement[] memory deals) {
        deals = new Settlement[](count);
        for (uint256 i; i < count; ++i) {
            deals[i] = terms(leg20(address(bond), alice, bob, 10 + i), leg20(address(cash), bob, alice, 20 + i));
            deals[i].ref = bytes32(i);
            supply(deals[i]);
            depositAll(deals[i]);
        }
    }

    function _batch(Settlement[] memory deals) private returns (uint256) {
        vm.prank(stranger);
        return escrow.executeSwaps(deals, GAS_EACH);
    }

    function test_ExecuteSwaps() public {
        Settlement[] memory deals = _deals(3);
        watchLogs();
        assertEq(_batch(deals), 3);
        readLogs();
        for (uint256 i; i < 3; ++i) {
            assertKnown(idOf(deals[i]), Known(State.Executed, 0, 0, 0, 2, false));
            // `by` is the outer caller.
            assertLog(ISettlementEscrow.Executed.selector, idOf(deals[i]), stranger, abi.encode(uint64(0)));
        }
        assertNoMoreLogs();
        assertEq(bond.balanceOf(bob), 33);
    }

    function test_Empty() public {
        watchLogs();
        assertEq(_batch(new Settlement[](0)), 0);
        assertEq(escrow.executeSwaps(new Settlement[](0), type(uint256).max), 0);
        readLogs();
        assertNoMoreLogs();
    }

    /// @notice Class 21: one item that fails, in every position, by every state.
    function testFuzz_OneBadItem(uint256 position, uint256 how) public {
        Settlement[] memory deals = _deals(4);
        position %= 4;
        Settlement memory bad = deals[position];
        bytes memory reason;
        if (how % 5 == 0) {
            execute(bad);
            reason = abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Executed);
        } else if (how % 5 == 1) {
            cancelAsOperator(bad);
            reason = abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Cancelled);
        } else if (how % 5 == 2) {
            bad.ref = bytes32("unknown");
            reason = abi.encodeWithSelector(ISettlementEscrow.UnknownSettlement.selector, idOf(bad));
        } else if (how % 5 == 3) {
            bad.ref = bytes32("not full");
            deposit(_supplied(bad), 0);
            reason = abi.encodeWithSelector(ISettlementEscrow.NotFullyFunded.selector, uint64(2));
        } else {
            bad.ref = bytes32("later");
            bad.notBefore = START + 1;
            depositAll(_supplied(bad));
            reason = abi.encodeWithSelector(ISettlementEscrow.TooEarly.selector, START + 1);
        }
        watchLogs();
        assertEq(_batch(deals), 3);
        readLogs();
        for (uint256 i; i < 4; ++i) {
            if (i == position) assertLog(ISettlementEscrow.SwapFailed.selector, idOf(bad), abi.encode(GAS_EACH, reason));
            else assertLog(ISettlementEscrow.Executed.selector, idOf(deals[i]), stranger, abi.encode(uint64(0)));
        }
        assertNoMoreLogs();
    }

    function _supplied(Settlement memory s) private returns (Settlement memory) {
        supply(s);
        return s;
    }

    function test_SameItemTwice() public {
        Settlement[] memory deals = new Settlement[](2);
        deals[0] = _deals(1)[0];
        deals[1] = deals[0];
        assertEq(_batch(deals), 1);
    }

    /// @notice What is not canonical, or has no legs, fails the whole call: no id could be told.
    function test_BadTermsFailTheCall() public {
        Settlement[] memory deals = _deals(2);
        deals[1].legs = new Leg[](0);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        _batch(deals);
        deals[1].legs = new Leg[](MAX_LEGS + 1);
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        _batch(deals);
    }

    function test_DirtyTermsFailTheCall() public {
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (_deals(1), GAS_EACH));
        // selector, offset, gas, length, offset of the item, its first 7 words, length of its legs: the kind of its first leg
        uint256 at = 4 + 32 * (1 + 1 + 1 + 1 + 7 + 1) + 31;
        assertEq(call[at], bytes1(0));
        call[at] = 0x03;
        (bool ok, bytes memory reason) = address(escrow).call(call);
        assertFalse(ok);
        assertEq(reason.length, 0);
    }

    /// @notice Batch_LowGasReverts: at every gas limit the batch does everything, or reverts, and never records a false failure.
    function testFuzz_Batch_LowGasReverts(uint256 gasLimit) public {
        Settlement[] memory deals = _deals(3);
        gasLimit = bound(gasLimit, 60_000, 1_500_000);
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, 200_000));
        (bool ok, bytes memory answer) = address(escrow).call{gas: gasLimit}(call);
        if (ok) assertEq(abi.decode(answer, (uint256)), 3);
        else assertEq(uint8(known(idOf(deals[0])).state), uint8(State.Open));
    }

    function test_Batch_LowGasReverts() public {
        Settlement[] memory deals = _deals(2);
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, 1_000_000));
        (bool ok, bytes memory reason) = address(escrow).call{gas: 1_000_000}(call);
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(ISettlementEscrow.BatchGasTooLow.selector, 0));
        (ok, reason) = address(escrow).call{gas: 1_080_000}(call);
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(ISettlementEscrow.BatchGasTooLow.selector, 1));
    }

    function test_Batch_GasBeyondReason() public {
        Settlement[] memory deals = _deals(1);
        expectError(ISettlementEscrow.BatchGasTooLow.selector, uint256(0));
        escrow.executeSwaps(deals, type(uint256).max);
        expectError(ISettlementEscrow.BatchGasTooLow.selector, uint256(0));
        escrow.executeSwaps(deals, uint256(type(uint64).max) + 1);
        expectError(ISettlementEscrow.BatchGasTooLow.selector, uint256(0));
        escrow.executeSwaps(deals, type(uint64).max);
    }

    /// @notice With exactly the gas that is asked for, and one unit less than is left over: the item really gets `gasEach`.
    function test_Batch_ItemGetsItsGas() public {
        TestGate gate = new TestGate();
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = bondForCash();
        deals[0].gate = address(gate);
        depositAll(deals[0]);
        gate.set(Answer.BurnsGas);
        uint256 each = 2_000_000;
        for (uint256 extra; extra < 200_000; extra += 10_000) {
            uint256 before = vm.snapshotState();
            bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, each));
            vm.recordLogs();
            (bool ok, bytes memory reason) = address(escrow).call{gas: each + extra}(call);
            readLogs();
            if (ok) {
                bytes memory why = abi.encodeWithSelector(ISettlementEscrow.GateClosed.selector, address(gate));
                assertLog(ISettlementEscrow.SwapFailed.selector, idOf(deals[0]), abi.encode(each, why));
            } else if (reason.length > 0) {
                assertEq(reason, abi.encodeWithSelector(ISettlementEscrow.BatchGasTooLow.selector, 0));
            }
            vm.revertToState(before);
        }
    }

    /// @notice Batch_BurnerCannotStarve: an item that burns everything costs its own gas only.
    function test_Batch_BurnerCannotStarve() public {
        TestGate gate = new TestGate();
        gate.set(Answer.BurnsGas);
        Settlement[] memory deals = _deals(4);
        deals[1] = bondForCash();
        deals[1].gate = address(gate);
        depositAll(deals[1]);
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, GAS_EACH));
        (bool ok, bytes memory answer) = address(escrow).call{gas: 4 * (GAS_EACH + 30_000) + 60_000}(call);
        assertTrue(ok);
        assertEq(abi.decode(answer, (uint256)), 3);
    }

    /// @notice Batch_ReasonBounded: a token that reverts with a megabyte leaves 36 bytes of our own.
    function test_Batch_ReasonBounded() public {
        OddToken odd = new OddToken();
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = terms(leg20(address(odd), alice, bob, 10));
        supply(deals[0]);
        depositAll(deals[0]);
        odd.turn(Oddity.RevertsHuge);
        bytes memory reason = abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, 0);
        assertEq(reason.length, 36);
        // Not by recorded logs: those of the item that was taken back are recorded too.
        vm.expectEmit(address(escrow));
        emit ISettlementEscrow.SwapFailed(idOf(deals[0]), 5_000_000, reason);
        assertEq(escrow.executeSwaps(deals, 5_000_000), 0);
    }

    /// @notice An error with two arguments is cut after the first.
    function test_Batch_ReasonIsCut() public {
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = terms(leg20(address(bond), alice, bob, 10));
        watchLogs();
        assertEq(_batch(deals), 0);
        readLogs();
        bytes memory reason = abi.encodeWithSelector(ISettlementEscrow.UnknownSettlement.selector, idOf(deals[0]));
        assertLog(ISettlementEscrow.SwapFailed.selector, idOf(deals[0]), abi.encode(GAS_EACH, reason));
    }

    /// @notice Long batches pay for the memory of one item.
    function test_Batch_MemoryIsReused() public {
        Settlement[] memory deals = _deals(100);
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, 100_000));
        uint256 before = gasleft();
        (bool ok,) = address(escrow).call(call);
        uint256 used = before - gasleft();
        assertTrue(ok);
        assertLt(used / 100, 60_000);
    }

    function test_OnlySelf() public {
        Settlement memory s = _deals(1)[0];
        expectError(ISettlementEscrow.OnlySelf.selector);
        escrow.executeItem(s, alice);
        vm.prank(alice);
        expectError(ISettlementEscrow.OnlySelf.selector);
        escrow.executeItem(s, alice);
        expectError(ISettlementEscrow.OnlySelf.selector);
        escrow.refundItem(idOf(s), 0, s.legs[0]);
    }
}

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

/// @notice Takes deposits, and burns all gas from then on.
contract Burner {
    mapping(address holder => uint256) private balances;
    bool private burning;

    function start() external {
        burning = true;
    }

    function balanceOf(address holder) external view returns (uint256) {
        if (burning) {
            assembly {
                invalid()
            }
        }
        return balances[holder];
    }

    function transferFrom(address, address to, uint256 amount) external returns (bool) {
        balances[to] += amount;
        return true;
    }
}
