// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Answer, CarefulGate, TestGate} from "../mocks/TestGates.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice What counts as an open gate, and who asks it.
contract GateTest is EscrowTest {
    TestGate private gate;

    function setUp() public override {
        super.setUp();
        gate = new TestGate();
    }

    function _full() private returns (Settlement memory s) {
        s = bondForCash();
        s.gate = address(gate);
        supply(s);
        depositAll(s);
    }

    function _closed(Answer answer) private {
        Settlement memory s = _full();
        gate.set(answer);
        expectError(ISettlementEscrow.GateClosed.selector, address(gate));
        execute(s);
        assertKnown(idOf(s), Known(State.Open, 3, 0, 0, 2, false));
        gate.set(Answer.Yes);
        execute(s);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
    }

    function test_Gate_SaysNo() public {
        _closed(Answer.No);
    }

    function test_Gate_EmptyReturn() public {
        _closed(Answer.Empty);
    }

    function test_Gate_ShortReturn() public {
        _closed(Answer.Short);
    }

    function test_Gate_DirtyReturn() public {
        _closed(Answer.Dirty);
    }

    function test_Gate_Reverts() public {
        _closed(Answer.Reverts);
    }

    /// @notice A burning gate hurts its own settlement only.
    function test_Gate_BurnsGas() public {
        Settlement memory s = _full();
        gate.set(Answer.BurnsGas);
        vm.prank(stranger);
        (bool ok, bytes memory reason) = address(escrow).call{gas: 5_000_000}(abi.encodeCall(escrow.executeSwap, (s)));
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(ISettlementEscrow.GateClosed.selector, address(gate)));
    }

    /// @notice A huge answer that begins with the magic is a yes, and its size costs the escrow nothing.
    function test_Gate_HugeReturn() public {
        Settlement memory s = _full();
        gate.set(Answer.Huge);
        execute(s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    function test_Gate_Reenters() public {
        Settlement memory s = _full();
        gate.reenterWith(abi.encodeCall(escrow.executeSwap, (s)));
        execute(s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    /// @notice A gate needs code at first touch; one that lost it later is closed.
    function test_Gate_EOA() public {
        Settlement memory s = _full();
        vm.etch(address(gate), "");
        expectError(ISettlementEscrow.GateClosed.selector, address(gate));
        execute(s);
        afterDeadline();
        refund(s, 0);
        refund(s, 1);
    }

    function test_Gate_HearsIdAndTerms() public {
        CarefulGate careful = new CarefulGate();
        Settlement memory s = bondForCash();
        s.gate = address(careful);
        depositAll(s);
        expectError(ISettlementEscrow.GateClosed.selector, address(careful));
        execute(s);
        careful.expect(idOf(s), s);
        execute(s);
    }

    /// @notice Nothing but execution asks the gate.
    function test_Gate_IsNotAskedElsewhere() public {
        Settlement memory s = bondForCash();
        s.gate = address(gate);
        supply(s);
        gate.set(Answer.Reverts);
        vm.expectCall(address(gate), abi.encodeWithSelector(gate.mayExecute.selector), 0);
        register(s);
        deposit(s, 0);
        withdraw(s, 0);
        depositAll(s);
        cancelAsOperator(s);
        refund(s, 0);
        refund(s, 1);
        Settlement memory other = bondForCash();
        other.gate = address(gate);
        other.ref = bytes32("other");
        cancel(other, 0);
    }

    /// @notice Asked after the legs are known to be in: a closed gate does not hide a missing leg.
    function test_Gate_AfterBits() public {
        Settlement memory s = bondForCash();
        s.gate = address(gate);
        deposit(s, 0);
        gate.set(Answer.No);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(2));
        execute(s);
    }
}
