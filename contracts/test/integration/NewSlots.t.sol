// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, Leg, Settlement, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {EnumerableERC721} from "../mocks/EnumerableERC721.sol";
import {TestERC1155, TestERC721} from "../mocks/TestTokens.sol";
import {EscrowTest} from "../support/EscrowTest.sol";
import {NewSlots} from "../support/NewSlots.sol";

/// @notice How many slots of a token a delivery writes that were zero: what a caller reserves gas for beside the node's estimate, see docs/security/escrow-gas.md.
/// The figures for ERC-3643 are in RealTokens.t.sol.
contract NewSlotsTest is EscrowTest {
    function _newSlots(Settlement memory s) private returns (uint256) {
        vm.startStateDiffRecording();
        execute(s);
        return NewSlots.count(vm.stopAndReturnStateDiff(), address(escrow));
    }

    function _delivery(Leg memory one, CustodyMode mode) private returns (Settlement memory s) {
        one.mode = mode;
        s = terms(one);
        supply(s);
        deposit(s, 0);
    }

    /// @notice ERC-20, ERC-721 and ERC-1155: the balance of a recipient who holds nothing, and none otherwise; from custody and from a wallet.
    function test_NewSlots_OfEachKind() public {
        for (uint256 mode; mode < 3; mode += 2) {
            Leg[3] memory legs = [
                leg20(address(bond), alice, bob, 5),
                leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1),
                leg(TokenKind.ERC1155, address(share), alice, bob, 9, 5)
            ];
            uint256 snapshot = vm.snapshotState();
            for (uint256 k; k < 3; ++k) {
                assertEq(_newSlots(_delivery(legs[k], CustodyMode(mode))), 1);
            }
            // The recipient holds something now.
            legs[1].tokenId = 8;
            for (uint256 k; k < 3; ++k) {
                legs[k].amount = 1;
                if (k == 0) legs[k].amount = 2;
                assertEq(_newSlots(_delivery(legs[k], CustodyMode(mode))), 0);
            }
            vm.revertToState(snapshot);
        }
    }

    /// @notice An ERC-721 with enumeration: the recipient's balance, the place in its list, and the token's own place where that was the first. At most two at a
    /// time, because a recipient without a balance takes the token at its first place.
    function test_NewSlots_OfAnEnumerableErc721() public {
        EnumerableERC721 token = new EnumerableERC721();
        Leg memory one = leg(TokenKind.ERC721, address(token), alice, bob, 7, 1);
        assertEq(_newSlots(_delivery(one, CustodyMode.CUSTODY)), 2, "empty recipient");
        one.tokenId = 8;
        assertEq(_newSlots(_delivery(one, CustodyMode.CUSTODY)), 2, "recipient of one");
    }
}
