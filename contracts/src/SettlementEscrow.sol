// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CancelledBy, Header, ISettlementEscrow, Leg, MAX_TERM, Settlement, State} from "./interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "./interfaces/ISettlementGate.sol";
import {IERC165} from "./interfaces/ITokens.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";
import {Consents} from "./libraries/Consents.sol";
import {LegRules} from "./libraries/LegRules.sol";
import {Logs} from "./libraries/Logs.sol";
import {Members} from "./libraries/Members.sol";
import {Memory} from "./libraries/Memory.sol";
import {StateWord, Word} from "./libraries/StateWord.sol";
import {Terms} from "./libraries/Terms.sol";
import {TokenMoves} from "./libraries/TokenMoves.sol";

/// @title SettlementEscrow
/// @notice Atomic delivery versus payment of up to 64 legs. One immutable contract per chain: no owner, proxy, pause, fee, native coin or
/// arbitrary call. The terms are passed back in each call; their EIP-712 digest is the id, and one word per id is all that is stored.
contract SettlementEscrow is ISettlementEscrow {
    using BoundedCall for address;
    using LegRules for Leg;
    using Members for Leg;
    using Members for Leg[];
    using Members for Settlement;
    using TokenMoves for Leg;

    /// @dev How an asset comes in: by its owner's call, by its owner's call with a permit, by its owner's signature.
    enum Form {
        Own,
        Permit,
        Relayed
    }

    /* STORAGE */

    mapping(bytes32 id => Word) private words;

    /// @dev Set and unset, never `delete`d.
    bool private transient locked;

    /// @dev Fixed at deployment: an id that followed a change of the chain id would lock what is held under the old one.
    bytes32 private immutable DOMAIN_SEPARATOR;
    uint256 private immutable HOME_CHAIN_ID;

    constructor() {
        DOMAIN_SEPARATOR = Terms.domainSeparator(block.chainid, address(this));
        HOME_CHAIN_ID = block.chainid;
    }

    modifier lock() {
        _enter();
        _;
        _leave();
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf();
        _;
    }

    modifier onHomeChain() {
        if (block.chainid != HOME_CHAIN_ID) revert WrongChain();
        _;
    }

    /* REGISTRATION AND DEPOSIT */

    /// @inheritdoc ISettlementEscrow
    function register(Settlement calldata settlement) external lock returns (bytes32 id) {
        id = _idOf(settlement);
        Word word = words[id];
        if (word.registered()) return id;

        Header calldata header = Terms.headerOf(settlement);
        _requireAlive(word, header);
        Leg[] calldata legs = settlement.legsOf();
        if (word.isNone()) {
            _checkHeader(header);
            word = StateWord.open(legs.length);
        }
        for (uint256 i; i < legs.length; ++i) {
            legs.at(i).check(i);
        }

        words[id] = word.withRegistered();
        Logs.registered(id, msg.sender, settlement);
    }

    /// @inheritdoc ISettlementEscrow
    function deposit(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external lock {
        _putIn(header, legHashes, index, leg, Form.Own);
        if (!leg.isDirect()) leg.pull(index);
    }

    /// @inheritdoc ISettlementEscrow
    function depositMany(Header calldata header, bytes32[] calldata legHashes, uint256[] calldata indexes, Leg[] calldata legs)
        external
        lock
    {
        if (legs.length == 0) revert LengthMismatch();
        bytes32 id = _proveLegs(header, legHashes, indexes, legs);
        Word word = words[id];
        _requireAlive(word, header);
        for (uint256 k; k < legs.length; ++k) {
            _requireDepositor(legs.at(k), indexes[k]);
        }
        bool first = word.isNone();
        if (first) word = StateWord.open(legHashes.length);
        for (uint256 k; k < legs.length; ++k) {
            if (word.isIn(indexes[k])) revert LegAlreadyIn(indexes[k]);
            word = word.withIn(legs.at(k).isDirect(), indexes[k]);
        }
        if (first) _checkHeader(header);
        for (uint256 k; k < legs.length; ++k) {
            legs.at(k).check(indexes[k]);
        }
        for (uint256 k; k < legs.length; ++k) {
            legs.at(k).checkPair(indexes[k]);
        }

        words[id] = word;
        if (first) Logs.opened(id, msg.sender, header, legHashes);
        for (uint256 k; k < legs.length; ++k) {
            Logs.putIn(id, indexes[k], legs.at(k));
            if (!legs.at(k).isDirect()) legs.at(k).pull(indexes[k]);
        }
    }

    /// @inheritdoc ISettlementEscrow
    function depositWithPermit(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256 index,
        Leg calldata leg,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external lock {
        _putIn(header, legHashes, index, leg, Form.Permit);
        leg.permit(permitDeadline, v, r, s);
        if (!leg.isDirect()) leg.pull(index);
    }

    /// @inheritdoc ISettlementEscrow
    function depositWithPermit2(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256 index,
        Leg calldata leg,
        uint256 nonce,
        uint256 sigDeadline,
        bytes calldata signature
    ) external lock {
        bytes32 id = _putIn(header, legHashes, index, leg, Form.Relayed);
        leg.pullByPermit2(index, Terms.depositWitness(id, index), nonce, sigDeadline, signature);
    }

    /// @inheritdoc ISettlementEscrow
    function depositWithAuthorization(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256 index,
        Leg calldata leg,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external lock {
        bytes32 id = _putIn(header, legHashes, index, leg, Form.Relayed);
        leg.pullByAuthorization(index, Terms.depositWitness(id, index), validAfter, validBefore, signature);
    }

    /// @dev One leg: every check, the word and the events. The caller moves the asset.
    function _putIn(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg, Form form)
        private
        returns (bytes32 id)
    {
        id = _proveLeg(header, legHashes, index, leg);
        Word word = words[id];
        _requireAlive(word, header);
        if (form != Form.Relayed) _requireDepositor(leg, index);
        if (form != Form.Own && !leg.isErc20()) revert RelayNeedsErc20(index);
        if (form == Form.Relayed && leg.isDirect()) revert DirectNeedsDepositor(index);
        if (word.isIn(index)) revert LegAlreadyIn(index);
        if (form == Form.Relayed && word.hasLeft(index)) revert ConsentWithdrawn(index);

        bool first = word.isNone();
        if (first) {
            _checkHeader(header);
            word = StateWord.open(legHashes.length);
        }
        leg.check(index);
        leg.checkPair(index);

        words[id] = word.withIn(leg.isDirect(), index);
        if (first) Logs.opened(id, msg.sender, header, legHashes);
        Logs.putIn(id, index, leg);
    }

    /* EXECUTION */

    /// @inheritdoc ISettlementEscrow
    function executeSwap(Settlement calldata settlement) external lock {
        _executeSwap(settlement, msg.sender);
    }

    /// @inheritdoc ISettlementEscrow
    function executeSwaps(Settlement[] calldata settlements, uint256 gasEach) external lock returns (uint256 executed) {
        for (uint256 k; k < settlements.length; ++k) {
            Settlement calldata settlement = settlements[k];
            uint256 free = Memory.mark();
            (bool ok, bytes memory reason) = _callItem(Terms.encodeItem(settlement, msg.sender), gasEach, k);
            if (ok) ++executed;
            else emit SwapFailed(_idOf(settlement), gasEach, reason);
            Memory.release(free);
        }
    }

    /// @inheritdoc ISettlementEscrow
    function executeItem(Settlement calldata settlement, address by) external onlySelf {
        _executeSwap(settlement, by);
    }

    /// @inheritdoc ISettlementEscrow
    function depositAndExecute(Settlement calldata settlement) external lock {
        (bytes32 id, Word word, bool first) = _enterClosing(settlement);
        uint64 missing = word.missing();
        Leg[] calldata legs = settlement.legsOf();
        for (uint256 i; i < legs.length; ++i) {
            if (_has(missing, i)) _requireDepositor(legs.at(i), i);
        }
        _close(id, settlement, word, missing, first, msg.sender);
    }

    /// @inheritdoc ISettlementEscrow
    function settleSigned(Settlement calldata settlement, address[] calldata signers, bytes[] calldata signatures)
        external
        lock
        onHomeChain
    {
        if (signers.length != signatures.length) revert LengthMismatch();
        (bytes32 id, Word word, bool first) = _enterClosing(settlement);
        Consents.check(id, signers, signatures);
        uint64 missing = word.missing();
        Leg[] calldata legs = settlement.legsOf();
        for (uint256 i; i < legs.length; ++i) {
            if (!_has(missing, i) || legs.at(i).fromOf() == msg.sender) continue;
            if (!Consents.includes(signers, legs.at(i).fromOf())) revert MissingConsent(i);
            if (word.hasLeft(i)) revert ConsentWithdrawn(i);
        }
        _close(id, settlement, word, missing, first, msg.sender);
    }

    function _executeSwap(Settlement calldata settlement, address by) private {
        bytes32 id = _idOf(settlement);
        Word word = words[id];
        _requireKnown(word, id);
        _requireOpen(word);
        _requireInWindow(settlement);
        if (!word.isFull()) revert NotFullyFunded(word.missing());
        _close(id, settlement, word, 0, false, by);
    }

    /// @dev Hash, state and time of the ways to execute that may be the first that the chain sees of a settlement.
    function _enterClosing(Settlement calldata settlement) private view returns (bytes32 id, Word word, bool first) {
        id = _idOf(settlement);
        word = words[id];
        first = word.isNone();
        if (first) word = StateWord.open(settlement.legsOf().length);
        _requireOpen(word);
        _requireInWindow(settlement);
    }

    /// @dev Every execution: the remaining checks, the word, the events that make the terms complete, then the legs in ascending order.
    /// @param missing The legs that are neither held nor armed, and for whose `from` the caller proved a consent.
    function _close(bytes32 id, Settlement calldata settlement, Word word, uint64 missing, bool first, address by) private {
        if (first) _checkHeader(Terms.headerOf(settlement));
        Leg[] calldata legs = settlement.legsOf();
        if (missing != 0) {
            for (uint256 i; i < legs.length; ++i) {
                if (_has(missing, i)) legs.at(i).check(i);
            }
        }
        for (uint256 i; i < legs.length; ++i) {
            if (legs.at(i).isChecked()) legs.at(i).checkPair(i);
        }
        _requireGateOpen(id, settlement);

        if (first) {
            word = word.withRegistered();
            Logs.registered(id, by, settlement);
        }
        words[id] = word.executed();
        if (missing != 0 && !word.registered()) {
            for (uint256 i; i < legs.length; ++i) {
                if (_has(missing, i)) Logs.armed(id, i, legs.at(i));
            }
        }
        emit Executed(id, by, word.armed() | missing);
        for (uint256 i; i < legs.length; ++i) {
            if (word.isHeld(i)) legs.at(i).deliverHeld(i);
            else legs.at(i).deliverFromWallet(i);
        }
    }

    /* CANCELLATION */

    /// @inheritdoc ISettlementEscrow
    function withdrawLeg(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external lock {
        bytes32 id = _proveLeg(header, legHashes, index, leg);
        Word word = words[id];
        _requireKnown(word, id);
        _requireAlive(word, header);
        _requireDepositor(leg, index);
        if (word.isFull()) revert FullyFunded();
        if (!word.isIn(index)) revert LegNotIn(index);

        words[id] = word.withLeft(index);
        if (word.isHeld(index)) {
            emit Withdrawn(id, index, leg.refundToOf());
            leg.giveBack(index);
        } else {
            emit Disarmed(id, index);
        }
    }

    /// @inheritdoc ISettlementEscrow
    function cancel(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external lock {
        bytes32 id = _proveLeg(header, legHashes, index, leg);
        Word word = words[id];
        _requireAlive(word, header);
        _requireDepositor(leg, index);
        if (word.isFull()) revert FullyFunded();
        _cancel(id, word, CancelledBy.Party);
    }

    /// @inheritdoc ISettlementEscrow
    function cancelAsOperator(Header calldata header, bytes32 legsHash) external lock {
        bytes32 id = Terms.id(DOMAIN_SEPARATOR, header, legsHash);
        Word word = words[id];
        _requireAlive(word, header);
        if (msg.sender != header.operator) revert NotOperator(msg.sender);
        _cancel(id, word, CancelledBy.Operator);
    }

    /// @inheritdoc ISettlementEscrow
    function cancelSigned(Settlement calldata settlement, address[] calldata signers, bytes[] calldata signatures)
        external
        lock
        onHomeChain
    {
        if (signers.length != signatures.length) revert LengthMismatch();
        bytes32 id = _idOf(settlement);
        Word word = words[id];
        _requireAlive(word, Terms.headerOf(settlement));
        Consents.check(Terms.cancelDigest(DOMAIN_SEPARATOR, id), signers, signatures);
        Leg[] calldata legs = settlement.legsOf();
        for (uint256 i; i < legs.length; ++i) {
            if (legs.at(i).fromOf() != msg.sender && !Consents.includes(signers, legs.at(i).fromOf())) revert MissingConsent(i);
        }
        _cancel(id, word, CancelledBy.Everyone);
    }

    /* REFUND */

    /// @inheritdoc ISettlementEscrow
    function refund(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external lock {
        bytes32 id = _proveLeg(header, legHashes, index, leg);
        _requireOver(words[id], id, header);
        _refund(id, index, leg);
    }

    /// @inheritdoc ISettlementEscrow
    function refundMany(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256[] calldata indexes,
        Leg[] calldata legs,
        uint256 gasEach
    ) external lock returns (uint256 refunded) {
        if (legs.length == 0 && indexes.length == 0) return 0;
        bytes32 id = _proveLegs(header, legHashes, indexes, legs);
        _requireOver(words[id], id, header);
        for (uint256 k; k < legs.length; ++k) {
            uint256 free = Memory.mark();
            (bool ok, bytes memory reason) = _callItem(abi.encodeCall(this.refundItem, (id, indexes[k], legs.at(k))), gasEach, k);
            if (ok) ++refunded;
            else emit RefundFailed(id, indexes[k], gasEach, reason);
            Memory.release(free);
        }
    }

    /// @inheritdoc ISettlementEscrow
    function refundItem(bytes32 id, uint256 index, Leg calldata leg) external onlySelf {
        _refund(id, index, leg);
    }

    function _refund(bytes32 id, uint256 index, Leg calldata leg) private {
        Word word = words[id];
        if (!word.isHeld(index)) revert NothingHeld(index);
        words[id] = word.withoutHeld(index);
        emit Refunded(id, index, leg.refundToOf());
        leg.giveBack(index);
    }

    /* TOKEN HOOKS */

    /// @inheritdoc ISettlementEscrow
    function onERC1155Received(address operator, address, uint256, uint256, bytes calldata) external view returns (bytes4) {
        if (!locked || operator != address(this)) revert Unsolicited();
        return this.onERC1155Received.selector;
    }

    /// @inheritdoc ISettlementEscrow
    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata)
        external
        pure
        returns (bytes4)
    {
        revert Unsolicited();
    }

    /* VIEWS */

    /// @inheritdoc ISettlementEscrow
    function idOf(Settlement calldata settlement) external view returns (bytes32) {
        return _idOf(settlement);
    }

    /// @inheritdoc ISettlementEscrow
    function legHashOf(Leg calldata leg) external pure returns (bytes32) {
        return Terms.legHash(leg);
    }

    /// @inheritdoc ISettlementEscrow
    function escrowOf(bytes32 id)
        external
        view
        returns (State state, uint64 held, uint64 armed, uint64 left, uint8 legCount, bool registered)
    {
        Word word = words[id];
        return (word.state(), word.held(), word.armed(), word.left(), word.legCount(), word.registered());
    }

    /// @inheritdoc ISettlementEscrow
    function entered() external view returns (bool) {
        return locked;
    }

    /// @inheritdoc ISettlementEscrow
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId
                || interfaceId == (this.onERC1155Received.selector ^ this.onERC1155BatchReceived.selector);
    }

    /// @inheritdoc ISettlementEscrow
    function eip712Domain() external view returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory) {
        return (hex"0f", Terms.NAME, Terms.VERSION, HOME_CHAIN_ID, address(this), 0, new uint256[](0));
    }

    /* SHARED STEPS */

    /// @dev The lock has its transient slot for itself: written whole, without a look at what else could be packed there.
    function _enter() private {
        if (locked) revert Locked();
        assembly ("memory-safe") {
            tstore(locked.slot, 1)
        }
    }

    function _leave() private {
        assembly ("memory-safe") {
            tstore(locked.slot, 0)
        }
    }

    function _idOf(Settlement calldata settlement) private view returns (bytes32) {
        return Terms.id(DOMAIN_SEPARATOR, Terms.headerOf(settlement), Terms.legsHash(settlement.legs));
    }

    function _proveLeg(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg)
        private
        view
        returns (bytes32)
    {
        Terms.proveLeg(legHashes, index, leg);
        return Terms.id(DOMAIN_SEPARATOR, header, Terms.hashesHash(legHashes));
    }

    function _proveLegs(Header calldata header, bytes32[] calldata legHashes, uint256[] calldata indexes, Leg[] calldata legs)
        private
        view
        returns (bytes32)
    {
        if (indexes.length != legs.length) revert LengthMismatch();
        for (uint256 k; k < legs.length; ++k) {
            Terms.proveLeg(legHashes, indexes[k], legs.at(k));
        }
        return Terms.id(DOMAIN_SEPARATOR, header, Terms.hashesHash(legHashes));
    }

    /// @dev A call of this contract to itself, with exactly `gasEach`: a failure that is recorded is never one of too little gas.
    function _callItem(bytes memory data, uint256 gasEach, uint256 item) private returns (bool ok, bytes memory reason) {
        // Of what is left a call gives at most 63/64. The rest is for the record of a failure.
        if (gasEach > type(uint64).max || gasleft() < gasEach + gasEach / 63 + 30_000) revert BatchGasTooLow(item);
        return address(this).actWithin(data, gasEach);
    }

    /// @dev Asked once, when the chain first sees a settlement in a state other than Cancelled.
    function _checkHeader(Header calldata header) private view {
        if (header.notBefore > header.deadline || header.deadline > block.timestamp + MAX_TERM) {
            revert BadWindow(header.notBefore, header.deadline);
        }
        if (header.operator == address(this)) revert BadRole(header.operator);
        address gate = header.gate;
        if (gate == address(this) || (gate != address(0) && gate.code.length == 0)) revert BadRole(gate);
    }

    function _cancel(bytes32 id, Word word, CancelledBy how) private {
        words[id] = word.cancelled();
        emit Cancelled(id, msg.sender, how);
    }

    function _requireKnown(Word word, bytes32 id) private pure {
        if (word.isNone()) revert UnknownSettlement(id);
    }

    function _requireOpen(Word word) private pure {
        if (!word.isOpen()) revert NotOpen(word.state());
    }

    function _requireInTime(uint64 deadline) private view {
        if (block.timestamp > deadline) revert Expired(deadline);
    }

    function _requireInWindow(Settlement calldata settlement) private view {
        if (block.timestamp < settlement.notBefore) revert TooEarly(settlement.notBefore);
        _requireInTime(settlement.deadline);
    }

    /// @dev Cancelled, or open and expired.
    function _requireOver(Word word, bytes32 id, Header calldata header) private view {
        _requireKnown(word, id);
        if (word.isExecuted()) revert NotOpen(State.Executed);
        if (word.isOpen() && block.timestamp <= header.deadline) revert StillOpen(header.deadline);
    }

    /// @dev Not ended and not expired; the chain may not have seen it yet.
    function _requireAlive(Word word, Header calldata header) private view {
        if (!word.isNone()) _requireOpen(word);
        _requireInTime(header.deadline);
    }

    function _requireDepositor(Leg calldata leg, uint256 index) private view {
        if (msg.sender != leg.fromOf()) revert NotDepositor(index, msg.sender);
    }

    function _requireGateOpen(bytes32 id, Settlement calldata settlement) private view {
        address gate = settlement.gate;
        if (gate == address(0)) return;
        bytes32 magic = ISettlementGate.mayExecute.selector;
        if (!gate.answers(Terms.encodeQuestion(id, settlement), uint256(magic))) revert GateClosed(gate);
    }

    function _has(uint64 bits, uint256 index) private pure returns (bool) {
        return (bits >> index) & 1 == 1;
    }
}
