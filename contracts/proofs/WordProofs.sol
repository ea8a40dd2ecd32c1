// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {State} from "../src/interfaces/ISettlementEscrow.sol";
import {StateWord, Word} from "../src/libraries/StateWord.sol";

/// @notice What the SMTChecker proves of the packing of the word, over StateWord itself, for all words and all indexes; see contracts/tools/smt.mjs. Never
/// deployed.
contract WordProofs {
    uint256 private constant ONE = 1;

    function _bit(uint256 bits, uint256 at) private pure returns (bool) {
        return (bits >> at) & 1 == 1;
    }

    /// @notice Putting in sets the one bit of that leg and changes nothing else.
    function withInHeld(uint256 bits, uint256 index) external pure {
        require(index < 64);
        uint256 after_ = Word.unwrap(StateWord.withIn(Word.wrap(bits), false, index));
        assert(_bit(after_, index));
        assert(after_ & ~(ONE << index) == bits & ~(ONE << index));
    }

    function withInArmed(uint256 bits, uint256 index) external pure {
        require(index < 64);
        uint256 after_ = Word.unwrap(StateWord.withIn(Word.wrap(bits), true, index));
        assert(_bit(after_, 64 + index));
        assert(after_ & ~(ONE << (64 + index)) == bits & ~(ONE << (64 + index)));
    }

    /// @notice A refund clears the one bit and changes nothing else.
    function withoutHeld(uint256 bits, uint256 index) external pure {
        require(index < 64);
        uint256 after_ = Word.unwrap(StateWord.withoutHeld(Word.wrap(bits), index));
        assert(!_bit(after_, index));
        assert(after_ | (ONE << index) == bits | (ONE << index));
    }

    /// @notice A withdrawal clears both bits of the leg, marks it, and changes nothing else.
    function withLeft(uint256 bits, uint256 index) external pure {
        require(index < 64);
        uint256 after_ = Word.unwrap(StateWord.withLeft(Word.wrap(bits), index));
        assert(!_bit(after_, index) && !_bit(after_, 64 + index) && _bit(after_, 128 + index));
        uint256 own = (ONE << index) | (ONE << (64 + index)) | (ONE << (128 + index));
        assert(after_ & ~own == bits & ~own);
    }

    function withRegistered(uint256 bits) external pure {
        uint256 after_ = Word.unwrap(StateWord.withRegistered(Word.wrap(bits)));
        assert(StateWord.registered(Word.wrap(after_)));
        assert(after_ & ~(ONE << 200) == bits & ~(ONE << 200));
    }

    /// @notice A new word is open, has the count, and nothing else.
    function open(uint256 count) external pure {
        require(count > 0 && count <= 64);
        Word word = StateWord.open(count);
        assert(StateWord.isOpen(word) && !StateWord.isNone(word) && !StateWord.isExecuted(word));
        assert(StateWord.legCount(word) == count);
        assert(StateWord.held(word) == 0 && StateWord.armed(word) == 0 && StateWord.left(word) == 0 && !StateWord.registered(word));
        assert(!StateWord.isFull(word));
    }

    /// @notice Executed: nothing is held or armed, what was withdrawn, the count and the mark of registration stay.
    function executed(uint256 bits) external pure {
        Word before = Word.wrap(bits);
        Word word = StateWord.executed(before);
        assert(StateWord.isExecuted(word) && !StateWord.isOpen(word) && !StateWord.isNone(word));
        assert(StateWord.held(word) == 0 && StateWord.armed(word) == 0);
        assert(StateWord.left(word) == StateWord.left(before));
        assert(StateWord.legCount(word) == StateWord.legCount(before));
        assert(StateWord.registered(word) == StateWord.registered(before));
    }

    /// @notice Cancelled: nothing is armed, what is held stays owed.
    function cancelled(uint256 bits) external pure {
        Word before = Word.wrap(bits);
        Word word = StateWord.cancelled(before);
        assert(Word.unwrap(word) >> 248 == uint256(State.Cancelled));
        assert(StateWord.held(word) == StateWord.held(before) && StateWord.armed(word) == 0);
        assert(StateWord.left(word) == StateWord.left(before));
        assert(StateWord.legCount(word) == StateWord.legCount(before));
        assert(StateWord.registered(word) == StateWord.registered(before));
    }

    /// @notice The members are the whole word: two words that agree in all of them are one.
    function members(uint256 bits) external pure {
        require(bits & (((ONE << 47) - 1) << 201) == 0);
        Word word = Word.wrap(bits);
        uint256 low = uint256(StateWord.held(word)) | (uint256(StateWord.armed(word)) << 64) | (uint256(StateWord.left(word)) << 128);
        uint256 high = (uint256(StateWord.legCount(word)) << 192) | (StateWord.registered(word) ? ONE << 200 : 0) | ((bits >> 248) << 248);
        assert(low | high == bits);
    }

    /// @notice A leg is missing exactly if it is one of the settlement's, not held and not armed.
    function missing(uint256 bits, uint256 index) external pure {
        require(index < 64);
        Word word = Word.wrap(bits);
        require(StateWord.legCount(word) <= 64);
        bool absent = index < StateWord.legCount(word) && !StateWord.isHeld(word, index) && !StateWord.isArmed(word, index);
        assert(_bit(StateWord.missing(word), index) == absent);
        assert(!absent || !StateWord.isFull(word));
    }

    /// @notice The questions about one leg read its own bits.
    function questions(uint256 bits, uint256 index) external pure {
        require(index < 64);
        Word word = Word.wrap(bits);
        assert(StateWord.isHeld(word, index) == _bit(StateWord.held(word), index));
        assert(StateWord.isArmed(word, index) == _bit(StateWord.armed(word), index));
        assert(StateWord.hasLeft(word, index) == _bit(StateWord.left(word), index));
        assert(StateWord.isIn(word, index) == (StateWord.isHeld(word, index) || StateWord.isArmed(word, index)));
    }
}
