// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, MAX_TERM, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "src/interfaces/ISettlementGate.sol";
import {ICompliance, IERC1155, IERC165, IERC20, IERC3643, IERC721, IIdentityRegistry} from "src/interfaces/ITokens.sol";

/// @notice The specification once more, as plainly as it can be written: every settlement and every mark in storage, no hashing, no packing, no
/// assembly, no lock. A settlement is known by its number. Signatures are taken as given: the caller says who signed. It runs beside the escrow,
/// over tokens of its own, and must agree with it after every step.
contract ReferenceEscrow {
    uint256 private immutable HOME = block.chainid;

    struct Deal {
        Settlement terms;
        State state;
        bool registered;
        bool opened;
        mapping(uint256 index => bool) held;
        mapping(uint256 index => bool) armed;
        mapping(uint256 index => bool) left;
    }

    Deal[] private deals;

    function add(Settlement calldata s) external {
        Deal storage deal = deals.push();
        deal.terms.ref = s.ref;
        deal.terms.notBefore = s.notBefore;
        deal.terms.deadline = s.deadline;
        deal.terms.operator = s.operator;
        deal.terms.gate = s.gate;
        deal.terms.commitment = s.commitment;
        for (uint256 i; i < s.legs.length; ++i) {
            deal.terms.legs.push(s.legs[i]);
        }
    }

    function known(uint256 d) external view returns (State, uint64 held, uint64 armed, uint64 left, uint8 legCount, bool) {
        Deal storage deal = deals[d];
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            if (deal.held[i]) held += uint64(1) << uint64(i);
            if (deal.armed[i]) armed += uint64(1) << uint64(i);
            if (deal.left[i]) left += uint64(1) << uint64(i);
        }
        return (deal.state, held, armed, left, deal.opened ? uint8(deal.terms.legs.length) : 0, deal.registered);
    }

    /* REGISTRATION AND DEPOSIT */

    function register(uint256 d) external {
        Deal storage deal = deals[d];
        if (deal.registered) return;
        _alive(deal);
        if (deal.state == State.None) _checkHeader(deal);
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            _checkLeg(deal.terms.legs[i], i);
        }
        deal.state = State.Open;
        deal.opened = true;
        deal.registered = true;
    }

    function deposit(uint256 d, uint256 i) external {
        Deal storage deal = deals[d];
        _alive(deal);
        _onlyDepositor(deal, i);
        if (deal.held[i] || deal.armed[i]) revert ISettlementEscrow.LegAlreadyIn(i);
        _putIn(deal, i);
    }

    /// @notice By a signature of the owner for this leg.
    function depositRelayed(uint256 d, uint256 i) external {
        Deal storage deal = deals[d];
        _alive(deal);
        if (deal.terms.legs[i].kind != TokenKind.ERC20) revert ISettlementEscrow.RelayNeedsErc20(i);
        if (deal.terms.legs[i].mode == CustodyMode.DIRECT) revert ISettlementEscrow.DirectNeedsDepositor(i);
        if (deal.held[i] || deal.armed[i]) revert ISettlementEscrow.LegAlreadyIn(i);
        if (deal.left[i]) revert ISettlementEscrow.ConsentWithdrawn(i);
        _putIn(deal, i);
    }

    function _putIn(Deal storage deal, uint256 i) private {
        if (deal.state == State.None) _checkHeader(deal);
        _checkLeg(deal.terms.legs[i], i);
        _checkPair(deal.terms.legs[i], i);
        deal.state = State.Open;
        deal.opened = true;
        _take(deal, i);
    }

    function _take(Deal storage deal, uint256 i) private {
        Leg memory leg = deal.terms.legs[i];
        if (leg.mode == CustodyMode.DIRECT) {
            deal.armed[i] = true;
        } else {
            deal.held[i] = true;
            _fromWallet(leg, i, address(this));
        }
    }

    function depositMany(uint256 d, uint256[] calldata indexes) external {
        Deal storage deal = deals[d];
        _alive(deal);
        for (uint256 k; k < indexes.length; ++k) {
            _onlyDepositor(deal, indexes[k]);
        }
        for (uint256 k; k < indexes.length; ++k) {
            if (deal.held[indexes[k]] || deal.armed[indexes[k]]) revert ISettlementEscrow.LegAlreadyIn(indexes[k]);
            for (uint256 j; j < k; ++j) {
                if (indexes[j] == indexes[k]) revert ISettlementEscrow.LegAlreadyIn(indexes[k]);
            }
        }
        if (deal.state == State.None) _checkHeader(deal);
        for (uint256 k; k < indexes.length; ++k) {
            _checkLeg(deal.terms.legs[indexes[k]], indexes[k]);
        }
        for (uint256 k; k < indexes.length; ++k) {
            _checkPair(deal.terms.legs[indexes[k]], indexes[k]);
        }
        deal.state = State.Open;
        deal.opened = true;
        for (uint256 k; k < indexes.length; ++k) {
            _take(deal, indexes[k]);
        }
    }

    /* EXECUTION */

    function executeSwap(uint256 d) public {
        Deal storage deal = deals[d];
        // The number stands for the id, which this contract does not know.
        if (deal.state == State.None) revert ISettlementEscrow.UnknownSettlement(0);
        _openAndInWindow(deal);
        uint64 missing = _missing(deal);
        if (missing != 0) revert ISettlementEscrow.NotFullyFunded(missing);
        _close(deal);
    }

    function executeSwaps(uint256[] calldata ds) external returns (uint256 executed) {
        for (uint256 k; k < ds.length; ++k) {
            try this.executeSwap(ds[k]) {
                ++executed;
            } catch {}
        }
    }

    function depositAndExecute(uint256 d) external {
        Deal storage deal = deals[d];
        _openAndInWindow(deal);
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            if (!deal.held[i] && !deal.armed[i]) _onlyDepositor(deal, i);
        }
        _close(deal);
    }

    /// @notice With the valid signatures of `signers` over the id.
    function settleSigned(uint256 d, address[] calldata signers) external {
        if (block.chainid != HOME) revert ISettlementEscrow.WrongChain();
        Deal storage deal = deals[d];
        _openAndInWindow(deal);
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            if (deal.held[i] || deal.armed[i] || deal.terms.legs[i].from == msg.sender) continue;
            if (!_among(signers, deal.terms.legs[i].from)) revert ISettlementEscrow.MissingConsent(i);
            if (deal.left[i]) revert ISettlementEscrow.ConsentWithdrawn(i);
        }
        _close(deal);
    }

    function _close(Deal storage deal) private {
        Leg[] memory legs = deal.terms.legs;
        if (deal.state == State.None) _checkHeader(deal);
        for (uint256 i; i < legs.length; ++i) {
            if (!deal.held[i] && !deal.armed[i]) _checkLeg(legs[i], i);
        }
        for (uint256 i; i < legs.length; ++i) {
            _checkPair(legs[i], i);
        }
        _checkGate(deal);
        if (deal.state == State.None) deal.registered = true;
        deal.state = State.Executed;
        deal.opened = true;
        for (uint256 i; i < legs.length; ++i) {
            bool wasHeld = deal.held[i];
            deal.held[i] = false;
            deal.armed[i] = false;
            if (wasHeld) _deliver(legs[i], i);
            else _fromWallet(legs[i], i, legs[i].to);
        }
    }

    /* CANCELLATION AND REFUND */

    function withdrawLeg(uint256 d, uint256 i) external {
        Deal storage deal = deals[d];
        if (deal.state == State.None) revert ISettlementEscrow.UnknownSettlement(0);
        _alive(deal);
        _onlyDepositor(deal, i);
        if (_full(deal)) revert ISettlementEscrow.FullyFunded();
        if (!deal.held[i] && !deal.armed[i]) revert ISettlementEscrow.LegNotIn(i);
        bool wasHeld = deal.held[i];
        deal.held[i] = false;
        deal.armed[i] = false;
        deal.left[i] = true;
        if (wasHeld) _giveBack(deal.terms.legs[i], i);
    }

    function cancel(uint256 d, uint256 i) external {
        Deal storage deal = deals[d];
        _alive(deal);
        _onlyDepositor(deal, i);
        if (_full(deal)) revert ISettlementEscrow.FullyFunded();
        _cancel(deal);
    }

    function cancelAsOperator(uint256 d) external {
        Deal storage deal = deals[d];
        _alive(deal);
        if (msg.sender != deal.terms.operator) revert ISettlementEscrow.NotOperator(msg.sender);
        _cancel(deal);
    }

    /// @notice With the valid signatures of `signers` over the cancellation.
    function cancelSigned(uint256 d, address[] calldata signers) external {
        if (block.chainid != HOME) revert ISettlementEscrow.WrongChain();
        Deal storage deal = deals[d];
        _alive(deal);
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            address from = deal.terms.legs[i].from;
            if (from != msg.sender && !_among(signers, from)) revert ISettlementEscrow.MissingConsent(i);
        }
        _cancel(deal);
    }

    function _cancel(Deal storage deal) private {
        deal.state = State.Cancelled;
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            deal.armed[i] = false;
        }
    }

    function refund(uint256 d, uint256 i) public {
        Deal storage deal = deals[d];
        _over(deal);
        if (!deal.held[i]) revert ISettlementEscrow.NothingHeld(i);
        deal.held[i] = false;
        _giveBack(deal.terms.legs[i], i);
    }

    function refundMany(uint256 d, uint256[] calldata indexes) external returns (uint256 refunded) {
        if (indexes.length == 0) return 0;
        _over(deals[d]);
        for (uint256 k; k < indexes.length; ++k) {
            try this.refund(d, indexes[k]) {
                ++refunded;
            } catch {}
        }
    }

    /* CHECKS */

    function _alive(Deal storage deal) private view {
        if (deal.state > State.Open) revert ISettlementEscrow.NotOpen(deal.state);
        if (block.timestamp > deal.terms.deadline) revert ISettlementEscrow.Expired(deal.terms.deadline);
    }

    function _openAndInWindow(Deal storage deal) private view {
        if (deal.state > State.Open) revert ISettlementEscrow.NotOpen(deal.state);
        if (block.timestamp < deal.terms.notBefore) revert ISettlementEscrow.TooEarly(deal.terms.notBefore);
        if (block.timestamp > deal.terms.deadline) revert ISettlementEscrow.Expired(deal.terms.deadline);
    }

    function _over(Deal storage deal) private view {
        if (deal.state == State.None) revert ISettlementEscrow.UnknownSettlement(0);
        if (deal.state == State.Executed) revert ISettlementEscrow.NotOpen(State.Executed);
        if (deal.state == State.Open && block.timestamp <= deal.terms.deadline) {
            revert ISettlementEscrow.StillOpen(deal.terms.deadline);
        }
    }

    function _onlyDepositor(Deal storage deal, uint256 i) private view {
        if (msg.sender != deal.terms.legs[i].from) revert ISettlementEscrow.NotDepositor(i, msg.sender);
    }

    function _missing(Deal storage deal) private view returns (uint64 missing) {
        for (uint256 i; i < deal.terms.legs.length; ++i) {
            if (!deal.held[i] && !deal.armed[i]) missing += uint64(1) << uint64(i);
        }
    }

    function _full(Deal storage deal) private view returns (bool) {
        return deal.state != State.None && _missing(deal) == 0;
    }

    function _among(address[] calldata accounts, address account) private pure returns (bool) {
        for (uint256 i; i < accounts.length; ++i) {
            if (accounts[i] == account) return true;
        }
        return false;
    }

    function _checkHeader(Deal storage deal) private view {
        Settlement storage s = deal.terms;
        if (s.notBefore > s.deadline || s.deadline > block.timestamp + MAX_TERM) {
            revert ISettlementEscrow.BadWindow(s.notBefore, s.deadline);
        }
        if (s.operator == address(this)) revert ISettlementEscrow.BadRole(s.operator);
        if (s.gate == address(this)) revert ISettlementEscrow.BadRole(s.gate);
        if (s.gate != address(0) && s.gate.code.length == 0) revert ISettlementEscrow.BadRole(s.gate);
    }

    function _checkGate(Deal storage deal) private view {
        address gate = deal.terms.gate;
        if (gate == address(0)) return;
        (bool ok, bytes memory answer) = gate.staticcall(abi.encodeCall(ISettlementGate.mayExecute, (0, deal.terms)));
        bytes32 magic = ISettlementGate.mayExecute.selector;
        if (!ok || answer.length < 32 || bytes32(answer) != magic) revert ISettlementEscrow.GateClosed(gate);
    }

    function _checkLeg(Leg memory leg, uint256 i) private view {
        if (leg.token == address(0) || leg.from == address(0) || leg.to == address(0) || leg.refundTo == address(0)) {
            revert ISettlementEscrow.InvalidLeg(i, LegFault.ZeroAddress);
        }
        address self = address(this);
        if (leg.token == self || leg.from == self || leg.to == self || leg.refundTo == self) {
            revert ISettlementEscrow.InvalidLeg(i, LegFault.IsEscrow);
        }
        if (leg.from == leg.token || leg.to == leg.token || leg.refundTo == leg.token) {
            revert ISettlementEscrow.InvalidLeg(i, LegFault.IsToken);
        }
        if (leg.from == leg.to) revert ISettlementEscrow.InvalidLeg(i, LegFault.SelfTransfer);
        if (leg.kind != TokenKind.ERC721 && leg.amount == 0) revert ISettlementEscrow.InvalidLeg(i, LegFault.ZeroAmount);
        if (leg.kind == TokenKind.ERC721 && leg.amount != 1) revert ISettlementEscrow.InvalidLeg(i, LegFault.AmountNotOne);
        if (leg.kind == TokenKind.ERC20 && leg.tokenId != 0) revert ISettlementEscrow.InvalidLeg(i, LegFault.TokenIdNotZero);
        if (leg.token.code.length == 0) revert ISettlementEscrow.InvalidLeg(i, LegFault.NoCode);
        if (leg.kind == TokenKind.ERC20 && leg.amount == 1) {
            (bool ok, uint256 word) = _ask(leg.token, abi.encodeCall(IERC165.supportsInterface, (bytes4(0x80ac58cd))));
            if (ok && word != 0) revert ISettlementEscrow.InvalidLeg(i, LegFault.Disguised721);
        }
        if (leg.mode == CustodyMode.CHECKED && leg.kind != TokenKind.ERC20) {
            revert ISettlementEscrow.InvalidLeg(i, LegFault.CheckedNotErc20);
        }
        if (leg.mode == CustodyMode.DIRECT && leg.refundTo != leg.from) {
            revert ISettlementEscrow.InvalidLeg(i, LegFault.DirectRefundTo);
        }
        if (leg.kind == TokenKind.ERC721) {
            (bool ok, uint256 word) = _ask(leg.token, abi.encodeCall(IERC165.supportsInterface, (bytes4(0x80ac58cd))));
            if (!ok || word != 1) revert ISettlementEscrow.InvalidLeg(i, LegFault.NotErc721);
        }
    }

    function _checkPair(Leg memory leg, uint256 i) private view {
        if (leg.mode != CustodyMode.CHECKED) return;
        (, uint256 registry) = _ask(leg.token, abi.encodeCall(IERC3643.identityRegistry, ()));
        (, uint256 rules) = _ask(leg.token, abi.encodeCall(IERC3643.compliance, ()));
        bool allowed = _answers(address(uint160(registry)), abi.encodeCall(IIdentityRegistry.isVerified, (leg.to)), 1)
            && _answers(leg.token, abi.encodeCall(IERC3643.isFrozen, (leg.from)), 0)
            && _answers(leg.token, abi.encodeCall(IERC3643.isFrozen, (leg.to)), 0)
            && _answers(address(uint160(rules)), abi.encodeCall(ICompliance.canTransfer, (leg.from, leg.to, leg.amount)), 1);
        if (!allowed) revert ISettlementEscrow.TransferNotAllowed(i);
    }

    /* TOKENS */

    function _fromWallet(Leg memory leg, uint256 i, address recipient) private {
        uint256 before = _balanceOf(leg, i, recipient);
        _move(leg, i, leg.from, recipient);
        if (leg.kind != TokenKind.ERC721 && _balanceOf(leg, i, recipient) != before + leg.amount) {
            revert ISettlementEscrow.InexactTransfer(i);
        }
    }

    function _deliver(Leg memory leg, uint256 i) private {
        uint256 recipientBefore = _balanceOf(leg, i, leg.to);
        uint256 ownBefore = _balanceOf(leg, i, address(this));
        _move(leg, i, address(this), leg.to);
        if (leg.kind == TokenKind.ERC721) return;
        bool exact = _balanceOf(leg, i, leg.to) == recipientBefore + leg.amount;
        if (!exact || _balanceOf(leg, i, address(this)) + leg.amount != ownBefore) revert ISettlementEscrow.InexactTransfer(i);
    }

    function _giveBack(Leg memory leg, uint256 i) private {
        uint256 before = _balanceOf(leg, i, address(this));
        _move(leg, i, address(this), leg.refundTo);
        if (leg.kind == TokenKind.ERC721) return;
        uint256 rest = _balanceOf(leg, i, address(this));
        if (rest >= before || before - rest > leg.amount) revert ISettlementEscrow.InexactTransfer(i);
    }

    function _move(Leg memory leg, uint256 i, address sender, address recipient) private {
        bytes memory call;
        bool owned = leg.kind != TokenKind.ERC721 || _ownerOf(leg, i) == sender;
        if (leg.kind == TokenKind.ERC721) {
            call = abi.encodeCall(IERC721.transferFrom, (sender, recipient, leg.tokenId));
        } else if (leg.kind == TokenKind.ERC1155) {
            call = abi.encodeCall(IERC1155.safeTransferFrom, (sender, recipient, leg.tokenId, leg.amount, ""));
        } else if (sender == address(this)) {
            call = abi.encodeCall(IERC20.transfer, (recipient, leg.amount));
        } else {
            call = abi.encodeCall(IERC20.transferFrom, (sender, recipient, leg.amount));
        }
        (bool ok, bytes memory answer) = leg.token.call(call);
        if (!ok) revert ISettlementEscrow.TokenCallFailed(i);
        if (leg.kind == TokenKind.ERC20 && answer.length > 0 && (answer.length < 32 || uint256(bytes32(answer)) != 1)) {
            revert ISettlementEscrow.TokenCallFailed(i);
        }
        if (leg.kind == TokenKind.ERC721 && (!owned || _ownerOf(leg, i) != recipient)) revert ISettlementEscrow.InexactTransfer(i);
    }

    function _ownerOf(Leg memory leg, uint256 i) private view returns (address) {
        (bool ok, uint256 owner) = _ask(leg.token, abi.encodeCall(IERC721.ownerOf, (leg.tokenId)));
        if (!ok) revert ISettlementEscrow.TokenCallFailed(i);
        return address(uint160(owner));
    }

    function _balanceOf(Leg memory leg, uint256 i, address holder) private view returns (uint256 balance) {
        if (leg.kind == TokenKind.ERC721) return 0;
        bool ok;
        (ok, balance) = leg.kind == TokenKind.ERC20
            ? _ask(leg.token, abi.encodeCall(IERC20.balanceOf, (holder)))
            : _ask(leg.token, abi.encodeCall(IERC1155.balanceOf, (holder, leg.tokenId)));
        if (!ok) revert ISettlementEscrow.TokenCallFailed(i);
    }

    function _ask(address target, bytes memory call) private view returns (bool, uint256) {
        (bool ok, bytes memory answer) = target.staticcall(call);
        return ok && answer.length >= 32 ? (true, uint256(bytes32(answer))) : (false, 0);
    }

    function _answers(address target, bytes memory call, uint256 expected) private view returns (bool) {
        (bool ok, uint256 word) = _ask(target, call);
        return ok && word == expected;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }
}
