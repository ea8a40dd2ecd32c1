// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Leg, TokenKind} from "../interfaces/ISettlementEscrow.sol";
import {IERC1155, IERC20, IERC721} from "../interfaces/ITokens.sol";
import {BoundedCall} from "./BoundedCall.sol";

/// @title TokenMoves
/// @notice The four ways in which an asset moves, each with its own proof of what moved.
/// @dev Balances are read around the own call only and never decide a state. A token's revert data is never passed on.
library TokenMoves {
    using BoundedCall for address;

    /// @notice Deposit: wallet to escrow. The escrow gains exactly the amount.
    function pull(Leg calldata leg, uint256 index) internal {
        if (leg.kind == TokenKind.ERC721) return _moveErc721(leg, index, leg.from, address(this));
        uint256 before = _balanceOf(leg, index, address(this));
        _move(leg, index, leg.from, address(this));
        _requireExact(leg, index, before, _balanceOf(leg, index, address(this)));
    }

    /// @notice Execution of a held leg: escrow to `to`. `to` gains and the escrow loses exactly the amount.
    function deliverHeld(Leg calldata leg, uint256 index) internal {
        if (leg.kind == TokenKind.ERC721) return _moveErc721(leg, index, address(this), leg.to);
        uint256 gainBefore = _balanceOf(leg, index, leg.to);
        uint256 lossBefore = _balanceOf(leg, index, address(this));
        _move(leg, index, address(this), leg.to);
        _requireExact(leg, index, gainBefore, _balanceOf(leg, index, leg.to));
        // A sender surcharge would be paid from what the escrow owes to others.
        _requireExact(leg, index, _balanceOf(leg, index, address(this)), lossBefore);
    }

    /// @notice Execution of an armed leg: wallet to `to`. `to` gains exactly the amount.
    function deliverFromWallet(Leg calldata leg, uint256 index) internal {
        if (leg.kind == TokenKind.ERC721) return _moveErc721(leg, index, leg.from, leg.to);
        uint256 before = _balanceOf(leg, index, leg.to);
        _move(leg, index, leg.from, leg.to);
        _requireExact(leg, index, before, _balanceOf(leg, index, leg.to));
    }

    /// @notice The way back: escrow to `refundTo`. The escrow loses something, at most the amount. What arrives is not checked, so that
    /// a token that began to charge its recipients can still be refunded.
    function giveBack(Leg calldata leg, uint256 index) internal {
        if (leg.kind == TokenKind.ERC721) return _moveErc721(leg, index, address(this), leg.refundTo);
        uint256 before = _balanceOf(leg, index, address(this));
        _move(leg, index, address(this), leg.refundTo);
        uint256 rest = _balanceOf(leg, index, address(this));
        if (rest >= before || before - rest > leg.amount) revert ISettlementEscrow.InexactTransfer(index);
    }

    /// @dev `transferFrom` also on the way out: a hook of the recipient can never block it.
    function _moveErc721(Leg calldata leg, uint256 index, address sender, address recipient) private {
        (bool ok,,) = leg.token.act(abi.encodeCall(IERC721.transferFrom, (sender, recipient, leg.tokenId)));
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
        uint256 owner = _ask(leg, index, abi.encodeCall(IERC721.ownerOf, (leg.tokenId)));
        if (owner != uint160(recipient)) revert ISettlementEscrow.InexactTransfer(index);
    }

    function _move(Leg calldata leg, uint256 index, address sender, address recipient) private {
        bool ok;
        if (leg.kind == TokenKind.ERC1155) {
            (ok,,) = leg.token.act(abi.encodeCall(IERC1155.safeTransferFrom, (sender, recipient, leg.tokenId, leg.amount, "")));
        } else {
            bytes memory data = sender == address(this)
                ? abi.encodeCall(IERC20.transfer, (recipient, leg.amount))
                : abi.encodeCall(IERC20.transferFrom, (sender, recipient, leg.amount));
            (bool success, uint256 size, uint256 word) = leg.token.act(data);
            // No answer is fine: the balance query that follows proves that there is code. Otherwise the first word is `true`.
            ok = success && (size == 0 || (size > 31 && word == 1));
        }
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }

    function _requireExact(Leg calldata leg, uint256 index, uint256 low, uint256 high) private pure {
        if (high < low || high - low != leg.amount) revert ISettlementEscrow.InexactTransfer(index);
    }

    function _balanceOf(Leg calldata leg, uint256 index, address holder) private view returns (uint256) {
        bytes memory query = leg.kind == TokenKind.ERC1155
            ? abi.encodeCall(IERC1155.balanceOf, (holder, leg.tokenId))
            : abi.encodeCall(IERC20.balanceOf, (holder));
        return _ask(leg, index, query);
    }

    function _ask(Leg calldata leg, uint256 index, bytes memory query) private view returns (uint256 answer) {
        bool ok;
        (ok, answer) = leg.token.ask(query);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }
}
