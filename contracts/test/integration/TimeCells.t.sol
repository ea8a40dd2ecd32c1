// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Entries, Entry} from "../support/Entries.sol";

/// @notice Every row of the state table at every edge of its window: one second before, at and after the first second of execution, and the
/// deadline. Nothing works in two windows, and there is no second in which neither an execution nor a refund is possible.
contract TimeCellsTest is Entries {
    uint64 private constant FIRST = START + 100;

    function _times() private pure returns (uint64[6] memory) {
        return [FIRST - 1, FIRST, FIRST + 1, DEADLINE - 1, DEADLINE, DEADLINE + 1];
    }

    function _case(Entry e) private returns (Settlement memory s) {
        s = termsFor(e);
        s.notBefore = FIRST;
    }

    /// @notice The entries before and at the deadline; a refund is here one of a cancelled settlement, so that it is not refused for its state.
    function test_EveryRow() public {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            uint256 fresh = vm.snapshotState();
            Settlement memory s = _case(e);
            ready(e, s);
            bytes memory call = callOf(e, s);
            uint256 prepared = vm.snapshotState();
            uint64[6] memory times = _times();
            for (uint256 t; t < times.length; ++t) {
                vm.warp(times[t]);
                string memory what = string.concat("entry ", vm.toString(k), " at time ", vm.toString(t));
                bytes memory expected = _expected(e, times[t]);
                if (expected.length == 0) works(callerOf(e), call, what);
                else fails(callerOf(e), call, expected, what);
                vm.revertToState(prepared);
                prepared = vm.snapshotState();
            }
            vm.revertToState(fresh);
        }
    }

    function _expected(Entry e, uint64 time) private pure returns (bytes memory) {
        if (isRefund(e)) return "";
        if (executes(e) && time < FIRST) return abi.encodeWithSelector(ISettlementEscrow.TooEarly.selector, FIRST);
        return time > DEADLINE ? abi.encodeWithSelector(ISettlementEscrow.Expired.selector, DEADLINE) : bytes("");
    }

    /// @notice Open: refundable when, and only when, nothing else is possible any more.
    function test_RefundOfAnOpenOne() public {
        for (uint256 k = uint256(Entry.Refund); k < ENTRIES; ++k) {
            Entry e = Entry(k);
            Settlement memory s = _case(e);
            deposit(s, 0);
            bytes memory call = callOf(e, s);
            vm.warp(FIRST - 1);
            bytes memory open = abi.encodeWithSelector(ISettlementEscrow.StillOpen.selector, DEADLINE);
            fails(stranger, call, open, "before the window");
            vm.warp(DEADLINE - 1);
            fails(stranger, call, open, "before the deadline");
            vm.warp(DEADLINE);
            fails(stranger, call, open, "at the deadline");
            vm.warp(DEADLINE + 1);
            works(stranger, call, "after the deadline");
            vm.warp(START);
        }
    }

    /// @notice A registered settlement can be registered again at any time and in any state, and nothing happens.
    function test_RegisteredAgain() public {
        Settlement memory s = _case(Entry.Register);
        register(s);
        depositAll(s);
        uint64[6] memory times = _times();
        for (uint256 t; t < times.length; ++t) {
            vm.warp(times[t]);
            vm.recordLogs();
            assertEq(register(s), idOf(s));
            assertEq(vm.getRecordedLogs().length, 0);
            if (times[t] == FIRST) execute(s);
        }
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    /// @notice Over all times and windows: a full settlement can be executed or refunded, never both, never neither, except before its window.
    function testFuzz_ExecuteXorRefund(uint64 notBefore, uint64 deadline, uint64 time) public {
        deadline = uint64(bound(deadline, START, START + 366 days));
        notBefore = uint64(bound(notBefore, 0, deadline));
        time = uint64(bound(time, START, START + 400 days));
        Settlement memory s = termsFor(Entry.Refund);
        (s.notBefore, s.deadline) = (notBefore, deadline);
        depositAll(s);
        vm.warp(time);
        bytes memory toExecute = callOf(Entry.ExecuteSwap, s);
        bytes memory toRefund = callOf(Entry.Refund, s);
        uint256 before = vm.snapshotState();
        (bool executed,) = address(escrow).call(toExecute);
        vm.revertToState(before);
        (bool refunded,) = address(escrow).call(toRefund);
        assertEq(executed, time >= notBefore && time <= deadline, "execute");
        assertEq(refunded, time > deadline, "refund");
    }
}
