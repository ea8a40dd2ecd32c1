// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Leg, PERMIT2, TokenKind} from "../interfaces/ISettlementEscrow.sol";
import {IERC1155, IERC20, IERC20Permit, IERC3009, IERC3009Bytes, IERC721, IPermit2} from "../interfaces/ITokens.sol";
import {BoundedCall} from "./BoundedCall.sol";

/// @title TokenMoves
/// @notice The ways in which an asset moves, each with its own proof of what moved.
/// @dev Balances are read around the own call only and never decide a state. A token's revert data is never passed on.
library TokenMoves {
    using BoundedCall for address;

    /// @dev Appended to Permit2's own type stub, it makes the witness a `Deposit(id, index)` of this contract.
    string private constant WITNESS_TYPE =
        "Deposit witness)Deposit(bytes32 settlement,uint256 leg)TokenPermissions(address token,uint256 amount)";

    /* IN */

    /// @notice Deposit: wallet to escrow, by the wallet's allowance or approval. The escrow gains exactly the amount.
    function pull(Leg calldata leg, uint256 index) internal {
        if (leg.kind == TokenKind.ERC721) return _moveErc721(leg, index, leg.from, address(this));
        uint256 before = _balanceOf(leg, index, address(this));
        _move(leg, index, leg.from, address(this));
        _requireExact(leg, index, before, _balanceOf(leg, index, address(this)));
    }

    /// @notice EIP-2612. The result is ignored: somebody may have used the signature already, and then the allowance is there.
    function permit(Leg calldata leg, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        leg.token.act(abi.encodeCall(IERC20Permit.permit, (leg.from, address(this), leg.amount, deadline, v, r, s)));
    }

    /// @notice Deposit by a Permit2 signature of the wallet, whose witness names this settlement and leg.
    function pullByPermit2(Leg calldata leg, uint256 index, bytes32 witness, uint256 nonce, uint256 deadline, bytes calldata signature)
        internal
    {
        if (PERMIT2.code.length == 0) revert ISettlementEscrow.Permit2Missing();
        IPermit2.PermitTransferFrom memory signed =
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(leg.token, leg.amount), nonce, deadline);
        IPermit2.SignatureTransferDetails memory details = IPermit2.SignatureTransferDetails(address(this), leg.amount);
        bytes memory data =
            abi.encodeCall(IPermit2.permitWitnessTransferFrom, (signed, details, leg.from, witness, WITNESS_TYPE, signature));
        _pullBy(leg, index, PERMIT2, data);
    }

    /// @notice Deposit by an ERC-3009 authorization of the wallet, whose nonce names this settlement and leg.
    /// @dev `receiveWithAuthorization` only: nobody but the payee, this contract, can use it.
    function pullByAuthorization(
        Leg calldata leg,
        uint256 index,
        bytes32 nonce,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) internal {
        bytes4 selector;
        bytes memory tail;
        if (signature.length == 65) {
            selector = IERC3009.receiveWithAuthorization.selector;
            tail = abi.encodePacked(uint256(uint8(signature[64])), signature[:64]);
        } else {
            selector = IERC3009Bytes.receiveWithAuthorization.selector;
            tail = abi.encode(signature);
            // The offset of the signature: six words of terms and this one stand before it.
            assembly ("memory-safe") {
                mstore(add(tail, 0x20), 0xe0)
            }
        }
        bytes memory terms = abi.encode(leg.from, address(this), leg.amount, validAfter, validBefore, nonce);
        _pullBy(leg, index, leg.token, bytes.concat(selector, terms, tail));
    }

    /* OUT */

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

    /// @notice Execution of a leg that waits in its wallet: wallet to `to`. `to` gains exactly the amount.
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

    /* STEPS */

    /// @dev A pull by a signature: the call names the wallet, the amount and this contract, and the balance proves what came.
    function _pullBy(Leg calldata leg, uint256 index, address target, bytes memory data) private {
        uint256 before = _balanceOf(leg, index, address(this));
        (bool ok,,) = target.act(data);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
        _requireExact(leg, index, before, _balanceOf(leg, index, address(this)));
    }

    /// @dev `transferFrom` also on the way out: a hook of the recipient can never block it.
    function _moveErc721(Leg calldata leg, uint256 index, address sender, address recipient) private {
        address token = leg.token;
        uint256 tokenId = leg.tokenId;
        (bool ok,,) = token.act(IERC721.transferFrom.selector, uint160(sender), uint160(recipient), tokenId);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
        uint256 owner;
        (ok, owner) = token.ask(IERC721.ownerOf.selector, tokenId);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
        if (owner != uint160(recipient)) revert ISettlementEscrow.InexactTransfer(index);
    }

    function _move(Leg calldata leg, uint256 index, address sender, address recipient) private {
        bool ok;
        address token = leg.token;
        if (leg.kind == TokenKind.ERC1155) {
            (ok,,) = token.act(abi.encodeCall(IERC1155.safeTransferFrom, (sender, recipient, leg.tokenId, leg.amount, "")));
        } else {
            uint256 size;
            uint256 word;
            (ok, size, word) = sender == address(this)
                ? token.act(IERC20.transfer.selector, uint160(recipient), leg.amount)
                : token.act(IERC20.transferFrom.selector, uint160(sender), uint160(recipient), leg.amount);
            // No answer is fine: the balance query that follows proves that there is code. Otherwise the first word is `true`.
            ok = ok && (size == 0 || (size > 31 && word == 1));
        }
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }

    function _requireExact(Leg calldata leg, uint256 index, uint256 low, uint256 high) private pure {
        if (high < low || high - low != leg.amount) revert ISettlementEscrow.InexactTransfer(index);
    }

    function _balanceOf(Leg calldata leg, uint256 index, address holder) private view returns (uint256 balance) {
        bool ok;
        (ok, balance) = leg.kind == TokenKind.ERC1155
            ? leg.token.ask(abi.encodeCall(IERC1155.balanceOf, (holder, leg.tokenId)))
            : leg.token.ask(IERC20.balanceOf.selector, uint160(holder));
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }
}
