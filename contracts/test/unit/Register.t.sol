// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {
    CustodyMode,
    ISettlementEscrow,
    Leg,
    LegFault,
    MAX_LEGS,
    MAX_TERM,
    Settlement,
    State,
    TokenKind
} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract RegisterTest is EscrowTest {
    function test_Register_FromNone() public {
        Settlement memory s = bondForCash();
        watchLogs();
        bytes32 id = register(s);

        assertEq(id, idOf(s));
        assertEq(id, escrow.idOf(s));
        assertKnown(id, Known(State.Open, 0, 0, 0, 2, true));
        readLogs();
        assertLog(ISettlementEscrow.Registered.selector, id, stranger, abi.encode(s));
        assertNoMoreLogs();
    }

    function test_Register_AfterDepositKeepsTheBits() public {
        Settlement memory s = bondForCash();
        deposit(s, 1);
        watchLogs();
        bytes32 id = register(s);

        assertKnown(id, Known(State.Open, 2, 0, 0, 2, true));
        readLogs();
        assertLog(ISettlementEscrow.Registered.selector, id, stranger, abi.encode(s));
        assertNoMoreLogs();
    }

    /// @notice Registered once: a no-op in any state and at any time.
    function test_Register_AgainIsSilent() public {
        Settlement memory s = bondForCash();
        register(s);
        depositAll(s);
        watchLogs();
        assertEq(register(s), idOf(s));
        vm.warp(DEADLINE);
        execute(s);
        readLogs();
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), stranger, abi.encode(uint64(0)));
        assertNoMoreLogs();
        watchLogs();
        assertEq(register(s), idOf(s));
        afterDeadline();
        assertEq(register(s), idOf(s));
        readLogs();
        assertNoMoreLogs();
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, true));
    }

    function test_Register_AgainAfterCancelAndDeadlineIsSilent() public {
        Settlement memory s = bondForCash();
        register(s);
        cancelAsOperator(s);
        afterDeadline();
        watchLogs();
        assertEq(register(s), idOf(s));
        readLogs();
        assertNoMoreLogs();
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 2, true));
    }

    function test_Register_WhenExecutedUnregistered() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        execute(s);
        expectNotOpen(State.Executed);
        register(s);
    }

    /// @notice An ended id answers `NotOpen` before `Expired`.
    function test_Register_WhenCancelledAndExpired() public {
        Settlement memory s = bondForCash();
        cancelAsOperator(s);
        afterDeadline();
        expectNotOpen(State.Cancelled);
        register(s);
    }

    function test_Register_AtTheDeadline() public {
        Settlement memory s = bondForCash();
        uint256 snapshot = vm.snapshotState();
        vm.warp(DEADLINE - 1);
        register(s);
        vm.revertToState(snapshot);
        vm.warp(DEADLINE);
        register(s);
        vm.revertToState(snapshot);
        vm.warp(DEADLINE + 1);
        expectExpired();
        register(s);
    }

    function test_Register_OpenAndExpired() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        afterDeadline();
        expectExpired();
        register(s);
    }

    function test_Register_TermBound() public {
        Settlement memory s = bondForCash();
        s.deadline = uint64(START + MAX_TERM + 1);
        expectBadWindow(s);
        register(s);
        s.deadline = uint64(START + MAX_TERM);
        register(s);
        s.deadline = type(uint64).max;
        expectBadWindow(s);
        register(s);
    }

    /// @notice The bound holds at first touch only.
    function test_Register_OpenedBefore_DoesNotCheckTheHeaderAgain() public {
        Settlement memory s = bondForCash();
        address gate = address(new AnyCode());
        s.gate = gate;
        deposit(s, 0);
        vm.etch(gate, "");
        register(s);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, true));
    }

    function test_Register_NotBeforeAfterDeadline() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE + 1;
        expectBadWindow(s);
        register(s);
        s.notBefore = DEADLINE;
        register(s);
    }

    function test_Register_DeadlineZero() public {
        Settlement memory s = bondForCash();
        s.deadline = 0;
        expectError(ISettlementEscrow.Expired.selector, uint256(0));
        register(s);
    }

    function test_Register_Roles() public {
        Settlement memory s = bondForCash();
        s.operator = address(escrow);
        expectError(ISettlementEscrow.BadRole.selector, address(escrow));
        register(s);
        s.operator = address(0);
        s.gate = address(escrow);
        expectError(ISettlementEscrow.BadRole.selector, address(escrow));
        register(s);
        s.gate = stranger;
        expectError(ISettlementEscrow.BadRole.selector, stranger);
        register(s);
        s.gate = address(0);
        register(s);
    }

    function test_Register_LegCount() public {
        Settlement memory s = bondForCash();
        Leg memory one = s.legs[0];
        s.legs = new Leg[](0);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        register(s);

        s.legs = new Leg[](MAX_LEGS + 1);
        for (uint256 i; i < s.legs.length; ++i) {
            s.legs[i] = one;
        }
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        register(s);

        s.legs = new Leg[](MAX_LEGS);
        for (uint256 i; i < s.legs.length; ++i) {
            s.legs[i] = one;
        }
        register(s);
        assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 64, true));
    }

    function test_Register_ReportsTheFirstBadLeg() public {
        Settlement memory s = bondForCash();
        s.legs[1].amount = 0;
        expectInvalidLeg(1, LegFault.ZeroAmount);
        register(s);
        s.legs[0].to = alice;
        expectInvalidLeg(0, LegFault.SelfTransfer);
        register(s);
    }

    /// @notice leg count, state, time, header, leg.
    function test_Register_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        s.deadline = START - 1;
        s.notBefore = START;
        s.operator = address(escrow);
        s.legs[0].amount = 0;
        expectError(ISettlementEscrow.Expired.selector, uint256(START - 1));
        register(s);
        s.deadline = uint64(START + MAX_TERM + 1);
        expectBadWindow(s);
        register(s);
        s.deadline = DEADLINE;
        expectError(ISettlementEscrow.BadRole.selector, address(escrow));
        register(s);
        s.operator = operator;
        expectInvalidLeg(0, LegFault.ZeroAmount);
        register(s);
    }

    /// @notice A stranger's registration changes nothing for the parties.
    function test_Register_ByStranger_ChangesNoOutcome() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        register(s);
        deposit(s, 1);
        execute(s);
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
    }

    /// @notice Any changed member gives another id.
    function testFuzz_Register_IdBindsEveryMember(uint256 member, uint256 salt) public {
        Settlement memory s = bondForCash();
        bytes32 id = escrow.idOf(s);
        uint256 which = bound(member, 0, 14);
        bytes32 noise = keccak256(abi.encode(salt));
        address who = address(uint160(uint256(noise)));
        if (which == 0) s.ref = noise;
        else if (which == 1) s.notBefore = uint64(uint256(noise) | 1);
        else if (which == 2) s.deadline = uint64(uint256(noise));
        else if (which == 3) s.operator = who;
        else if (which == 4) s.gate = who;
        else if (which == 5) s.commitment = noise;
        else if (which == 6) s.legs[0].token = who;
        else if (which == 7) s.legs[1].from = who;
        else if (which == 8) s.legs[0].to = who;
        else if (which == 9) s.legs[1].refundTo = who;
        else if (which == 10) s.legs[0].tokenId = uint256(noise);
        else if (which == 11) s.legs[1].amount = uint256(noise);
        else if (which == 12) s.legs[0].kind = TokenKind.ERC1155;
        else if (which == 13) s.legs[1].mode = CustodyMode.DIRECT;
        else (s.legs[0], s.legs[1]) = (s.legs[1], s.legs[0]);
        assertNotEq(escrow.idOf(s), id);
        assertEq(escrow.idOf(s), idOf(s));
    }
}

contract AnyCode {}
