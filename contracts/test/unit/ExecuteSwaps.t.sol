// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Leg, MAX_LEGS, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

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
