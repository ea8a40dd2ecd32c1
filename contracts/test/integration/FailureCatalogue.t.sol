// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {
    CustodyMode,
    ISettlementEscrow,
    Leg,
    LegFault,
    MAX_TERM,
    PERMIT2,
    Settlement,
    State,
    TokenKind
} from "src/interfaces/ISettlementEscrow.sol";
import {IERC3009} from "src/interfaces/ITokens.sol";
import {Oddity} from "../mocks/OddToken.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {TestERC3643} from "../mocks/TestTokens.sol";
import {Entries, Entry} from "../support/Entries.sol";

/// @notice A valid call of every entry, broken in one named way, reverts with exactly the named error. Each test is one way, for every entry
/// to which it applies; `broken` counts the entries, so that a way that applies to none is noticed.
contract FailureCatalogueTest is Entries {
    uint256 private broken;
    uint256 private fresh;

    modifier forEach() {
        fresh = vm.snapshotState();
        _;
    }

    function _name(Entry e) private pure returns (string memory) {
        return string.concat("entry ", vm.toString(uint8(e)));
    }

    function _error(bytes4 selector, uint256 argument) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, argument);
    }

    /// @notice Breaks one entry: the case was set up before, and the state is taken back after.
    function _breaks(Entry e, Settlement memory s, bytes memory expected) private {
        _breaks(e, callerOf(e), callOf(e, s), expected);
    }

    function _breaks(Entry e, address caller, bytes memory call, bytes memory expected) private {
        fails(caller, call, expected, _name(e));
        uint256 count = broken + 1;
        vm.revertToState(fresh);
        fresh = vm.snapshotState();
        broken = count;
    }

    function _prepared(Entry e) private returns (Settlement memory s) {
        s = termsFor(e);
        ready(e, s);
    }

    /// @notice The valid cases are valid.
    function test_EveryEntry_Works() public {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            works(callerOf(e), callOf(e, _prepared(e)), _name(e));
        }
    }

    /* STATE AND TIME */

    function test_Executed() public forEach {
        for (uint256 k = 1; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            Settlement memory s = termsFor(e);
            depositAll(s);
            execute(s);
            _breaks(e, s, abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Executed));
        }
        assertEq(broken, 14);
    }

    function test_Cancelled() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (isRefund(e)) continue;
            Settlement memory s = _prepared(e);
            cancelAsOperator(s);
            _breaks(e, s, abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Cancelled));
        }
        assertEq(broken, 13);
    }

    function test_Expired() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (isRefund(e)) continue;
            Settlement memory s = _prepared(e);
            afterDeadline();
            _breaks(e, s, _error(ISettlementEscrow.Expired.selector, DEADLINE));
        }
        assertEq(broken, 13);
    }

    function test_TooEarly() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!executes(e)) continue;
            Settlement memory s = termsFor(e);
            s.notBefore = START + 1;
            ready(e, s);
            _breaks(e, s, _error(ISettlementEscrow.TooEarly.selector, START + 1));
        }
        assertEq(broken, 3);
    }

    function test_UnknownSettlement() public forEach {
        Entry[4] memory entries = [Entry.ExecuteSwap, Entry.WithdrawLeg, Entry.Refund, Entry.RefundMany];
        for (uint256 k; k < entries.length; ++k) {
            Settlement memory s = _prepared(entries[k]);
            s.commitment = "never seen";
            _breaks(entries[k], s, abi.encodeWithSelector(ISettlementEscrow.UnknownSettlement.selector, idOf(s)));
        }
        assertEq(broken, 4);
    }

    function test_StillOpen() public forEach {
        for (uint256 k = uint256(Entry.Refund); k < ENTRIES; ++k) {
            Settlement memory s = termsFor(Entry(k));
            deposit(s, 0);
            vm.warp(DEADLINE);
            _breaks(Entry(k), s, _error(ISettlementEscrow.StillOpen.selector, DEADLINE));
        }
        assertEq(broken, 2);
    }

    /* WHO */

    function test_NotDepositor() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (callerOf(e) != alice) continue;
            Settlement memory s = _prepared(e);
            bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, 0, bob);
            _breaks(e, bob, callOf(e, s), expected);
        }
        assertEq(broken, 6);
    }

    function test_NotOperator() public forEach {
        Settlement memory s = termsFor(Entry.CancelAsOperator);
        bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.NotOperator.selector, alice);
        _breaks(Entry.CancelAsOperator, alice, callOf(Entry.CancelAsOperator, s), expected);
    }

    /* THE TERMS THAT WERE GIVEN */

    function test_BadLegCount_None() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (e == Entry.CancelAsOperator) continue;
            Settlement memory s = termsFor(e);
            bytes memory call;
            if (provesLegs(e)) {
                call = callOf(e, s, new bytes32[](0), 0);
            } else {
                s.legs = new Leg[](0);
                call = callOf(e, s);
            }
            _breaks(e, callerOf(e), call, _error(ISettlementEscrow.BadLegCount.selector, 0));
        }
        assertEq(broken, 14);
    }

    function test_BadLegCount_SixtyFive() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (e == Entry.CancelAsOperator) continue;
            Settlement memory s = termsFor(e);
            bytes memory call;
            if (provesLegs(e)) {
                call = callOf(e, s, new bytes32[](65), 0);
            } else {
                s.legs = new Leg[](65);
                call = callOf(e, s);
            }
            _breaks(e, callerOf(e), call, _error(ISettlementEscrow.BadLegCount.selector, 65));
        }
        assertEq(broken, 14);
    }

    function test_LegMismatch_OtherLeg() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!provesLegs(e)) continue;
            Settlement memory s = _prepared(e);
            bytes32[] memory hashes = hashesOf(s);
            s.legs[0].amount += 1;
            _breaks(e, callerOf(e), callOf(e, s, hashes, 0), _error(ISettlementEscrow.LegMismatch.selector, 0));
        }
        assertEq(broken, 9);
    }

    function test_LegMismatch_OtherIndex() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!provesLegs(e)) continue;
            Settlement memory s = _prepared(e);
            _breaks(e, callerOf(e), callOf(e, s, hashesOf(s), 1), _error(ISettlementEscrow.LegMismatch.selector, 1));
            s = _prepared(e);
            _breaks(e, callerOf(e), callOf(e, s, hashesOf(s), 2), _error(ISettlementEscrow.LegMismatch.selector, 2));
        }
        assertEq(broken, 18);
    }

    function test_LengthMismatch() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!takesSignatures(e)) continue;
            Settlement memory s = _prepared(e);
            bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.LengthMismatch.selector);
            _breaks(e, stranger, signedCall(e, s, owners(s), new bytes[](1)), expected);
        }
        Settlement memory t = _prepared(Entry.RefundMany);
        bytes memory mismatch = abi.encodeWithSelector(ISettlementEscrow.LengthMismatch.selector);
        bytes memory call = abi.encodeCall(escrow.refundMany, (headerOf(t), hashesOf(t), list(0), new Leg[](2), 1));
        _breaks(Entry.RefundMany, stranger, call, mismatch);
        t = _prepared(Entry.DepositMany);
        call = abi.encodeCall(escrow.depositMany, (headerOf(t), hashesOf(t), list(0), new Leg[](2)));
        _breaks(Entry.DepositMany, alice, call, mismatch);
        t = _prepared(Entry.DepositMany);
        call = abi.encodeCall(escrow.depositMany, (headerOf(t), hashesOf(t), new uint256[](0), new Leg[](0)));
        _breaks(Entry.DepositMany, alice, call, mismatch);
        assertEq(broken, 5);
    }

    function test_BadWindow() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!opens(e)) continue;
            Settlement memory s = termsFor(e);
            s.deadline = uint64(START + MAX_TERM + 1);
            _breaks(e, s, abi.encodeWithSelector(ISettlementEscrow.BadWindow.selector, 0, s.deadline));
            if (executes(e)) continue;
            s = termsFor(e);
            s.notBefore = DEADLINE + 1;
            _breaks(e, s, abi.encodeWithSelector(ISettlementEscrow.BadWindow.selector, s.notBefore, DEADLINE));
        }
        assertEq(broken, 14);
    }

    function test_BadRole() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!opens(e)) continue;
            for (uint256 way; way < 3; ++way) {
                Settlement memory s = termsFor(e);
                if (way == 0) s.operator = address(escrow);
                if (way == 1) s.gate = address(escrow);
                if (way == 2) s.gate = stranger;
                address role = way == 2 ? stranger : address(escrow);
                _breaks(e, s, abi.encodeWithSelector(ISettlementEscrow.BadRole.selector, role));
            }
        }
        assertEq(broken, 24);
    }

    /* LEGS */

    /// @notice Every fault of leg 0, on every entry that lets the leg in.
    function test_InvalidLeg() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!opens(e)) continue;
            for (uint256 f; f <= uint256(type(LegFault).max); ++f) {
                Settlement memory s = termsFor(e);
                if (!_faulty(e, s.legs[0], LegFault(f))) continue;
                bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.InvalidLeg.selector, 0, f);
                _breaks(e, s, expected);
            }
        }
        assertEq(broken, 84);
    }

    /// @return Whether the entry gets as far as this fault: relayed deposits refuse other kinds and modes earlier.
    function _faulty(Entry e, Leg memory one, LegFault fault) private view returns (bool) {
        bool plainErc20Only = isRelayed(e) || e == Entry.DepositWithPermit;
        if (fault == LegFault.ZeroAddress) one.to = address(0);
        if (fault == LegFault.IsEscrow) one.refundTo = address(escrow);
        if (fault == LegFault.IsToken) one.to = one.token;
        if (fault == LegFault.SelfTransfer) one.to = alice;
        if (fault == LegFault.ZeroAmount) one.amount = 0;
        if (fault == LegFault.AmountNotOne) (one.kind, one.token, one.amount) = (TokenKind.ERC721, address(deed), 2);
        if (fault == LegFault.TokenIdNotZero) one.tokenId = 1;
        if (fault == LegFault.NoCode) one.token = stranger;
        if (fault == LegFault.Disguised721) (one.token, one.amount) = (address(deed), 1);
        if (fault == LegFault.CheckedNotErc20) {
            (one.kind, one.token, one.mode) = (TokenKind.ERC1155, address(share), CustodyMode.CHECKED);
        }
        if (fault == LegFault.DirectRefundTo) (one.mode, one.refundTo) = (CustodyMode.DIRECT, vault);
        if (fault == LegFault.NotErc721) (one.kind, one.amount) = (TokenKind.ERC721, 1);
        if (!plainErc20Only) return true;
        if (fault == LegFault.DirectRefundTo) return e == Entry.DepositWithPermit;
        return fault != LegFault.AmountNotOne && fault != LegFault.CheckedNotErc20 && fault != LegFault.NotErc721
            && (fault != LegFault.NoCode || e != Entry.DepositWithAuthorization);
    }

    function test_RelayNeedsErc20() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!isRelayed(e) && e != Entry.DepositWithPermit) continue;
            for (uint8 kind = 1; kind < 3; ++kind) {
                Settlement memory s = termsFor(e);
                s.legs[0].kind = TokenKind(kind);
                _breaks(e, s, _error(ISettlementEscrow.RelayNeedsErc20.selector, 0));
            }
        }
        assertEq(broken, 6);
    }

    function test_DirectNeedsDepositor() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!isRelayed(e)) continue;
            Settlement memory s = termsFor(e);
            s.legs[0].mode = CustodyMode.DIRECT;
            _breaks(e, s, _error(ISettlementEscrow.DirectNeedsDepositor.selector, 0));
        }
        assertEq(broken, 2);
    }

    /* BITS */

    function test_LegAlreadyIn() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!isDeposit(e)) continue;
            Settlement memory s = termsFor(e);
            deposit(s, 0);
            _breaks(e, s, _error(ISettlementEscrow.LegAlreadyIn.selector, 0));
        }
        assertEq(broken, 5);
    }

    function test_LegNotIn() public forEach {
        Settlement memory s = _prepared(Entry.WithdrawLeg);
        withdraw(s, 0);
        _breaks(Entry.WithdrawLeg, s, _error(ISettlementEscrow.LegNotIn.selector, 0));
    }

    function test_NothingHeld() public forEach {
        Settlement memory s = _prepared(Entry.Refund);
        refund(s, 0);
        _breaks(Entry.Refund, s, _error(ISettlementEscrow.NothingHeld.selector, 0));
    }

    function test_FullyFunded() public forEach {
        Entry[2] memory entries = [Entry.WithdrawLeg, Entry.Cancel];
        for (uint256 k; k < entries.length; ++k) {
            Settlement memory s = _prepared(entries[k]);
            deposit(s, 1);
            _breaks(entries[k], s, abi.encodeWithSelector(ISettlementEscrow.FullyFunded.selector));
        }
        assertEq(broken, 2);
    }

    function test_NotFullyFunded() public forEach {
        Settlement memory s = termsFor(Entry.ExecuteSwap);
        deposit(s, 1);
        _breaks(Entry.ExecuteSwap, s, _error(ISettlementEscrow.NotFullyFunded.selector, 1));
        s = termsFor(Entry.ExecuteSwap);
        register(s);
        _breaks(Entry.ExecuteSwap, s, _error(ISettlementEscrow.NotFullyFunded.selector, 3));
    }

    /* CONSENTS */

    function test_ConsentWithdrawn() public forEach {
        Entry[3] memory entries = [Entry.DepositWithPermit2, Entry.DepositWithAuthorization, Entry.SettleSigned];
        for (uint256 k; k < entries.length; ++k) {
            Settlement memory s = termsFor(entries[k]);
            deposit(s, 0);
            withdraw(s, 0);
            _breaks(entries[k], s, _error(ISettlementEscrow.ConsentWithdrawn.selector, 0));
        }
        assertEq(broken, 3);
    }

    function test_MissingConsent() public forEach {
        Entry[2] memory entries = [Entry.SettleSigned, Entry.CancelSigned];
        for (uint256 k; k < entries.length; ++k) {
            Settlement memory s = _prepared(entries[k]);
            bytes memory call = signedCall(entries[k], s, ascending(alice));
            _breaks(entries[k], stranger, call, _error(ISettlementEscrow.MissingConsent.selector, 1));
        }
        assertEq(broken, 2);
    }

    function test_BadSignature() public forEach {
        Entry[2] memory entries = [Entry.SettleSigned, Entry.CancelSigned];
        for (uint256 k; k < entries.length; ++k) {
            Settlement memory s = _prepared(entries[k]);
            address[] memory signers = owners(s);
            bytes[] memory signatures = signAll(signers, bytes32("something else"));
            bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.BadSignature.selector, signers[0]);
            _breaks(entries[k], stranger, signedCall(entries[k], s, signers, signatures), expected);
        }
        assertEq(broken, 2);
    }

    function test_SignersNotAscending() public forEach {
        Entry[2] memory entries = [Entry.SettleSigned, Entry.CancelSigned];
        for (uint256 k; k < entries.length; ++k) {
            Settlement memory s = _prepared(entries[k]);
            address[] memory signers = owners(s);
            (signers[0], signers[1]) = (signers[1], signers[0]);
            bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.SignersNotAscending.selector);
            _breaks(entries[k], stranger, signedCall(entries[k], s, signers), expected);
            signers[1] = signers[0];
            _breaks(entries[k], stranger, signedCall(entries[k], s, signers), expected);
        }
        assertEq(broken, 4);
    }

    function test_WrongChain() public forEach {
        Entry[2] memory entries = [Entry.SettleSigned, Entry.CancelSigned];
        for (uint256 k; k < entries.length; ++k) {
            bytes memory call = callOf(entries[k], _prepared(entries[k]));
            vm.chainId(block.chainid + 1);
            _breaks(entries[k], stranger, call, abi.encodeWithSelector(ISettlementEscrow.WrongChain.selector));
        }
        assertEq(broken, 2);
    }

    /* GATE AND TOKENS */

    function test_GateClosed() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!executes(e)) continue;
            Settlement memory s = termsFor(e);
            TestGate gate = new TestGate();
            s.gate = address(gate);
            ready(e, s);
            gate.set(Answer.No);
            _breaks(e, s, abi.encodeWithSelector(ISettlementEscrow.GateClosed.selector, gate));
        }
        assertEq(broken, 3);
    }

    function test_TransferNotAllowed() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            // The ERC-3643 token of the tests knows no ERC-3009; the check comes before the token is called.
            if (!isDeposit(e) && !executes(e)) continue;
            TestERC3643 security = new TestERC3643();
            Settlement memory s = termsFor(e);
            (s.legs[0].token, s.legs[0].mode) = (address(security), CustodyMode.CHECKED);
            security.verify(bob, true);
            provide(s);
            ready(e, s);
            security.allow(false);
            _breaks(e, s, _error(ISettlementEscrow.TransferNotAllowed.selector, 0));
        }
        assertEq(broken, 8);
    }

    /// @notice Every entry that moves the token of leg 0.
    function _moves(Entry e) private pure returns (bool) {
        return isDeposit(e) || executes(e) || e == Entry.WithdrawLeg || e == Entry.Refund;
    }

    function test_TokenCallFailed() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!_moves(e)) continue;
            Settlement memory s = _prepared(e);
            odd.turn(Oddity.RevertsHuge);
            if (e == Entry.DepositWithAuthorization) {
                vm.mockCallRevert(address(authorized), abi.encodePacked(IERC3009.receiveWithAuthorization.selector), "");
            }
            _breaks(e, s, _error(ISettlementEscrow.TokenCallFailed.selector, 0));
            vm.clearMockedCalls();
        }
        assertEq(broken, 10);
    }

    function test_InexactTransfer() public forEach {
        for (uint256 k; k < ENTRIES; ++k) {
            Entry e = Entry(k);
            if (!_moves(e)) continue;
            Settlement memory s = _prepared(e);
            odd.turn(Oddity.MovesNothing);
            if (e == Entry.DepositWithAuthorization) {
                vm.mockCall(address(authorized), abi.encodePacked(IERC3009.receiveWithAuthorization.selector), "");
            }
            _breaks(e, s, _error(ISettlementEscrow.InexactTransfer.selector, 0));
            vm.clearMockedCalls();
        }
        assertEq(broken, 10);
    }

    function test_Permit2Missing() public forEach {
        Settlement memory s = _prepared(Entry.DepositWithPermit2);
        bytes memory call = callOf(Entry.DepositWithPermit2, s);
        vm.etch(PERMIT2, "");
        _breaks(Entry.DepositWithPermit2, stranger, call, abi.encodeWithSelector(ISettlementEscrow.Permit2Missing.selector));
    }

    /* THE CONTRACT'S OWN GUARDS */

    function test_BatchGasTooLow() public forEach {
        Settlement memory s = _prepared(Entry.RefundMany);
        Leg[] memory legs = new Leg[](1);
        legs[0] = s.legs[0];
        bytes memory call = abi.encodeCall(escrow.refundMany, (headerOf(s), hashesOf(s), list(0), legs, type(uint64).max));
        _breaks(Entry.RefundMany, stranger, call, _error(ISettlementEscrow.BatchGasTooLow.selector, 0));
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = _prepared(Entry.ExecuteSwap);
        call = abi.encodeCall(escrow.executeSwaps, (deals, type(uint64).max));
        _breaks(Entry.ExecuteSwap, stranger, call, _error(ISettlementEscrow.BatchGasTooLow.selector, 0));
    }

    function test_OnlySelf() public forEach {
        bytes memory expected = abi.encodeWithSelector(ISettlementEscrow.OnlySelf.selector);
        Settlement memory s = _prepared(Entry.ExecuteSwap);
        _breaks(Entry.ExecuteSwap, stranger, abi.encodeCall(escrow.executeItem, (s, stranger)), expected);
        s = _prepared(Entry.Refund);
        _breaks(Entry.Refund, stranger, abi.encodeCall(escrow.refundItem, (idOf(s), 0, s.legs[0])), expected);
    }

    /// @notice Every entry from inside a token's call; more of it in Reentrancy.t.sol.
    function test_Locked() public {
        Settlement memory outer = termsFor(Entry.Deposit);
        bytes[] memory calls = new bytes[](ENTRIES);
        for (uint256 k; k < ENTRIES; ++k) {
            calls[k] = callOf(Entry(k), termsFor(Entry(k)));
        }
        odd.onTransfer(address(escrow), calls);
        deposit(outer, 0);
        for (uint256 k; k < ENTRIES; ++k) {
            assertFalse(odd.hookSucceeded(k), _name(Entry(k)));
            assertEq(odd.hookAnswers(k), abi.encodeWithSelector(ISettlementEscrow.Locked.selector), _name(Entry(k)));
        }
    }

    function test_Unsolicited() public {
        expectError(ISettlementEscrow.Unsolicited.selector);
        escrow.onERC1155Received(address(escrow), alice, 1, 1, "");
        expectError(ISettlementEscrow.Unsolicited.selector);
        escrow.onERC1155BatchReceived(address(escrow), alice, new uint256[](0), new uint256[](0), "");
    }
}
