// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ComplianceRegistry} from "src/ComplianceRegistry.sol";
import {ComplianceStatus, IComplianceRegistry} from "src/interfaces/IComplianceRegistry.sol";
import {CancelledBy, ISettlementEscrow, Leg, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "src/interfaces/ISettlementGate.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice The registry by itself, and as the gate of settlements.
contract ComplianceRegistryTest is EscrowTest {
    ComplianceRegistry private registry;
    address private attester = makeAddr("attester");
    address private owner = makeAddr("owner");

    function setUp() public override {
        super.setUp();
        registry = deployRegistry(owner);
        vm.prank(owner);
        registry.setAttester(attester, true);
    }

    function _attest(bytes32 id, bytes32 party, ComplianceStatus status) private {
        vm.prank(attester);
        registry.attest(id, party, status, bytes32("reference"));
    }

    function _wallet(address wallet) private view returns (bytes32) {
        return registry.partyHash(0, wallet);
    }

    function _pass(bytes32 id, address wallet) private {
        _attest(id, _wallet(wallet), ComplianceStatus.Pass);
    }

    function _deal() private returns (Settlement memory s) {
        s = bondForCash();
        s.gate = address(registry);
        s.legs[0].refundTo = vault;
        supply(s);
        depositAll(s);
    }

    function _closed(Settlement memory s) private {
        assertEq(registry.mayExecute(idOf(s), s), bytes4(0));
        expectError(ISettlementEscrow.GateClosed.selector, address(registry));
        execute(s);
    }

    /* AS A GATE */

    /// @notice Every `from`, `to` and `refundTo` must have passed for this very settlement.
    function test_Gate_EveryWallet() public {
        Settlement memory s = _deal();
        bytes32 id = idOf(s);
        _closed(s);
        _pass(id, alice);
        _closed(s);
        _pass(id, bob);
        _closed(s);
        uint256 before = vm.snapshotState();
        _pass(id, vault);
        assertEq(registry.mayExecute(id, s), ISettlementGate.mayExecute.selector);
        execute(s);
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
        vm.revertToState(before);
        // A pass for another settlement is none.
        _pass(bytes32("other"), vault);
        _closed(s);
    }

    /// @notice A flag on anybody of the settlement closes it, an entity too, until the latest status is Pass again.
    function testFuzz_Gate_OneFlagCloses(bytes32 participantId, address wallet, bool fails) public {
        Settlement memory s = _deal();
        bytes32 id = idOf(s);
        _pass(id, alice);
        _pass(id, bob);
        _pass(id, vault);
        bytes32 party = registry.partyHash(participantId, wallet);
        _attest(id, party, fails ? ComplianceStatus.Fail : ComplianceStatus.Flagged);
        _closed(s);
        // Twice is not two: one pass lifts it.
        _attest(id, party, fails ? ComplianceStatus.Flagged : ComplianceStatus.Fail);
        assertEq(registry.blocking(id), 1);
        _attest(id, party, ComplianceStatus.Pass);
        _attest(id, party, ComplianceStatus.Pass);
        assertEq(registry.blocking(id), 0);
        execute(s);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
    }

    function test_Gate_TwoFlagsNeedTwoPasses() public {
        Settlement memory s = _deal();
        bytes32 id = idOf(s);
        _pass(id, alice);
        _pass(id, bob);
        _pass(id, vault);
        _attest(id, bytes32("entity 1"), ComplianceStatus.Flagged);
        _attest(id, _wallet(bob), ComplianceStatus.Fail);
        assertEq(registry.blocking(id), 2);
        _pass(id, bob);
        _closed(s);
        _attest(id, bytes32("entity 1"), ComplianceStatus.Pass);
        execute(s);
    }

    /// @notice The gate can hold an execution until the deadline. It is never asked on the way back, and not by a cancellation.
    function test_Gate_NeverTouchesAWayBack() public {
        Settlement memory s = _deal();
        bytes32 id = idOf(s);
        _attest(id, _wallet(alice), ComplianceStatus.Fail);
        uint256 full = vm.snapshotState();
        vm.expectCall(address(registry), "", 0);
        afterDeadline();
        refund(s, 0);
        refund(s, 1);
        assertEq(bond.balanceOf(vault), BOND_AMOUNT);
        assertKnown(id, Known(State.Open, 0, 0, 0, 2, false));
        vm.revertToState(full);
        cancelAsOperator(s);
        refund(s, 1);
        refund(s, 0);
        assertKnown(id, Known(State.Cancelled, 0, 0, 0, 2, false));
    }

    /// @notice Attesting for a settlement that the chain has not seen works: the id is known from the terms.
    function test_Gate_DepositAndExecute() public {
        Settlement memory s = bondForCash();
        s.gate = address(registry);
        deposit(s, 0);
        expectError(ISettlementEscrow.GateClosed.selector, address(registry));
        depositAndExecuteAs(bob, s);
        _pass(idOf(s), alice);
        _pass(idOf(s), bob);
        depositAndExecuteAs(bob, s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    function test_Gate_SixtyFourLegs() public {
        Settlement memory s;
        s.gate = address(registry);
        s.legs = new Leg[](64);
        for (uint160 i; i < 64; ++i) {
            s.legs[i] = leg20(address(cash), address(1000 + i), address(2000 + i), 1);
            s.legs[i].refundTo = address(3000 + i);
            _pass(idOf(s), address(1000 + i));
        }
        bytes32 id = idOf(s);
        for (uint160 i; i < 64; ++i) {
            _pass(id, address(1000 + i));
            _pass(id, address(2000 + i));
            _pass(id, address(3000 + i));
        }
        vm.cool(address(registry));
        uint256 before = gasleft();
        assertEq(registry.mayExecute(id, s), ISettlementGate.mayExecute.selector);
        assertLt(before - gasleft(), 1_000_000);
    }

    /* QUESTIONS */

    function test_PartyHash() public view {
        assertEq(registry.partyHash(bytes32("p"), alice), keccak256(abi.encode(bytes32("p"), alice)));
        assertNotEq(registry.partyHash(0, alice), registry.partyHash(0, bob));
    }

    function test_AreAllPartiesCleared() public {
        bytes32 id = "id";
        bytes32[] memory parties = new bytes32[](2);
        (parties[0], parties[1]) = (bytes32("one"), bytes32("two"));
        assertFalse(registry.areAllPartiesCleared(id, new bytes32[](0)));
        assertFalse(registry.areAllPartiesCleared(id, parties));
        _attest(id, "one", ComplianceStatus.Pass);
        assertTrue(registry.isCleared(id, "one"));
        assertFalse(registry.areAllPartiesCleared(id, parties));
        _attest(id, "two", ComplianceStatus.Pass);
        assertTrue(registry.areAllPartiesCleared(id, parties));
        assertFalse(registry.areAllPartiesCleared("other", parties));
        _attest(id, "three", ComplianceStatus.Flagged);
        assertFalse(registry.areAllPartiesCleared(id, parties));
        assertEq(uint8(registry.statusOf(id, "three")), uint8(ComplianceStatus.Flagged));
        assertFalse(registry.isCleared(id, "three"));
    }

    function testFuzz_BlockingCountsTheLatest(uint8[16] calldata statuses) public {
        uint256[3] memory latest;
        for (uint256 i; i < statuses.length; ++i) {
            uint256 status = 1 + (statuses[i] / 3) % 3;
            latest[statuses[i] % 3] = status;
            _attest("id", bytes32(uint256(statuses[i] % 3)), ComplianceStatus(status));
        }
        uint256 blocked;
        for (uint256 k; k < 3; ++k) {
            if (latest[k] > 1) ++blocked;
        }
        assertEq(registry.blocking("id"), blocked);
        assertEq(registry.blocking("other"), 0);
    }

    /* WHO */

    function test_Attest_Event() public {
        vm.expectEmit(address(registry));
        emit IComplianceRegistry.Attested("id", "party", attester, ComplianceStatus.Fail, "reference");
        _attest("id", "party", ComplianceStatus.Fail);
    }

    function testFuzz_Attest_OnlyAttesters(address caller) public {
        vm.assume(caller != attester);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotAttester.selector, caller));
        registry.attest("id", "party", ComplianceStatus.Pass, 0);
    }

    function test_Attest_NoneIsNoResult() public {
        vm.expectRevert(IComplianceRegistry.BadStatus.selector);
        _attest("id", "party", ComplianceStatus.None);
    }

    function test_DismissedAttester() public {
        _attest("id", "party", ComplianceStatus.Pass);
        vm.expectEmit(address(registry));
        emit IComplianceRegistry.AttesterSet(attester, false);
        vm.prank(owner);
        registry.setAttester(attester, false);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotAttester.selector, attester));
        _attest("id", "party", ComplianceStatus.Pass);
        assertTrue(registry.isCleared("id", "party"));
    }

    function testFuzz_OnlyTheOwner(address caller) public {
        // Nobody calls from zero, to which nothing is offered.
        vm.assume(caller != owner && caller != address(0));
        vm.startPrank(caller);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotOwner.selector, caller));
        registry.setAttester(caller, true);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotOwner.selector, caller));
        registry.offerOwnership(caller);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotNextOwner.selector, caller));
        registry.acceptOwnership();
        vm.stopPrank();
    }

    function test_OwnershipInTwoSteps() public {
        vm.prank(owner);
        vm.expectEmit(address(registry));
        emit IComplianceRegistry.OwnershipOffered(owner, carol);
        registry.offerOwnership(carol);
        assertEq(registry.owner(), owner);
        assertEq(registry.nextOwner(), carol);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotNextOwner.selector, owner));
        registry.acceptOwnership();
        vm.prank(carol);
        vm.expectEmit(address(registry));
        emit IComplianceRegistry.OwnershipAccepted(owner, carol);
        registry.acceptOwnership();
        assertEq(registry.owner(), carol);
        assertEq(registry.nextOwner(), address(0));
        vm.prank(carol);
        vm.expectRevert(abi.encodeWithSelector(IComplianceRegistry.NotNextOwner.selector, carol));
        registry.acceptOwnership();
    }

    function test_ZeroOwner() public {
        vm.expectRevert(IComplianceRegistry.ZeroOwner.selector);
        new ComplianceRegistry(address(0));
    }
}
