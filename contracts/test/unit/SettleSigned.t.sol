// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, MAX_LEGS, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {Signing} from "../support/Signing.sol";

/// @notice `settleSigned`.
contract SettleSignedTest is Signing {
    function _settleAs(address caller, Settlement memory s, address[] memory signers, bytes[] memory signatures) private {
        vm.prank(caller);
        escrow.settleSigned(s, signers, signatures);
    }

    function test_SettleSigned() public {
        Settlement memory s = bondForDirectCash();
        watchLogs();
        settleSigned(s);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, true));
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
        readLogs();
        assertLog(ISettlementEscrow.Registered.selector, idOf(s), stranger, abi.encode(s));
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), stranger, abi.encode(uint64(3)));
        assertNoMoreLogs();
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        expectNotOpen(State.Executed);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    function test_SettleSigned_AfterStrangerRegister() public {
        Settlement memory s = bondForCash();
        register(s);
        settleSigned(s);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, true));
    }

    /// @notice A leg in custody is paid from there, an armed one from its wallet once, a missing one by the signature.
    function test_SettleSigned_MixedCustody_NoDoublePull() public {
        Settlement memory s = threeKinds();
        s.legs[2].mode = CustodyMode.DIRECT;
        deposit(s, 0);
        deposit(s, 2);
        watchLogs();
        settleSigned(s, ascending(bob));
        assertEq(deed.ownerOf(7), bob);
        assertEq(cash.balanceOf(carol), CASH_AMOUNT);
        assertEq(cash.balanceOf(bob), 0);
        assertEq(share.balanceOf(alice, 9), 50);
        assertEq(share.balanceOf(carol, 9), 0);
        readLogs();
        assertLog(ISettlementEscrow.Armed.selector, idOf(s), bob, abi.encode(uint256(1), s.legs[1]));
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), stranger, abi.encode(uint64(6)));
        assertNoMoreLogs();
    }

    function test_SettleSigned_SenderCounts() public {
        Settlement memory s = bondForCash();
        _settleAs(bob, s, ascending(alice), signAll(ascending(alice), idOf(s)));
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    function test_SettleSigned_NothingMissing_ByAnyone() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        _settleAs(stranger, s, new address[](0), new bytes[](0));
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
    }

    /// @notice DirectVictimWithAllowance
    function test_SettleSigned_DirectVictimWithAllowance() public {
        Settlement memory s = bondForDirectCash();
        bytes[] memory signatures = signAll(ascending(alice), idOf(s));
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(1));
        _settleAs(alice, s, ascending(alice), signatures);
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(1));
        _settleAs(stranger, s, ascending(alice), signatures);
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(0));
        _settleAs(stranger, s, new address[](0), new bytes[](0));
    }

    /// @notice WithdrawVoidsSettleSignature: who left comes back by an own call only.
    function test_SettleSigned_WithdrawVoidsSettleSignature() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        deposit(s, 0);
        withdraw(s, 0);
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(0));
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        uint256 open = vm.snapshotState();
        deposit(s, 0);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        vm.revertToState(open);
        _settleAs(alice, s, ascending(alice, bob), signatures);
        assertEq(known(idOf(s)).left, 1);
    }

    /// @notice A disarmed leg is withdrawn too.
    function test_SettleSigned_DisarmVoidsSettleSignature() public {
        Settlement memory s = bondForDirectCash();
        deposit(s, 1);
        withdraw(s, 1);
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(1));
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    function test_CancelFromNoneVoidsSignature() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        cancel(s, 0);
        expectNotOpen(State.Cancelled);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    function test_ForkChainId_RefundWorks_SettleReverts() public {
        Settlement memory s = bondForCash();
        bytes32 id = idOf(s);
        bytes[] memory signatures = signAll(ascending(alice, bob), id);
        bytes[] memory cancels = signAll(ascending(alice, bob), cancelDigest(s));
        deposit(s, 0);
        vm.chainId(block.chainid + 1);
        expectError(ISettlementEscrow.WrongChain.selector);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        expectError(ISettlementEscrow.WrongChain.selector);
        escrow.cancelSigned(s, ascending(alice, bob), cancels);
        vm.prank(alice);
        escrow.withdrawLeg(headerOf(s), hashesOf(s), 0, s.legs[0]);
        vm.prank(alice);
        escrow.deposit(headerOf(s), hashesOf(s), 0, s.legs[0]);
        afterDeadline();
        refund(s, 0);
        assertEq(bond.balanceOf(alice), BOND_AMOUNT);
        assertEq(uint8(known(id).state), uint8(State.Open));
    }

    /// @notice Class 17: another deployment, another chain.
    function test_SettleSigned_OtherDeployment() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        escrow = deployEscrow();
        supply(s);
        expectError(ISettlementEscrow.BadSignature.selector, ascending(alice, bob)[0]);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    /// @notice Three types, three digests: a consent to cancel or to deposit is none to settle.
    function test_SettleSigned_OtherType() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(alice, bob), cancelDigest(s));
        expectError(ISettlementEscrow.BadSignature.selector, ascending(alice, bob)[0]);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    function test_SettleSigned_Signers() public {
        Settlement memory s = bondForCash();
        address[] memory signers = ascending(alice, bob);
        bytes[] memory signatures = signAll(signers, idOf(s));
        (signers[0], signers[1]) = (signers[1], signers[0]);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        expectError(ISettlementEscrow.SignersNotAscending.selector);
        _settleAs(stranger, s, signers, signatures);
        signers[1] = signers[0];
        signatures[1] = signatures[0];
        expectError(ISettlementEscrow.SignersNotAscending.selector);
        _settleAs(stranger, s, signers, signatures);
        expectError(ISettlementEscrow.LengthMismatch.selector);
        _settleAs(stranger, s, signers, new bytes[](1));
        expectError(ISettlementEscrow.LengthMismatch.selector);
        _settleAs(stranger, s, signers, new bytes[](3));
    }

    /// @notice Also a signature that nobody needs must be good; a good one that nobody needs does no harm.
    function test_SettleSigned_UnneededSignature() public {
        Settlement memory s = bondForCash();
        address[] memory signers = ascending(alice, bob, carol);
        bytes[] memory signatures = signAll(signers, idOf(s));
        uint256 start = vm.snapshotState();
        _settleAs(stranger, s, signers, signatures);
        vm.revertToState(start);
        for (uint256 i; i < 3; ++i) {
            if (signers[i] == carol) signatures[i] = sign(alice, idOf(s));
        }
        expectError(ISettlementEscrow.BadSignature.selector, carol);
        _settleAs(stranger, s, signers, signatures);
        expectError(ISettlementEscrow.BadSignature.selector, address(0));
        _settleAs(stranger, s, new address[](1), new bytes[](1));
    }

    function test_SettleSigned_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        TestGate gate = new TestGate();
        gate.set(Answer.No);
        s.gate = stranger;
        s.notBefore = START + 10;
        s.legs[0].amount = 0;
        s.legs[1].mode = CustodyMode.CHECKED;
        cancelAsOperator(s);
        address[] memory none = new address[](0);
        bytes[] memory no = new bytes[](0);
        expectError(ISettlementEscrow.LengthMismatch.selector);
        _settleAs(stranger, s, none, new bytes[](1));
        expectNotOpen(State.Cancelled);
        _settleAs(stranger, s, ascending(alice), new bytes[](1));
        s.ref = bytes32("alive");
        expectError(ISettlementEscrow.TooEarly.selector, uint256(START + 10));
        _settleAs(stranger, s, ascending(alice), new bytes[](1));
        afterDeadline();
        expectExpired();
        _settleAs(stranger, s, ascending(alice), new bytes[](1));
        vm.warp(START + 10);
        expectError(ISettlementEscrow.BadSignature.selector, alice);
        _settleAs(stranger, s, ascending(alice), new bytes[](1));
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(0));
        _settleAs(bob, s, none, no);
        expectError(ISettlementEscrow.BadRole.selector, stranger);
        settleSigned(s);
        s.gate = address(gate);
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        expectInvalidLeg(0, LegFault.ZeroAmount);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        s.legs[0].amount = type(uint128).max;
        signatures = signAll(ascending(alice, bob), idOf(s));
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(1));
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        s.legs[1].mode = CustodyMode.CUSTODY;
        signatures = signAll(ascending(alice, bob), idOf(s));
        expectError(ISettlementEscrow.GateClosed.selector, address(gate));
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        gate.set(Answer.Yes);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    function test_SettleSigned_TimeCells() public {
        Settlement memory s = bondForCash();
        s.notBefore = START + 100;
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        uint256 start = vm.snapshotState();
        vm.warp(START + 99);
        expectError(ISettlementEscrow.TooEarly.selector, uint256(START + 100));
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        vm.warp(START + 100);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        vm.revertToState(start);
        vm.warp(DEADLINE);
        _settleAs(stranger, s, ascending(alice, bob), signatures);
        vm.revertToState(start);
        afterDeadline();
        expectExpired();
        _settleAs(stranger, s, ascending(alice, bob), signatures);
    }

    /// @notice Sixty-four legs, sixty-four signers.
    function test_SettleSigned_SixtyFourSigners() public {
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](MAX_LEGS);
        uint256[] memory secrets = new uint256[](MAX_LEGS);
        address[] memory signers = new address[](MAX_LEGS);
        for (uint256 i; i < MAX_LEGS; ++i) {
            secrets[i] = 1000 + i;
            signers[i] = vm.addr(secrets[i]);
        }
        for (uint256 i; i < MAX_LEGS; ++i) {
            for (uint256 k = i + 1; k < MAX_LEGS; ++k) {
                if (signers[k] < signers[i]) {
                    (signers[i], signers[k]) = (signers[k], signers[i]);
                    (secrets[i], secrets[k]) = (secrets[k], secrets[i]);
                }
            }
        }
        for (uint256 i; i < MAX_LEGS; ++i) {
            s.legs[i] = leg20(address(cash), signers[(i * 37) % 64], bob, 2 + i);
            supply(s.legs[i]);
        }
        bytes[] memory signatures = new bytes[](MAX_LEGS);
        bytes32 id = idOf(s);
        for (uint256 i; i < MAX_LEGS; ++i) {
            (uint8 v, bytes32 r, bytes32 sv) = vm.sign(secrets[i], id);
            signatures[i] = abi.encodePacked(r, sv, v);
        }
        uint256 before = gasleft();
        escrow.settleSigned(s, signers, signatures);
        assertLt(before - gasleft(), 16_700_000);
        assertEq(cash.balanceOf(bob), 64 * 2 + 63 * 32);
    }
}
