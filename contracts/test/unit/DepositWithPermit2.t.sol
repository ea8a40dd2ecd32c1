// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, LegFault, PERMIT2, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {Terms} from "src/libraries/Terms.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {TestWallet} from "../mocks/SignedTokens.sol";
import {Signing} from "../support/Signing.sol";

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
