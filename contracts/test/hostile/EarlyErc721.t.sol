// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {
    EarlyERC721,
    EarlyERC721With165,
    EarlyERC721WithTransfer,
    Erc165,
    ForgetfulERC721,
    LyingEarlyERC721
} from "../mocks/EarlyTokens.sol";
import {Signing} from "../support/Signing.sol";

/// @notice Non-fungible tokens without ERC-165, or with an ERC-165 that misleads, on every path by which a leg comes in.
contract EarlyErc721Test is Signing {
    /// @notice The token's number 7 of alice, approved for the escrow, against bob's cash.
    function _terms(EarlyERC721 token) private returns (Settlement memory s) {
        token.mint(alice, 7);
        vm.prank(alice);
        token.approve(address(escrow), 7);
        s = terms(leg(TokenKind.ERC721, address(token), alice, bob, 7, 1), leg20(address(cash), bob, alice, CASH_AMOUNT));
        supply(s.legs[1]);
    }

    /// @notice What the rule is for: the owner itself cannot call `transferFrom`, so that the escrow could not give the token back.
    function test_EarlyErc721_OwnerCannotMoveIt() public {
        EarlyERC721 token = new EarlyERC721();
        _terms(token);
        vm.prank(address(escrow));
        token.transferFrom(alice, address(escrow), 7);
        vm.expectRevert("not approved");
        vm.prank(address(escrow));
        token.transferFrom(address(escrow), alice, 7);
    }

    /// @notice Every entry by which a leg of kind ERC-721 comes in, in both modes, refuses it and moves nothing.
    function test_EarlyErc721_EveryEntryRefuses() public {
        EarlyERC721 token = new EarlyERC721();
        _refusedEverywhere(_terms(token));
        assertEq(token.ownerOf(7), alice);
    }

    /// @notice The same for each answer that is not a yes.
    function test_EarlyErc721_EveryAnswerThatIsNotYes() public {
        EarlyERC721With165 token = new EarlyERC721With165();
        Settlement memory s = _terms(token);
        for (uint256 k; k <= uint256(type(Erc165).max); ++k) {
            token.turn(Erc165(k));
            _refusedEverywhere(s);
        }
        assertEq(token.ownerOf(7), alice);
    }

    function _refusedEverywhere(Settlement memory s) private {
        for (uint256 mode; mode < 3; mode += 2) {
            s.legs[0].mode = CustodyMode(mode);
            bytes[] memory signatures = signAll(ascending(alice, bob), idOf(s));
            expectInvalidLeg(0, LegFault.NotErc721);
            register(s);
            expectInvalidLeg(0, LegFault.NotErc721);
            deposit(s, 0);
            expectInvalidLeg(0, LegFault.NotErc721);
            depositManyAs(alice, s, list(0));
            expectInvalidLeg(0, LegFault.NotErc721);
            escrow.settleSigned(s, ascending(alice, bob), signatures);
            uint256 snapshot = vm.snapshotState();
            deposit(s, 1);
            expectInvalidLeg(0, LegFault.NotErc721);
            depositAndExecuteAs(alice, s);
            expectInvalidLeg(0, LegFault.NotErc721);
            escrow.settleSigned(s, ascending(alice, bob), signatures);
            // The other side is free to leave.
            withdraw(s, 1);
            assertEq(cash.balanceOf(bob), CASH_AMOUNT);
            vm.revertToState(snapshot);
            assertEq(uint8(known(idOf(s)).state), uint8(State.None));
        }
    }

    /// @notice Signatures and permits never bring in a leg of kind ERC-721, whatever its token answers.
    function test_EarlyErc721_RelayedFormsAreErc20Only() public {
        Settlement memory s = _terms(new LyingEarlyERC721());
        deployPermit2();
        bytes memory signature = signPermit2(s, 0, 1);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        depositPermit2(s, 0, 1, signature);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), 0, s.legs[0], 0, type(uint256).max, signature);
        vm.prank(alice);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], 0, 0, 0, 0);
    }

    /// @notice A transfer to the escrow is no deposit: of an ERC-721 by its hook it is refused, and a bare one gives nobody a bit.
    function test_EarlyErc721_TransferIsNoDeposit() public {
        EarlyERC721WithTransfer token = new EarlyERC721WithTransfer();
        Settlement memory s = _terms(token);
        vm.prank(alice);
        token.transfer(address(escrow), 7);
        assertEq(uint8(known(idOf(s)).state), uint8(State.None));
        expectInvalidLeg(0, LegFault.NotErc721);
        deposit(s, 0);
        deed.mint(alice, 7);
        vm.prank(alice);
        vm.expectRevert();
        deed.safeTransferFrom(alice, address(escrow), 7);
    }

    /// @notice A residual risk: a token that lies to ERC-165 comes in and never leaves. The damage stays with its leg.
    function test_EarlyErc721_Liar_StaysAlone() public {
        LyingEarlyERC721 token = new LyingEarlyERC721();
        Settlement memory s = _terms(token);
        depositAll(s);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        execute(s);
        afterDeadline();
        refund(s, 1);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        refund(s, 0);
        assertEq(token.ownerOf(7), address(escrow));
    }

    /// @notice A token is asked when its leg comes in and never again: what it answers later cannot hold up a delivery or a way back.
    function test_EarlyErc721_AskedOnlyOnTheWayIn() public {
        ForgetfulERC721 token = new ForgetfulERC721();
        Settlement memory s = terms(leg(TokenKind.ERC721, address(token), alice, bob, 7, 1), leg20(address(cash), bob, alice, CASH_AMOUNT));
        supply(s);
        depositAll(s);
        uint256 snapshot = vm.snapshotState();
        token.forget();
        execute(s);
        assertEq(token.ownerOf(7), bob);

        vm.revertToState(snapshot);
        token.forget();
        afterDeadline();
        refund(s, 0);
        assertEq(token.ownerOf(7), alice);
    }

    /// @notice Armed and then asked no more: a DIRECT leg that was consented to is delivered.
    function test_EarlyErc721_ArmedIsNotAskedAgain() public {
        ForgetfulERC721 token = new ForgetfulERC721();
        Settlement memory s = terms(leg(TokenKind.ERC721, address(token), alice, bob, 7, 1));
        s.legs[0].mode = CustodyMode.DIRECT;
        supply(s);
        deposit(s, 0);
        token.forget();
        execute(s);
        assertEq(token.ownerOf(7), bob);
    }

    /// @notice The other residual risk: number 1 of such a token as one unit of kind ERC-20. Without `transfer` it never leaves; the lens marks it (MaybeErc721).
    function test_EarlyErc721_NumberOneAsErc20_Stays() public {
        EarlyERC721 token = new EarlyERC721();
        Settlement memory s = _numberOne(token);
        depositAll(s);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        execute(s);
        afterDeadline();
        refund(s, 1);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        refund(s, 0);
        assertEq(token.ownerOf(1), address(escrow));
    }

    /// @notice The same of a token that has `transfer`: it is delivered and goes back as one unit does.
    function test_EarlyErc721_NumberOneAsErc20_WithTransfer() public {
        EarlyERC721WithTransfer token = new EarlyERC721WithTransfer();
        Settlement memory s = _numberOne(token);
        depositAll(s);
        uint256 snapshot = vm.snapshotState();
        execute(s);
        assertEq(token.ownerOf(1), bob);
        vm.revertToState(snapshot);
        afterDeadline();
        refund(s, 0);
        assertEq(token.ownerOf(1), alice);
    }

    /// @notice Any other number presented as an amount moves one token, so that the balance is not what the leg says.
    function testFuzz_EarlyErc721_OtherNumbersAsErc20(uint256 number) public {
        vm.assume(number > 1);
        EarlyERC721 token = new EarlyERC721();
        token.mint(alice, number);
        vm.prank(alice);
        token.approve(address(escrow), number);
        Settlement memory s = terms(leg20(address(token), alice, bob, number));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        deposit(s, 0);
        assertEq(token.ownerOf(number), alice);
    }

    function _numberOne(EarlyERC721 token) private returns (Settlement memory s) {
        token.mint(alice, 1);
        vm.prank(alice);
        token.approve(address(escrow), 1);
        Leg memory one = leg20(address(token), alice, bob, 1);
        s = terms(one, leg20(address(cash), bob, alice, CASH_AMOUNT));
        supply(s.legs[1]);
    }
}
