// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {TestERC3643} from "../mocks/TestTokens.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice CHECKED legs: the real pair is asked at deposit and at execution, never on the way back.
contract CheckedTest is EscrowTest {
    TestERC3643 private security;

    function setUp() public override {
        super.setUp();
        security = new TestERC3643();
        security.verify(bob, true);
    }

    function _terms() private returns (Settlement memory s) {
        s = terms(leg20(address(security), alice, bob, 10), leg20(address(cash), bob, alice, 5));
        s.legs[0].mode = CustodyMode.CHECKED;
        supply(s);
    }

    function _refused(Settlement memory s) private {
        uint256 fresh = vm.snapshotState();
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        deposit(s, 0);
        vm.revertToState(fresh);
    }

    function test_Checked_HappyPath() public {
        Settlement memory s = _terms();
        depositAll(s);
        execute(s);
        assertEq(security.balanceOf(bob), 10);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
    }

    /// @notice Any address with code may be a token's registry, also the last one; a word that is no address is none.
    function test_Checked_EveryAddressCanBeARegistry() public {
        Settlement memory s = _terms();
        address last = address(type(uint160).max);
        vm.etch(last, address(security).code);
        TestERC3643(last).verify(bob, true);
        security.setParts(last, address(security));
        deposit(s, 0);
        withdraw(s, 0);
        vm.mockCall(address(security), abi.encodeCall(security.identityRegistry, ()), abi.encode((1 << 160) | uint160(last)));
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        deposit(s, 0);
    }

    function test_Checked_DepositAsksEverything() public {
        Settlement memory s = _terms();
        security.verify(bob, false);
        _refused(s);
        security.verify(bob, true);
        security.freeze(alice, true);
        _refused(s);
        security.freeze(alice, false);
        security.freeze(bob, true);
        _refused(s);
        security.freeze(bob, false);
        security.allow(false);
        _refused(s);
        security.allow(true);
        security.setParts(stranger, address(security));
        _refused(s);
        security.setParts(address(security), stranger);
        _refused(s);
        security.setParts(address(security), address(security));
        deposit(s, 0);
    }

    /// @notice A token that is no ERC-3643 cannot be CHECKED.
    function test_Checked_PlainErc20() public {
        Settlement memory s = terms(leg20(address(cash), alice, bob, 10));
        s.legs[0].mode = CustodyMode.CHECKED;
        supply(s);
        _refused(s);
    }

    function test_Checked_ExecuteAsksAgain() public {
        Settlement memory s = _terms();
        depositAll(s);
        security.verify(bob, false);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
        security.verify(bob, true);
        security.freeze(alice, true);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
        security.freeze(alice, false);
        execute(s);
    }

    function test_Checked_WayBackNeverAsks() public {
        Settlement memory s = _terms();
        deposit(s, 0);
        security.verify(bob, false);
        security.freeze(alice, true);
        security.allow(false);
        withdraw(s, 0);
        assertEq(security.balanceOf(alice), 10);

        security.verify(bob, true);
        security.freeze(alice, false);
        security.allow(true);
        deposit(s, 0);
        security.allow(false);
        afterDeadline();
        refund(s, 0);
        assertEq(security.balanceOf(alice), 10);
    }

    /// @notice The pair comes before the gate, and before any token moved.
    function test_Checked_BeforeGate() public {
        TestGate gate = new TestGate();
        Settlement memory s = _terms();
        s.gate = address(gate);
        supply(s);
        depositAll(s);
        gate.set(Answer.No);
        security.allow(false);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
        security.allow(true);
        expectError(ISettlementEscrow.GateClosed.selector, address(gate));
        execute(s);
    }
}
