// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {
    CancelledBy,
    CustodyMode,
    ISettlementEscrow,
    Leg,
    LegFault,
    MAX_LEGS,
    Settlement,
    State
} from "src/interfaces/ISettlementEscrow.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {Answer, TestGate} from "./tokens/TestGates.sol";
import {TestWallet, WalletAnswer} from "./tokens/SignedTokens.sol";
import {Signing} from "./support/Signing.sol";

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

/// @notice Which signatures count.
contract SignaturesTest is Signing {
    function _oneLeg(address from) private returns (Settlement memory s) {
        s = terms(leg20(address(cash), from, carol, 5));
        supply(s);
    }

    function _with(bytes memory signature) private pure returns (bytes[] memory signatures) {
        signatures = new bytes[](1);
        signatures[0] = signature;
    }

    function _refused(Settlement memory s, bytes memory signature) private {
        address from = s.legs[0].from;
        expectError(ISettlementEscrow.BadSignature.selector, from);
        escrow.settleSigned(s, ascending(from), _with(signature));
    }

    function test_Signature_Compact() public {
        Settlement memory s = _oneLeg(alice);
        bytes memory signature = _compact(sign(alice, idOf(s)));
        escrow.settleSigned(s, ascending(alice), _with(signature));
    }

    function _compact(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s, uint8 v) = _split(signature);
        return abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _split(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    /// @notice Both parities of `v`, in both forms.
    function testFuzz_Signature_BothForms(bytes32 ref, bool compact) public {
        Settlement memory s = _oneLeg(alice);
        s.ref = ref;
        bytes memory signature = sign(alice, idOf(s));
        escrow.settleSigned(s, ascending(alice), _with(compact ? _compact(signature) : signature));
    }

    function test_Signature_Malleable() public {
        Settlement memory s = _oneLeg(alice);
        (bytes32 r, bytes32 sv, uint8 v) = _split(sign(alice, idOf(s)));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 high = bytes32(order - uint256(sv));
        assertEq(ecrecover(idOf(s), v == 27 ? 28 : 27, r, high), alice, "the twin recovers");
        _refused(s, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
        _refused(s, abi.encodePacked(r, sv, v - 27));
        _refused(s, abi.encodePacked(r, sv, v == 27 ? uint8(28) : uint8(27)));
    }

    /// @notice The edge between low and high: any `r` and `s` are somebody's signature, and the last low `s` counts.
    function test_Signature_LastLowS() public {
        Settlement memory s = _oneLeg(alice);
        bytes32 id = idOf(s);
        bytes32 r = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;
        bytes32 half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
        bytes32 beyond = bytes32(uint256(half) + 1);
        address somebody = ecrecover(id, 27, r, beyond);
        vm.prank(alice);
        expectError(ISettlementEscrow.BadSignature.selector, somebody);
        escrow.settleSigned(s, ascending(somebody), _with(abi.encodePacked(r, beyond, uint8(27))));
        somebody = ecrecover(id, 27, r, half);
        vm.prank(alice);
        escrow.settleSigned(s, ascending(somebody), _with(abi.encodePacked(r, half, uint8(27))));
        assertEq(cash.balanceOf(carol), 5);
    }

    function testFuzz_Signature_OtherLengths(bytes calldata garbage) public {
        Settlement memory s = _oneLeg(alice);
        _refused(s, garbage);
        bytes memory signature = sign(alice, idOf(s));
        _refused(s, bytes.concat(signature, hex"00"));
        _refused(s, "");
    }

    /// @notice The zero address that a broken signature recovers to is nobody.
    function test_Signature_NobodyIsNotASigner() public {
        Settlement memory s = _oneLeg(alice);
        expectError(ISettlementEscrow.BadSignature.selector, address(0));
        escrow.settleSigned(s, new address[](1), _with(new bytes(65)));
    }

    /// @notice What is no signature is nobody's, also not that of an address next to zero.
    function test_Signature_GarbageIsNobodys() public {
        for (uint160 a = 1; a < 4; ++a) {
            Settlement memory s = terms(leg20(address(cash), address(a), carol, 5));
            _refused(s, hex"010203");
            _refused(s, abi.encodePacked(bytes32(uint256(1)), bytes32(type(uint256).max >> 1), uint8(27)));
            _refused(s, new bytes(65));
            _refused(s, new bytes(64));
        }
    }

    function _wallet() private returns (TestWallet wallet, Settlement memory s) {
        wallet = new TestWallet(alice);
        s = terms(leg20(address(cash), address(wallet), bob, 50));
        cash.mint(address(wallet), 50);
        wallet.act(address(cash), abi.encodeCall(cash.approve, (address(escrow), 50)));
    }

    function test_Signature_ContractWallet() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        bytes memory good = sign(alice, idOf(s));
        WalletAnswer[5] memory bad = [WalletAnswer.No, WalletAnswer.Empty, WalletAnswer.Short, WalletAnswer.Dirty, WalletAnswer.Reverts];
        for (uint256 i; i < bad.length; ++i) {
            wallet.set(bad[i]);
            _refused(s, good);
        }
        wallet.set(WalletAnswer.Honest);
        bytes memory other = sign(bob, idOf(s));
        _refused(s, other);
        escrow.settleSigned(s, ascending(address(wallet)), _with(good));
        assertEq(cash.balanceOf(bob), 50);
    }

    function test_Signature_ContractWallet_HugeAnswer() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        wallet.set(WalletAnswer.Huge);
        escrow.settleSigned(s, ascending(address(wallet)), _with(""));
    }

    function test_Signature_ContractWallet_Reenters() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        wallet.reenterWith(abi.encodeCall(escrow.executeSwap, (s)));
        escrow.settleSigned(s, ascending(address(wallet)), _with(""));
    }

    function test_Signature_ContractWallet_BurnsGas() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        wallet.set(WalletAnswer.BurnsGas);
        bytes memory call = abi.encodeCall(escrow.settleSigned, (s, ascending(address(wallet)), _with("")));
        (bool ok, bytes memory reason) = address(escrow).call{gas: 3_000_000}(call);
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(ISettlementEscrow.BadSignature.selector, address(wallet)));
    }

    /// @notice Signature7702_DelegateWithout1271: an account with delegated code signs with its key as before.
    function test_Signature7702_DelegateWithout1271() public {
        Settlement memory s = _oneLeg(alice);
        bytes memory signature = sign(alice, idOf(s));
        MintableToken delegate = new MintableToken("", "", 0);
        vm.etch(alice, bytes.concat(hex"ef0100", bytes20(address(delegate))));
        bytes memory other = sign(bob, idOf(s));
        _refused(s, other);
        escrow.settleSigned(s, ascending(alice), _with(signature));
        assertEq(cash.balanceOf(carol), 5);
    }
}

/// @notice `cancelSigned`.
contract CancelSignedTest is Signing {
    function test_CancelSigned_Full() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        watchLogs();
        cancelSigned(s, ascending(alice, bob));
        assertKnown(idOf(s), Known(State.Cancelled, 1, 0, 0, 2, false));
        readLogs();
        assertLog(ISettlementEscrow.Cancelled.selector, idOf(s), stranger, abi.encode(CancelledBy.Everyone));
        assertNoMoreLogs();
        refund(s, 0);
        assertEq(bond.balanceOf(alice), BOND_AMOUNT * 2);
    }

    /// @notice From None nothing is asked of header or legs: it only needs the id.
    function test_CancelSigned_FromNone() public {
        Settlement memory s = bondForCash();
        s.gate = stranger;
        s.legs[0].amount = 0;
        s.notBefore = s.deadline + 1;
        cancelSigned(s, ascending(alice, bob));
        assertKnown(idOf(s), Known(State.Cancelled, 0, 0, 0, 0, false));
    }

    function test_CancelSigned_SenderCounts() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(bob), cancelDigest(s));
        vm.prank(alice);
        escrow.cancelSigned(s, ascending(bob), signatures);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Cancelled));
    }

    function test_CancelSigned_EveryFrom() public {
        Settlement memory s = threeKinds();
        bytes[] memory signatures = signAll(ascending(alice, carol), cancelDigest(s));
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(1));
        escrow.cancelSigned(s, ascending(alice, carol), signatures);
        signatures = signAll(ascending(alice, bob), cancelDigest(s));
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(2));
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
        signatures = signAll(ascending(alice, bob, carol), cancelDigest(s));
        escrow.cancelSigned(s, ascending(alice, bob, carol), signatures);
    }

    function test_CancelSigned_OtherType() public {
        Settlement memory s = bondForCash();
        bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
        expectError(ISettlementEscrow.BadSignature.selector, ascending(alice, bob)[0]);
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
    }

    function test_CancelSigned_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        afterDeadline();
        expectError(ISettlementEscrow.LengthMismatch.selector);
        escrow.cancelSigned(s, ascending(alice), new bytes[](2));
        expectExpired();
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
        vm.warp(DEADLINE);
        expectError(ISettlementEscrow.BadSignature.selector, alice);
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
        address[] memory signers = new address[](2);
        (signers[0], signers[1]) = (alice, alice);
        bytes[] memory signatures = signAll(signers, cancelDigest(s));
        expectError(ISettlementEscrow.SignersNotAscending.selector);
        escrow.cancelSigned(s, signers, signatures);
        depositAll(s);
        execute(s);
        afterDeadline();
        expectNotOpen(State.Executed);
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
        s.legs = new Leg[](0);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.cancelSigned(s, ascending(alice), new bytes[](1));
    }

    function test_CancelSigned_TimeCells() public {
        Settlement memory s = bondForCash();
        s.notBefore = DEADLINE;
        deposit(s, 0);
        uint256 open = vm.snapshotState();
        cancelSigned(s, ascending(alice, bob));
        vm.revertToState(open);
        vm.warp(DEADLINE);
        cancelSigned(s, ascending(alice, bob));
        vm.revertToState(open);
        bytes[] memory signatures = signAll(ascending(alice, bob), cancelDigest(s));
        afterDeadline();
        expectExpired();
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
    }

    /// @notice CancelVersusExecute: whichever is mined first holds, and the other fails by name.
    function test_CancelVersusExecute_BothOrders() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        uint256 full = vm.snapshotState();
        bytes[] memory signatures = signAll(ascending(alice, bob), cancelDigest(s));
        cancelAsOperator(s);
        expectNotOpen(State.Cancelled);
        execute(s);
        expectNotOpen(State.Cancelled);
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
        vm.revertToState(full);
        execute(s);
        expectNotOpen(State.Executed);
        cancelAsOperator(s);
        expectNotOpen(State.Executed);
        escrow.cancelSigned(s, ascending(alice, bob), signatures);
        expectNotOpen(State.Executed);
        refund(s, 0);
    }
}
