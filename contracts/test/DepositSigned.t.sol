// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, PERMIT2, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {IERC3009, IERC3009Bytes, IPermit2} from "src/interfaces/ITokens.sol";
import {Terms} from "src/libraries/Terms.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {Oddity, OddToken} from "./tokens/OddToken.sol";
import {StandInPermit2, TestERC3009, TestWallet} from "./tokens/SignedTokens.sol";
import {Signing} from "./support/Signing.sol";

/// @notice `depositWithPermit`.
contract DepositWithPermitTest is Signing {
    bytes32 private constant PERMIT_TYPE = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function _permit(Leg memory one, uint256 value, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        uint256 nonce = MintableToken(one.token).nonces(one.from);
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPE, one.from, address(escrow), value, nonce, deadline));
        bytes memory signature =
            sign(one.from, keccak256(abi.encodePacked(hex"1901", MintableToken(one.token).DOMAIN_SEPARATOR(), structHash)));
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    function _noAllowance() private returns (Settlement memory s) {
        s = bondForCash();
        vm.prank(alice);
        bond.approve(address(escrow), 0);
    }

    function _deposit(address caller, Settlement memory s, uint256 index, uint256 value) private {
        bytes memory call = _call(s, index, value);
        vm.prank(caller);
        (bool ok,) = address(escrow).call(call);
        assertTrue(ok);
    }

    function _fails(address caller, Settlement memory s, uint256 index, uint256 value, bytes memory expected) private {
        bytes memory call = _call(s, index, value);
        vm.prank(caller);
        (bool ok, bytes memory reason) = address(escrow).call(call);
        assertFalse(ok);
        assertEq(reason, expected);
    }

    function _call(Settlement memory s, uint256 index, uint256 value) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 sv) = _permit(s.legs[index], value, DEADLINE);
        return abi.encodeCall(escrow.depositWithPermit, (headerOf(s), hashesOf(s), index, s.legs[index], DEADLINE, v, r, sv));
    }

    function test_Permit() public {
        Settlement memory s = _noAllowance();
        watchLogs();
        _deposit(alice, s, 0, BOND_AMOUNT);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, false));
        assertEq(bond.allowance(alice, address(escrow)), 0);
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), alice, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
    }

    /// @notice Somebody used the permit already: the allowance is there, the deposit goes on.
    function test_Permit_FrontRun() public {
        Settlement memory s = _noAllowance();
        (uint8 v, bytes32 r, bytes32 sv) = _permit(s.legs[0], BOND_AMOUNT, DEADLINE);
        vm.prank(stranger);
        bond.permit(alice, address(escrow), BOND_AMOUNT, DEADLINE, v, r, sv);
        vm.prank(alice);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, v, r, sv);
        assertEq(known(idOf(s)).held, 1);
    }

    /// @notice A permit for another amount is another permit: it fails, and without an allowance so does the transfer.
    function test_Permit_OtherAmount() public {
        Settlement memory s = _noAllowance();
        _fails(alice, s, 0, BOND_AMOUNT - 1, abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, uint256(0)));
        _fails(alice, s, 0, BOND_AMOUNT + 1, abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, uint256(0)));
    }

    function test_Permit_WrongSignature() public {
        Settlement memory s = _noAllowance();
        vm.startPrank(alice);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, 27, bytes32(uint256(1)), bytes32(uint256(2)));
        bond.approve(address(escrow), BOND_AMOUNT);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, 27, bytes32(uint256(1)), bytes32(uint256(2)));
    }

    /// @notice A permit names no settlement: it never lets a relayer choose one.
    function test_Permit_OnlyByItsOwner() public {
        Settlement memory s = _noAllowance();
        _fails(stranger, s, 0, BOND_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, 0, stranger));
        _fails(bob, s, 0, BOND_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, 0, bob));
    }

    function test_Permit_Direct() public {
        Settlement memory s = bondForDirectCash();
        vm.prank(bob);
        cash.approve(address(escrow), 0);
        _deposit(bob, s, 1, CASH_AMOUNT);
        assertKnown(idOf(s), Known(State.Open, 0, 2, 0, 2, false));
        assertEq(cash.allowance(bob, address(escrow)), CASH_AMOUNT);
        deposit(s, 0);
        execute(s);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
    }

    function test_Permit_NotErc20() public {
        Settlement memory s = threeKinds();
        vm.prank(alice);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, 27, 0, 0);
        vm.prank(carol);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(2));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 2, s.legs[2], DEADLINE, 27, 0, 0);
        vm.prank(stranger);
        expectNotDepositor(2, stranger);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 2, s.legs[2], DEADLINE, 27, 0, 0);
    }

    /// @notice The owner's own call: a withdrawal before does not matter.
    function test_Permit_AfterWithdraw() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        withdraw(s, 0);
        _deposit(alice, s, 0, BOND_AMOUNT);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 1, 2, false));
        _fails(alice, s, 0, BOND_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.LegAlreadyIn.selector, uint256(0)));
    }

    function test_Permit_TimeAndState() public {
        Settlement memory s = _noAllowance();
        vm.warp(DEADLINE);
        _deposit(alice, s, 0, BOND_AMOUNT);
        afterDeadline();
        _fails(bob, s, 1, CASH_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.Expired.selector, DEADLINE));
        vm.warp(START);
        cancelAsOperator(s);
        _fails(bob, s, 1, CASH_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Cancelled));
    }
}

/// @notice `depositWithPermit2`.
contract DepositWithPermit2Test is Signing {
    function setUp() public override {
        super.setUp();
        deployPermit2();
    }

    /// @notice Allowances to Permit2, none to the escrow.
    function _terms() private returns (Settlement memory s) {
        s = bondForCash();
        for (uint256 i; i < 2; ++i) {
            vm.startPrank(s.legs[i].from);
            MintableToken(s.legs[i].token).approve(address(escrow), 0);
            MintableToken(s.legs[i].token).approve(PERMIT2, type(uint256).max);
            vm.stopPrank();
        }
    }

    function _expectFailed(uint256 index) private {
        expectError(ISettlementEscrow.TokenCallFailed.selector, index);
    }

    function test_Permit2() public {
        Settlement memory s = _terms();
        bytes memory signature = signPermit2(s, 0, 77);
        watchLogs();
        depositPermit2(s, 0, 77, signature);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, false));
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), stranger, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
        depositPermit2(s, 1, 0);
        execute(s);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
    }

    function testFuzz_Permit2(uint256 amount, uint256 nonce, uint64 wait) public {
        Settlement memory s = _terms();
        s.legs[0].amount = bound(amount, 2, BOND_AMOUNT);
        vm.warp(bound(wait, START, DEADLINE));
        depositPermit2(s, 0, nonce);
        assertEq(bond.balanceOf(address(escrow)), s.legs[0].amount);
    }

    /// @notice Class 16: the same signature for another settlement, leg, nonce or amount.
    function test_Permit2_RedirectedSignature() public {
        Settlement memory s = _terms();
        bytes memory signature = signPermit2(s, 0, 1);
        Settlement memory other = bondForCash();
        other.ref = bytes32("other");
        _expectFailed(0);
        depositPermit2(other, 0, 1, signature);
        _expectFailed(0);
        depositPermit2(s, 0, 2, signature);
        _expectFailed(1);
        depositPermit2(s, 1, 1, signature);
        other = abi.decode(abi.encode(s), (Settlement));
        other.legs[0].amount -= 1;
        _expectFailed(0);
        depositPermit2(other, 0, 1, signature);
        depositPermit2(s, 0, 1, signature);
        expectError(ISettlementEscrow.LegAlreadyIn.selector, uint256(0));
        depositPermit2(s, 0, 1, signature);
    }

    /// @notice IdenticalLegs_BothRelayed: equal legs have equal hashes, and still two signatures.
    function test_Permit2_IdenticalLegs_BothRelayed() public {
        _terms();
        Settlement memory s = terms(leg20(address(cash), bob, alice, 5), leg20(address(cash), bob, alice, 5));
        bytes memory first = signPermit2(s, 0, 1);
        depositPermit2(s, 0, 1, first);
        _expectFailed(1);
        depositPermit2(s, 1, 2, first);
        depositPermit2(s, 1, 2);
        assertKnown(idOf(s), Known(State.Open, 3, 0, 0, 2, false));
        assertEq(cash.balanceOf(address(escrow)), 10);
    }

    /// @notice WithdrawVoidsPermit2Signature: who left comes back by an own call only.
    function test_Permit2_WithdrawVoidsPermit2Signature() public {
        Settlement memory s = _terms();
        bytes memory unused = signPermit2(s, 0, 2);
        depositPermit2(s, 0, 1);
        withdraw(s, 0);
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(0));
        depositPermit2(s, 0, 2, unused);
        vm.prank(alice);
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(0));
        escrow.depositWithPermit2(headerOf(s), hashesOf(s), 0, s.legs[0], 2, s.deadline, unused);
    }

    /// @notice Only in `deposit`'s order: a relayer cannot use a signature of the settle type, nor the other way round.
    function test_Permit2_SettleSignatureIsNotAConsent() public {
        Settlement memory s = _terms();
        bytes memory signature = sign(alice, idOf(s));
        _expectFailed(0);
        depositPermit2(s, 0, 1, signature);
    }

    function test_Permit2_NotErc20_NotDirect() public {
        Settlement memory s = threeKinds();
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        depositPermit2(s, 0, 1, "");
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(2));
        depositPermit2(s, 2, 1, "");
        s.legs[1].mode = CustodyMode.DIRECT;
        expectError(ISettlementEscrow.DirectNeedsDepositor.selector, uint256(1));
        depositPermit2(s, 1, 1, "");
    }

    function test_Permit2_Missing() public {
        Settlement memory s = _terms();
        bytes memory signature = signPermit2(s, 0, 1);
        vm.etch(PERMIT2, "");
        expectError(ISettlementEscrow.Permit2Missing.selector);
        depositPermit2(s, 0, 1, signature);
    }

    function test_Permit2_ExpiredSignature() public {
        Settlement memory s = _terms();
        bytes memory signature = sign(alice, permit2Digest(s.legs[0], Terms.depositWitness(idOf(s), 0), 1, START - 1));
        vm.prank(stranger);
        _expectFailed(0);
        escrow.depositWithPermit2(headerOf(s), hashesOf(s), 0, s.legs[0], 1, START - 1, signature);
    }

    /// @notice What Permit2 moves is measured as any other deposit.
    function test_Permit2_FeeToken() public {
        OddToken odd = new OddToken();
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100));
        odd.mint(alice, 100);
        vm.prank(alice);
        odd.approve(PERMIT2, 100);
        odd.turn(Oddity.RecipientFee);
        bytes memory signature = signPermit2(s, 0, 1);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        depositPermit2(s, 0, 1, signature);
    }

    function test_Permit2_OrderOfChecks() public {
        Settlement memory s = _terms();
        s.notBefore = DEADLINE + 1;
        s.legs[0].mode = CustodyMode.DIRECT;
        cancelAsOperator(s);
        afterDeadline();
        expectNotOpen(State.Cancelled);
        depositPermit2(s, 0, 1, "");
        s.ref = bytes32("alive");
        expectExpired();
        depositPermit2(s, 0, 1, "");
        vm.warp(START);
        expectError(ISettlementEscrow.DirectNeedsDepositor.selector, uint256(0));
        depositPermit2(s, 0, 1, "");
        s.legs[0].mode = CustodyMode.CHECKED;
        expectBadWindow(s);
        depositPermit2(s, 0, 1, "");
        s.notBefore = 0;
        s.legs[0].amount = 0;
        expectInvalidLeg(0, LegFault.ZeroAmount);
        depositPermit2(s, 0, 1, "");
        s.legs[0].amount = 1;
        vm.etch(PERMIT2, "");
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        depositPermit2(s, 0, 1, "");
        s.legs[0].mode = CustodyMode.CUSTODY;
        expectError(ISettlementEscrow.Permit2Missing.selector);
        depositPermit2(s, 0, 1, "");
    }

    /// @notice A contract wallet signs for Permit2 by its code.
    function test_Permit2_ContractWallet() public {
        TestWallet wallet = new TestWallet(alice);
        cash.mint(address(wallet), 50);
        wallet.act(address(cash), abi.encodeCall(cash.approve, (PERMIT2, 50)));
        Settlement memory s = terms(leg20(address(cash), address(wallet), bob, 50));
        bytes memory signature = sign(alice, permit2Digest(s.legs[0], Terms.depositWitness(idOf(s), 0), 1, s.deadline));
        depositPermit2(s, 0, 1, signature);
        assertEq(known(idOf(s)).held, 1);
    }
}

/// @notice `depositWithAuthorization`.
contract DepositWithAuthorizationTest is Signing {
    TestERC3009 private token;

    function setUp() public override {
        super.setUp();
        token = new TestERC3009();
    }

    function _terms() private returns (Settlement memory s) {
        s = terms(leg20(address(token), alice, bob, 100), leg20(address(token), alice, bob, 100));
        token.mint(alice, 1000);
    }

    function _signature(Settlement memory s, uint256 index) private view returns (bytes memory) {
        Leg memory one = s.legs[index];
        bytes32 nonce = Terms.depositWitness(idOf(s), index);
        return sign(alice, token.authorizationDigest(one.from, address(escrow), one.amount, 0, DEADLINE + 10, nonce));
    }

    function _relay(Settlement memory s, uint256 index, bytes memory signature) private {
        vm.prank(stranger);
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), index, s.legs[index], 0, DEADLINE + 10, signature);
    }

    function test_Selectors() public pure {
        assertEq(IERC3009.receiveWithAuthorization.selector, bytes4(0xef55bec6));
        assertEq(IERC3009Bytes.receiveWithAuthorization.selector, bytes4(0x88b7ab63));
        assertEq(IPermit2.permitWitnessTransferFrom.selector, bytes4(0x137c29fe));
    }

    /// @notice IdenticalLegs_BothRelayed
    function test_Authorization_IdenticalLegs_BothRelayed() public {
        Settlement memory s = _terms();
        bytes memory first = _signature(s, 0);
        watchLogs();
        _relay(s, 0, first);
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), stranger, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        _relay(s, 1, first);
        _relay(s, 1, _signature(s, 1));
        assertKnown(idOf(s), Known(State.Open, 3, 0, 0, 2, false));
        assertEq(token.balanceOf(address(escrow)), 200);
    }

    /// @notice Exactly what the token is called with, for both lengths.
    function testFuzz_Authorization_CallData(bytes calldata signature, uint256 validAfter, uint256 validBefore) public {
        Settlement memory s = _terms();
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        bytes memory expected;
        if (signature.length == 65) {
            expected = abi.encodeWithSelector(
                0xef55bec6,
                alice,
                address(escrow),
                100,
                validAfter,
                validBefore,
                nonce,
                uint8(signature[64]),
                bytes32(signature[:32]),
                bytes32(signature[32:64])
            );
        } else {
            expected = abi.encodeWithSelector(0x88b7ab63, alice, address(escrow), 100, validAfter, validBefore, nonce, signature);
        }
        vm.mockCallRevert(address(token), bytes.concat(bytes4(0xef55bec6)), "");
        vm.mockCallRevert(address(token), bytes.concat(bytes4(0x88b7ab63)), "");
        vm.mockCall(address(token), expected, "");
        // The token accepts exactly this call and moves nothing.
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), 0, s.legs[0], validAfter, validBefore, signature);
    }

    function testFuzz_Authorization_CallData65(bytes32 r, bytes32 s, uint8 v, uint256 validAfter) public {
        this.testFuzz_Authorization_CallData(abi.encodePacked(r, s, v), validAfter, DEADLINE);
    }

    /// @notice A contract wallet: any length but 65 goes to the form with bytes.
    function test_Authorization_ContractWallet() public {
        LongWallet wallet = new LongWallet();
        token.mint(address(wallet), 100);
        Settlement memory s = terms(leg20(address(token), address(wallet), bob, 100));
        _relay(s, 0, hex"01020304");
        assertEq(token.balanceOf(address(escrow)), 100);
        assertEq(known(idOf(s)).held, 1);
    }

    function test_Authorization_WithdrawVoidsSignature() public {
        Settlement memory s = _terms();
        vm.prank(alice);
        token.approve(address(escrow), 1000);
        deposit(s, 0);
        withdraw(s, 0);
        bytes memory signature = _signature(s, 0);
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(0));
        _relay(s, 0, signature);
        deposit(s, 0);
    }

    /// @notice Once per leg for ever: the token itself refuses the second use.
    function test_Authorization_Redirected() public {
        Settlement memory s = _terms();
        bytes memory signature = _signature(s, 0);
        s.ref = bytes32("other");
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        _relay(s, 0, signature);
    }

    /// @notice Nobody but the escrow can use it, not even to pay the escrow.
    function test_Authorization_NotByAnother() public {
        Settlement memory s = _terms();
        bytes memory signature = _signature(s, 0);
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        vm.prank(stranger);
        vm.expectRevert("caller must be the payee");
        token.receiveWithAuthorization(
            alice, address(escrow), 100, 0, DEADLINE + 10, nonce, uint8(signature[64]), _word(signature, 0), _word(signature, 32)
        );
    }

    function test_Authorization_NotErc20_NotDirect() public {
        Settlement memory s = threeKinds();
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        _relay(s, 0, "");
        s.legs[1].mode = CustodyMode.DIRECT;
        expectError(ISettlementEscrow.DirectNeedsDepositor.selector, uint256(1));
        _relay(s, 1, "");
    }

    /// @notice A token that answers everything and moves nothing (WETH's fallback, for one) is no deposit.
    function test_Authorization_PermissiveFallback() public {
        PermissiveToken lax = new PermissiveToken();
        Settlement memory s = terms(leg20(address(lax), alice, bob, 100));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        _relay(s, 0, new bytes(65));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        _relay(s, 0, new bytes(1));
    }

    function test_Authorization_TimeCells() public {
        Settlement memory s = _terms();
        vm.warp(DEADLINE);
        _relay(s, 0, _signature(s, 0));
        afterDeadline();
        bytes memory signature = _signature(s, 1);
        expectExpired();
        _relay(s, 1, signature);
    }

    function _word(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), at))
        }
    }
}

/// @notice Says yes to every signature.
contract LongWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

/// @notice Answers every call with success and nothing, but for a balance of zero.
contract PermissiveToken {
    function balanceOf(address) external pure returns (uint256) {
        return 0;
    }

    fallback() external {}
}
