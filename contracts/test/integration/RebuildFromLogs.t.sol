// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {CustodyMode, Leg, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Terms} from "src/libraries/Terms.sol";
import {TestERC3009} from "../mocks/SignedTokens.sol";
import {FromLogs} from "../support/FromLogs.sol";
import {Entries, Entry} from "../support/Entries.sol";

/// @notice RebuildFromLogs: for each way in which the chain can first see a settlement, and each in which it can close, the logs hold all terms. A
/// stranger who has only them executes before the deadline and refunds after it. The same over JSON-RPC: scripts/drill.
contract RebuildFromLogsTest is Entries {
    function setUp() public override {
        super.setUp();
        vm.recordLogs();
    }

    function _three() private returns (Settlement memory s) {
        s.ref = "three";
        s.deadline = DEADLINE;
        s.operator = operator;
        s.commitment = "commitment";
        s.legs = new Leg[](3);
        s.legs[0] = leg20(address(authorized), alice, bob, 100);
        s.legs[1] = leg20(address(cash), bob, carol, 7);
        s.legs[2] = leg20(address(odd), alice, carol, 9);
        s.legs[1].mode = CustodyMode.DIRECT;
        s.legs[2].refundTo = vault;
        provide(s);
    }

    function _rebuilt(Settlement memory s) private returns (Settlement memory rebuilt) {
        rebuilt = FromLogs.rebuild(vm.getRecordedLogs(), idOf(s));
        assertEq(abi.encode(rebuilt), abi.encode(s));
    }

    /// @notice From here on the original terms are not used: one stranger executes, or others refund after the deadline.
    function _finish(Settlement memory s) private {
        Settlement memory rebuilt = _rebuilt(s);
        uint256 vaultHad = odd.balanceOf(vault);
        uint256 full = vm.snapshotState();
        execute(rebuilt);
        assertEq(authorized.balanceOf(bob), 100);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
        vm.revertToState(full);
        afterDeadline();
        refund(rebuilt, 2);
        refund(rebuilt, 0);
        assertEq(odd.balanceOf(vault) - vaultHad, 9);
        assertEq(authorized.balanceOf(alice), 100);
        assertKnown(idOf(s), Known(State.Open, 0, 2, known(idOf(s)).left, 3, known(idOf(s)).registered));
    }

    function test_RebuildFromLogs_Register() public {
        Settlement memory s = _three();
        register(s);
        depositAll(s);
        _finish(s);
    }

    function test_RebuildFromLogs_Deposits() public {
        Settlement memory s = _three();
        depositAll(s);
        _finish(s);
    }

    function test_RebuildFromLogs_DepositMany() public {
        Settlement memory s = _three();
        depositManyAs(alice, s, list(2, 0));
        deposit(s, 1);
        _finish(s);
    }

    function test_RebuildFromLogs_RelayedDeposits() public {
        Settlement memory s = _three();
        works(stranger, callOf(Entry.DepositWithAuthorization, s), "relayed");
        depositPermit2(s, 2, 3);
        deposit(s, 1);
        _finish(s);
    }

    function test_RebuildFromLogs_Permit() public {
        Settlement memory s = _three();
        works(alice, callOf(Entry.DepositWithPermit, s), "permit");
        deposit(s, 2);
        deposit(s, 1);
        _finish(s);
    }

    /// @notice A leg that was withdrawn and put in again is known once and for all.
    function test_RebuildFromLogs_AfterWithdrawals() public {
        Settlement memory s = _three();
        deposit(s, 2);
        deposit(s, 1);
        withdraw(s, 2);
        withdraw(s, 1);
        // What was withdrawn went to `refundTo`.
        supply(s.legs[2]);
        deposit(s, 0);
        deposit(s, 1);
        deposit(s, 2);
        _finish(s);
    }

    /* CLOSERS: the logs of the closing transaction complete the terms */

    function _closed(Settlement memory s) private {
        _rebuilt(s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    function test_RebuildFromLogs_DepositAndExecute_FromNone() public {
        Settlement memory s = _three();
        s.legs[1].from = alice;
        s.legs[1].refundTo = alice;
        provide(s);
        depositAndExecuteAs(alice, s);
        _closed(s);
    }

    function test_RebuildFromLogs_DepositAndExecute_FromOpen() public {
        Settlement memory s = _three();
        deposit(s, 1);
        depositAndExecuteAs(alice, s);
        _closed(s);
    }

    function test_RebuildFromLogs_SettleSigned_FromNone() public {
        Settlement memory s = _three();
        settleSigned(s);
        _closed(s);
    }

    function test_RebuildFromLogs_SettleSigned_FromOpen() public {
        Settlement memory s = _three();
        deposit(s, 2);
        settleSigned(s);
        _closed(s);
    }

    function test_RebuildFromLogs_SettleSigned_AfterRegister() public {
        Settlement memory s = _three();
        register(s);
        settleSigned(s);
        _closed(s);
    }

    /// @notice What a cancellation from None leaves: no terms, and nothing that needs them.
    function test_RebuildFromLogs_CancelledFromNone() public {
        Settlement memory s = _three();
        cancelAsOperator(s);
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 0, false));
    }
}
