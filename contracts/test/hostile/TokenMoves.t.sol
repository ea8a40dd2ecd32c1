// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {LazyERC721, MeekERC721} from "../mocks/TestTokens.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice What each move accepts of tokens that do not behave.
contract TokenMovesTest is EscrowTest {
    OddToken private odd;

    function setUp() public override {
        super.setUp();
        odd = new OddToken();
    }

    /// @notice 100 odd units from alice to bob, and as much again of somebody else's in the pool.
    function _terms(CustodyMode mode) private returns (Settlement memory s) {
        Settlement memory other = terms(leg20(address(odd), carol, vault, 100));
        supply(other);
        deposit(other, 0);
        s = terms(leg20(address(odd), alice, bob, 100));
        s.legs[0].mode = mode;
        supply(s);
        odd.mint(alice, 1000);
    }

    function _depositFails(Oddity oddity, bytes4 error) private {
        Settlement memory s = _terms(CustodyMode.CUSTODY);
        odd.turn(oddity);
        expectError(error, uint256(0));
        deposit(s, 0);
        odd.turn(Oddity.None);
        assertSolvent();
    }

    function _executeFails(CustodyMode mode, Oddity oddity, bytes4 error) private {
        Settlement memory s = _terms(mode);
        deposit(s, 0);
        odd.turn(oddity);
        expectError(error, uint256(0));
        execute(s);
        odd.turn(Oddity.None);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Open));
        assertSolvent();
    }

    function _backFails(Oddity oddity, bytes4 error) private {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        Settlement memory other = _terms(CustodyMode.CUSTODY);
        deposit(other, 0);
        supply(s);
        deposit(s, 0);
        odd.turn(oddity);
        expectError(error, uint256(0));
        withdraw(s, 0);
        afterDeadline();
        expectError(error, uint256(0));
        refund(s, 0);
        odd.turn(Oddity.None);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, false));
        refund(s, 0);
        assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 2, false));
    }

    function test_Deposit_ReturnsFalse() public {
        _depositFails(Oddity.ReturnsFalse, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Deposit_ReturnsTwo() public {
        _depositFails(Oddity.ReturnsTwo, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Deposit_ReturnsShort() public {
        _depositFails(Oddity.ReturnsShort, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Deposit_RevertsHuge() public {
        _depositFails(Oddity.RevertsHuge, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Deposit_RecipientFee() public {
        _depositFails(Oddity.RecipientFee, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Deposit_MovesNothing() public {
        _depositFails(Oddity.MovesNothing, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Deposit_MovesTwice() public {
        _depositFails(Oddity.MovesTwice, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Deposit_BalanceReverts() public {
        _depositFails(Oddity.BalanceReverts, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Deposit_BalanceShort() public {
        _depositFails(Oddity.BalanceShort, ISettlementEscrow.TokenCallFailed.selector);
    }

    /// @notice A surcharge on the depositor is the depositor's affair: the escrow gains exactly the amount.
    function test_Deposit_SenderSurcharge() public {
        Settlement memory s = _terms(CustodyMode.CUSTODY);
        odd.turn(Oddity.SenderSurcharge);
        deposit(s, 0);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 1, false));
    }

    /// @notice A token without an answer, and one with a megabyte of it, work through every move.
    function test_EveryMove_ReturnsNothingOrHuge() public {
        Oddity[2] memory oddities = [Oddity.ReturnsNothing, Oddity.ReturnsHuge];
        for (uint256 i; i < 2; ++i) {
            odd = new OddToken();
            vm.warp(START);
            Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
            supply(s);
            odd.turn(oddities[i]);
            deposit(s, 0);
            withdraw(s, 0);
            deposit(s, 0);
            uint256 held = vm.snapshotState();
            deposit(s, 1);
            execute(s);
            assertEq(odd.balanceOf(bob), 100);
            vm.revertToState(held);
            afterDeadline();
            refund(s, 0);
            assertEq(odd.balanceOf(alice), 100);
        }
    }

    function test_Execute_ReturnsFalse() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.ReturnsFalse, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Execute_RecipientFee() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.RecipientFee, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Execute_SenderSurcharge() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.SenderSurcharge, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Execute_MovesNothing() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.MovesNothing, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Execute_MovesTwice() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.MovesTwice, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Execute_RevertsHuge() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.RevertsHuge, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Execute_BalanceShort() public {
        _executeFails(CustodyMode.CUSTODY, Oddity.BalanceShort, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_ExecuteDirect_ReturnsFalse() public {
        _executeFails(CustodyMode.DIRECT, Oddity.ReturnsFalse, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_ExecuteDirect_RecipientFee() public {
        _executeFails(CustodyMode.DIRECT, Oddity.RecipientFee, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_ExecuteDirect_MovesNothing() public {
        _executeFails(CustodyMode.DIRECT, Oddity.MovesNothing, ISettlementEscrow.InexactTransfer.selector);
    }

    /// @notice Stated in the terms guide: a direct leg under a surcharge costs its owner more than the amount.
    function test_ExecuteDirect_SenderSurcharge() public {
        Settlement memory s = _terms(CustodyMode.DIRECT);
        deposit(s, 0);
        uint256 before = odd.balanceOf(alice);
        odd.turn(Oddity.SenderSurcharge);
        execute(s);
        assertEq(odd.balanceOf(bob), 100);
        assertEq(before - odd.balanceOf(alice), 101);
    }

    function test_Back_ReturnsFalse() public {
        _backFails(Oddity.ReturnsFalse, ISettlementEscrow.TokenCallFailed.selector);
    }

    /// @notice A bit is never cleared for nothing: the asset would be stranded.
    function test_Back_MovesNothing() public {
        _backFails(Oddity.MovesNothing, ISettlementEscrow.InexactTransfer.selector);
    }

    /// @notice A surcharge would be paid from what others have in the pool.
    function test_Back_SenderSurcharge() public {
        _backFails(Oddity.SenderSurcharge, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Back_MovesTwice() public {
        _backFails(Oddity.MovesTwice, ISettlementEscrow.InexactTransfer.selector);
    }

    function test_Back_BalanceReverts() public {
        _backFails(Oddity.BalanceReverts, ISettlementEscrow.TokenCallFailed.selector);
    }

    function test_Back_RevertsHuge() public {
        _backFails(Oddity.RevertsHuge, ISettlementEscrow.TokenCallFailed.selector);
    }

    /// @notice A fee that was switched on after the deposit stops execution, never the way back.
    function test_FeeSwitchedOn_RefundStillWorks() public {
        Settlement memory s = _terms(CustodyMode.CUSTODY);
        deposit(s, 0);
        odd.turn(Oddity.RecipientFee);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
        afterDeadline();
        uint256 before = odd.balanceOf(alice);
        refund(s, 0);
        assertEq(odd.balanceOf(alice), before + 99);
        assertSolvent();
    }

    /// @notice SenderSurcharge_ExecuteAndRefundRevert: nobody else's units pay it.
    function test_SenderSurcharge_ExecuteAndRefundRevert() public {
        Settlement memory s = _terms(CustodyMode.CUSTODY);
        deposit(s, 0);
        odd.turn(Oddity.SenderSurcharge);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
        afterDeadline();
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        refund(s, 0);
        assertEq(odd.balanceOf(address(escrow)), 200);
    }

    /// @notice A token that loses its code after the deposit cannot pretend to have paid.
    function test_CodeVanishes() public {
        Settlement memory s = _terms(CustodyMode.CUSTODY);
        deposit(s, 0);
        bytes memory code = address(odd).code;
        vm.etch(address(odd), "");
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        execute(s);
        afterDeadline();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        refund(s, 0);
        vm.etch(address(odd), code);
        refund(s, 0);
    }

    /// @notice An ERC-721 whose transfers succeed and do nothing.
    function test_LazyErc721() public {
        LazyERC721 lazy = new LazyERC721();
        Settlement memory s = terms(leg(TokenKind.ERC721, address(lazy), alice, bob, 3, 1));
        lazy.mint(alice, 3);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        deposit(s, 0);
        s.legs[0].mode = CustodyMode.DIRECT;
        deposit(s, 0);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
    }

    /// @notice A token that refuses without a revert: that the escrow owns number 3 already is no deposit of somebody else, or the next execution would
    /// deliver alice's.
    function test_MeekErc721_HeldForAnother() public {
        MeekERC721 meek = new MeekERC721();
        Settlement memory s = terms(leg(TokenKind.ERC721, address(meek), alice, bob, 3, 1));
        supply(s);
        deposit(s, 0);
        Settlement memory other = terms(leg(TokenKind.ERC721, address(meek), carol, vault, 3, 1));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        deposit(other, 0);

        cancelAsOperator(s);
        refund(s, 0);
        assertEq(meek.ownerOf(3), alice);
    }

    /// @notice The same from a wallet: that the recipient owns number 3 already is no delivery of it.
    function test_MeekErc721_RecipientHasIt() public {
        MeekERC721 meek = new MeekERC721();
        meek.mint(bob, 3);
        Settlement memory s = terms(leg(TokenKind.ERC721, address(meek), alice, bob, 3, 1), leg20(address(cash), bob, alice, CASH_AMOUNT));
        supply(s.legs[1]);
        deposit(s, 1);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        depositAndExecuteAs(alice, s);
    }

    /// @notice Recipients of ERC-721 have no hook to block with; recipients of ERC-1155 do, and that stops the settlement.
    function test_RecipientWithoutHooks() public {
        Settlement memory s = threeKinds();
        s.legs[0].to = address(bond);
        depositAll(s);
        execute(s);
        assertEq(deed.ownerOf(7), address(bond));

        Settlement memory other = terms(leg(TokenKind.ERC1155, address(share), carol, address(bond), 10, 5));
        supply(other);
        depositAll(other);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        execute(other);
    }

    /// @notice The escrow takes tokens only in its own calls.
    function test_UnsolicitedTokens() public {
        share.mint(alice, 1, 10);
        deed.mint(alice, 1);
        vm.startPrank(alice);
        expectError(ISettlementEscrow.Unsolicited.selector);
        share.safeTransferFrom(alice, address(escrow), 1, 10, "");
        uint256[] memory list = new uint256[](1);
        list[0] = 1;
        expectError(ISettlementEscrow.Unsolicited.selector);
        share.safeBatchTransferFrom(alice, address(escrow), list, list, "");
        vm.expectRevert();
        deed.safeTransferFrom(alice, address(escrow), 1);
        expectError(ISettlementEscrow.Unsolicited.selector);
        escrow.onERC1155Received(address(escrow), alice, 1, 1, "");
        expectError(ISettlementEscrow.Unsolicited.selector);
        escrow.onERC1155BatchReceived(address(escrow), alice, list, list, "");
    }

    /// @notice Also while the escrow runs: a donation from inside a token's hook is refused.
    function test_UnsolicitedTokens_WhileEntered() public {
        share.mint(carol, 9, 10);
        vm.prank(carol);
        share.setApprovalForAll(address(odd), true);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(share.safeTransferFrom, (carol, address(escrow), 9, 1, ""));
        Settlement memory s = _terms(CustodyMode.CUSTODY);
        odd.onTransfer(address(share), calls);
        deposit(s, 0);
        assertFalse(odd.hookSucceeded(0));
        assertEq(odd.hookAnswers(0), abi.encodeWithSelector(ISettlementEscrow.Unsolicited.selector));
        assertEq(share.balanceOf(carol, 9), 10);
    }

    function test_NoNativeCoin() public {
        vm.deal(alice, 2 ether);
        vm.startPrank(alice);
        (bool ok,) = address(escrow).call{value: 1}("");
        assertFalse(ok);
        (ok,) = address(escrow).call{value: 1}(abi.encodeCall(escrow.entered, ()));
        assertFalse(ok);
        (ok,) = address(escrow).call(hex"12345678");
        assertFalse(ok);
    }
}
