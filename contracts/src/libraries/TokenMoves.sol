// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Leg, PERMIT2} from "../interfaces/ISettlementEscrow.sol";
import {IERC1155, IERC20, IERC20Permit, IERC3009, IERC3009Bytes, IERC721, IPermit2} from "../interfaces/ITokens.sol";
import {BoundedCall} from "./BoundedCall.sol";
import {Members} from "./Members.sol";

/// @title TokenMoves
/// @notice The ways in which an asset moves, each with its own proof of what moved.
/// @dev Balances are read around the own call only and never decide a state. A token's revert data is never passed on.
library TokenMoves {
    using BoundedCall for address;
    using Members for Leg;

    /// @dev Appended to Permit2's own type stub, it makes the witness a `Deposit(id, index)` of this contract.
    string private constant WITNESS_TYPE =
        "Deposit witness)Deposit(bytes32 settlement,uint256 leg)TokenPermissions(address token,uint256 amount)";

    /* IN */

    /// @notice Deposit: wallet to escrow, by the wallet's allowance or approval. The escrow gains exactly the amount.
    function pull(Leg calldata leg, uint256 index) internal {
        _moveIn(leg, index, address(this));
    }

    /// @notice EIP-2612. The result is ignored: somebody may have used the signature already, and then the allowance is there.
    function permit(Leg calldata leg, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        leg.tokenOf().act(abi.encodeCall(IERC20Permit.permit, (leg.fromOf(), address(this), leg.amount, deadline, v, r, s)));
    }

    /// @notice Deposit by a Permit2 signature of the wallet, whose witness names this settlement and leg.
    function pullByPermit2(Leg calldata leg, uint256 index, bytes32 witness, uint256 nonce, uint256 deadline, bytes calldata signature)
        internal
    {
        if (PERMIT2.code.length == 0) revert ISettlementEscrow.Permit2Missing();
        IPermit2.PermitTransferFrom memory signed =
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(leg.tokenOf(), leg.amount), nonce, deadline);
        IPermit2.SignatureTransferDetails memory details = IPermit2.SignatureTransferDetails(address(this), leg.amount);
        bytes memory data =
            abi.encodeCall(IPermit2.permitWitnessTransferFrom, (signed, details, leg.fromOf(), witness, WITNESS_TYPE, signature));
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
        bytes memory terms = abi.encode(leg.fromOf(), address(this), leg.amount, validAfter, validBefore, nonce);
        _pullBy(leg, index, leg.tokenOf(), bytes.concat(selector, terms, tail));
    }

    /* OUT */

    /// @notice Execution of a held leg: escrow to `to`. `to` gains and the escrow loses exactly the amount.
    function deliverHeld(Leg calldata leg, uint256 index) internal {
        address to = leg.toOf();
        if (leg.isErc721()) return _moveErc721(leg, index, address(this), to);
        (uint256 recipientBefore, uint256 escrowBefore) = _balancesOf(leg, index, to);
        _moveOut(leg, index, to);
        (uint256 recipientAfter, uint256 escrowAfter) = _balancesOf(leg, index, to);
        // A sender surcharge would be paid from what the escrow owes to others.
        if (!_isExact(leg, recipientBefore, recipientAfter) || !_isExact(leg, escrowAfter, escrowBefore)) {
            revert ISettlementEscrow.InexactTransfer(index);
        }
    }

    /// @notice Execution of a leg that waits in its wallet: wallet to `to`. `to` gains exactly the amount.
    function deliverFromWallet(Leg calldata leg, uint256 index) internal {
        _moveIn(leg, index, leg.toOf());
    }

    /// @notice The way back: escrow to `refundTo`. The escrow loses something, at most the amount. What arrives is not checked, so that
    /// a token that began to charge its recipients can still be refunded.
    function giveBack(Leg calldata leg, uint256 index) internal {
        address refundTo = leg.refundToOf();
        if (leg.isErc721()) return _moveErc721(leg, index, address(this), refundTo);
        uint256 before = _balanceOf(leg, index, address(this));
        _moveOut(leg, index, refundTo);
        uint256 rest = _balanceOf(leg, index, address(this));
        if (rest >= before || before - rest > leg.amount) revert ISettlementEscrow.InexactTransfer(index);
    }

    /* STEPS */

    /// @dev A pull by a signature: the call names the wallet, the amount and this contract, and the balance proves what came.
    function _pullBy(Leg calldata leg, uint256 index, address target, bytes memory data) private {
        uint256 before = _balanceOf(leg, index, address(this));
        (bool ok,,) = target.act(data);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
        if (!_isExact(leg, before, _balanceOf(leg, index, address(this)))) revert ISettlementEscrow.InexactTransfer(index);
    }

    /// @dev From the wallet of the leg to a recipient, who gains exactly the amount.
    function _moveIn(Leg calldata leg, uint256 index, address recipient) private {
        if (leg.isErc721()) return _moveErc721(leg, index, leg.fromOf(), recipient);
        uint256 before = _balanceOf(leg, index, recipient);
        if (leg.isErc1155()) {
            _moveErc1155(leg, index, leg.fromOf(), recipient);
        } else {
            (bool ok, uint256 size, uint256 word) =
                leg.tokenOf().act(IERC20.transferFrom.selector, uint160(leg.fromOf()), uint160(recipient), leg.amount);
            _requireErc20Moved(index, ok, size, word);
        }
        if (!_isExact(leg, before, _balanceOf(leg, index, recipient))) revert ISettlementEscrow.InexactTransfer(index);
    }

    function _moveOut(Leg calldata leg, uint256 index, address recipient) private {
        if (leg.isErc1155()) return _moveErc1155(leg, index, address(this), recipient);
        (bool ok, uint256 size, uint256 word) = leg.tokenOf().act(IERC20.transfer.selector, uint160(recipient), leg.amount);
        _requireErc20Moved(index, ok, size, word);
    }

    /// @dev No answer is fine: the balance query that follows proves that there is code. Otherwise the first word is `true`.
    function _requireErc20Moved(uint256 index, bool ok, uint256 size, uint256 word) private pure {
        bool refused;
        assembly ("memory-safe") {
            refused := iszero(and(ok, or(iszero(size), and(gt(size, 31), eq(word, 1)))))
        }
        if (refused) revert ISettlementEscrow.TokenCallFailed(index);
    }

    function _moveErc1155(Leg calldata leg, uint256 index, address sender, address recipient) private {
        (bool ok,,) = leg.tokenOf().act(abi.encodeCall(IERC1155.safeTransferFrom, (sender, recipient, leg.tokenId, leg.amount, "")));
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }

    /// @dev `transferFrom` also on the way out: a hook of the recipient can never block it. Before it the sender owns the token: one that refuses
    /// without a revert would otherwise let a second settlement be credited with what the escrow holds for the first.
    function _moveErc721(Leg calldata leg, uint256 index, address sender, address recipient) private {
        address token = leg.tokenOf();
        uint256 tokenId = leg.tokenId;
        (bool asked, uint256 before) = token.ask(IERC721.ownerOf.selector, tokenId);
        (bool ok,,) = token.act(IERC721.transferFrom.selector, uint160(sender), uint160(recipient), tokenId);
        (bool told, uint256 owner) = token.ask(IERC721.ownerOf.selector, tokenId);
        if (!asked || !ok || !told) revert ISettlementEscrow.TokenCallFailed(index);
        if (before != uint160(sender) || owner != uint160(recipient)) revert ISettlementEscrow.InexactTransfer(index);
    }

    function _isExact(Leg calldata leg, uint256 low, uint256 high) private pure returns (bool exact) {
        uint256 amount = leg.amount;
        assembly ("memory-safe") {
            exact := and(iszero(lt(high, low)), eq(sub(high, low), amount))
        }
    }

    /// @dev The balances of a recipient and of the escrow.
    function _balancesOf(Leg calldata leg, uint256 index, address recipient) private view returns (uint256 first, uint256 second) {
        if (leg.isErc1155()) return (_balanceOf(leg, index, recipient), _balanceOf(leg, index, address(this)));
        bool ok;
        (ok, first, second) = leg.tokenOf().askOf(IERC20.balanceOf.selector, recipient, address(this));
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }

    function _balanceOf(Leg calldata leg, uint256 index, address holder) private view returns (uint256 balance) {
        bool ok;
        (ok, balance) = leg.isErc1155()
            ? leg.tokenOf().ask(abi.encodeCall(IERC1155.balanceOf, (holder, leg.tokenId)))
            : leg.tokenOf().askOf(IERC20.balanceOf.selector, holder);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(index);
    }
}
