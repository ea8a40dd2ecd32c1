// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CancelledBy, CustodyMode, Header, ISettlementEscrow, Leg, MAX_TERM, Settlement, State} from "./interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "./interfaces/ISettlementGate.sol";
import {IERC165} from "./interfaces/ITokens.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";
import {LegRules} from "./libraries/LegRules.sol";
import {StateWord, Word} from "./libraries/StateWord.sol";
import {Terms} from "./libraries/Terms.sol";
import {TokenMoves} from "./libraries/TokenMoves.sol";

/// @title SettlementEscrow
/// @notice Atomic delivery versus payment of up to 64 legs. One immutable contract per chain: no owner, proxy, pause, fee, native coin or
/// arbitrary call. The terms are passed back in each call; their EIP-712 digest is the id, and one word per id is all that is stored.
contract SettlementEscrow is ISettlementEscrow {
    using BoundedCall for address;
    using LegRules for Leg;
    using TokenMoves for Leg;

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
        if (locked) revert Locked();
        locked = true;
        _;
        locked = false;
    }

    /* PUTTING IN */

    /// @inheritdoc ISettlementEscrow
    function register(Settlement calldata settlement) external lock returns (bytes32 id) {
        id = _idOf(settlement);
        Word word = words[id];
        if (word.registered()) return id;

        Header calldata header = Terms.headerOf(settlement);
        _requireAlive(word, header);
        if (word.state() == State.None) word = _open(header, settlement.legs.length);
        for (uint256 i; i < settlement.legs.length; ++i) {
            settlement.legs[i].check(i);
        }

        words[id] = word.withRegistered();
        emit Registered(id, msg.sender, settlement);
    }

    /// @inheritdoc ISettlementEscrow
    function deposit(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external lock {
        bytes32 id = _proveLeg(header, legHashes, index, leg);
        Word word = words[id];
        _requireAlive(word, header);
        _requireDepositor(leg, index);
        if (word.isIn(index)) revert LegAlreadyIn(index);

        if (word.state() == State.None) {
            word = _open(header, legHashes.length);
            emit Opened(id, msg.sender, header, legHashes);
        }
        leg.check(index);

        if (leg.mode == CustodyMode.DIRECT) {
            words[id] = word.withArmed(index);
            emit Armed(id, leg.from, index, leg);
        } else {
            leg.checkPair(index);
            words[id] = word.withHeld(index);
            emit Deposited(id, leg.from, index, leg);
            leg.pull(index);
        }
    }

    /* EXECUTION */

    /// @inheritdoc ISettlementEscrow
    function executeSwap(Settlement calldata settlement) external lock {
        bytes32 id = _idOf(settlement);
        Word word = words[id];
        _requireKnown(word, id);
        _requireOpen(word);
        if (block.timestamp < settlement.notBefore) revert TooEarly(settlement.notBefore);
        _requireInTime(settlement.deadline);
        if (!word.isFull()) revert NotFullyFunded(word.missing());

        Leg[] calldata legs = settlement.legs;
        for (uint256 i; i < legs.length; ++i) {
            legs[i].checkPair(i);
        }
        _requireGateOpen(id, settlement);

        words[id] = word.executed();
        emit Executed(id, msg.sender, word.armed());
        for (uint256 i; i < legs.length; ++i) {
            if (word.isHeld(i)) legs[i].deliverHeld(i);
            else legs[i].deliverFromWallet(i);
        }
    }

    /* LEAVING BEFORE THE END */

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
            emit Withdrawn(id, index, leg.refundTo);
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

    /* THE WAY BACK */

    /// @inheritdoc ISettlementEscrow
    function refund(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external lock {
        bytes32 id = _proveLeg(header, legHashes, index, leg);
        Word word = words[id];
        _requireKnown(word, id);
        if (word.state() == State.Executed) revert NotOpen(State.Executed);
        if (word.state() == State.Open && block.timestamp <= header.deadline) revert StillOpen(header.deadline);
        if (!word.isHeld(index)) revert NothingHeld(index);

        words[id] = word.withoutHeld(index);
        emit Refunded(id, index, leg.refundTo);
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

    function _idOf(Settlement calldata settlement) private view returns (bytes32) {
        return Terms.id(DOMAIN_SEPARATOR, Terms.headerOf(settlement), Terms.legsHash(settlement.legs));
    }

    function _proveLeg(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg)
        private
        view
        returns (bytes32)
    {
        return Terms.id(DOMAIN_SEPARATOR, header, Terms.proveLeg(legHashes, index, leg));
    }

    /// @dev The word of a settlement that the chain sees for the first time, after the checks of its header.
    function _open(Header calldata header, uint256 legCount) private view returns (Word) {
        if (header.notBefore > header.deadline || header.deadline > block.timestamp + MAX_TERM) {
            revert BadWindow(header.notBefore, header.deadline);
        }
        if (header.operator == address(this)) revert BadRole(header.operator);
        address gate = header.gate;
        if (gate == address(this) || (gate != address(0) && gate.code.length == 0)) revert BadRole(gate);
        return StateWord.open(legCount);
    }

    function _cancel(bytes32 id, Word word, CancelledBy how) private {
        words[id] = word.cancelled();
        emit Cancelled(id, msg.sender, how);
    }

    function _requireKnown(Word word, bytes32 id) private pure {
        if (word.state() == State.None) revert UnknownSettlement(id);
    }

    function _requireOpen(Word word) private pure {
        if (word.state() != State.Open) revert NotOpen(word.state());
    }

    function _requireInTime(uint64 deadline) private view {
        if (block.timestamp > deadline) revert Expired(deadline);
    }

    /// @dev Not ended and not expired; the chain may not have seen it yet.
    function _requireAlive(Word word, Header calldata header) private view {
        if (word.state() != State.None) _requireOpen(word);
        _requireInTime(header.deadline);
    }

    function _requireDepositor(Leg calldata leg, uint256 index) private view {
        if (msg.sender != leg.from) revert NotDepositor(index, msg.sender);
    }

    function _requireGateOpen(bytes32 id, Settlement calldata settlement) private view {
        address gate = settlement.gate;
        if (gate == address(0)) return;
        bytes4 magic = ISettlementGate.mayExecute.selector;
        bool open = gate.answers(abi.encodeCall(ISettlementGate.mayExecute, (id, settlement)), uint256(bytes32(magic)));
        if (!open) revert GateClosed(gate);
    }
}
