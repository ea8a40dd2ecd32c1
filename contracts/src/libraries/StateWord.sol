// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {State} from "../interfaces/ISettlementEscrow.sol";

/// @notice Everything that is stored of a settlement.
/// bits 0-63 held, 64-127 armed, 128-191 left, 192-199 legCount, 200 registered, 248-255 state.
type Word is uint256;

using StateWord for Word global;

/// @title StateWord
/// @notice Reads and builds the word of a settlement. Values are immutable: a change returns a new word.
library StateWord {
    uint256 private constant ARMED = 64;
    uint256 private constant LEFT = 128;
    uint256 private constant LEG_COUNT = 192;
    uint256 private constant REGISTERED = 200;
    uint256 private constant STATE = 248;

    function state(Word word) internal pure returns (State) {
        return State(Word.unwrap(word) >> STATE);
    }

    function isNone(Word word) internal pure returns (bool) {
        return Word.unwrap(word) >> STATE == uint256(State.None);
    }

    function isOpen(Word word) internal pure returns (bool) {
        return Word.unwrap(word) >> STATE == uint256(State.Open);
    }

    function isExecuted(Word word) internal pure returns (bool) {
        return Word.unwrap(word) >> STATE == uint256(State.Executed);
    }

    function held(Word word) internal pure returns (uint64) {
        return uint64(Word.unwrap(word));
    }

    function armed(Word word) internal pure returns (uint64) {
        return uint64(Word.unwrap(word) >> ARMED);
    }

    function left(Word word) internal pure returns (uint64) {
        return uint64(Word.unwrap(word) >> LEFT);
    }

    function legCount(Word word) internal pure returns (uint8) {
        return uint8(Word.unwrap(word) >> LEG_COUNT);
    }

    function registered(Word word) internal pure returns (bool) {
        return (Word.unwrap(word) >> REGISTERED) & 1 == 1;
    }

    /// @notice The legs that are neither held nor armed, one bit each.
    function missing(Word word) internal pure returns (uint64) {
        uint256 bits = Word.unwrap(word);
        unchecked {
            return uint64(((1 << word.legCount()) - 1) & ~(bits | (bits >> ARMED)));
        }
    }

    /// @notice Whether every leg is in. A settlement without known legs is not.
    function isFull(Word word) internal pure returns (bool) {
        return word.legCount() != 0 && word.missing() == 0;
    }

    function isHeld(Word word, uint256 index) internal pure returns (bool) {
        return (Word.unwrap(word) >> index) & 1 == 1;
    }

    function isArmed(Word word, uint256 index) internal pure returns (bool) {
        return (Word.unwrap(word) >> (ARMED + index)) & 1 == 1;
    }

    function isIn(Word word, uint256 index) internal pure returns (bool) {
        return word.isHeld(index) || word.isArmed(index);
    }

    /// @notice Whether the leg was withdrawn once: only its owner's own call puts it in again.
    function hasLeft(Word word, uint256 index) internal pure returns (bool) {
        return (Word.unwrap(word) >> (LEFT + index)) & 1 == 1;
    }

    /// @notice A settlement that was just opened.
    function open(uint256 count) internal pure returns (Word) {
        return Word.wrap((uint256(State.Open) << STATE) | (count << LEG_COUNT));
    }

    function withRegistered(Word word) internal pure returns (Word) {
        return Word.wrap(Word.unwrap(word) | (1 << REGISTERED));
    }

    /// @notice The leg is in: held, or armed if it waits in its wallet.
    function withIn(Word word, bool direct, uint256 index) internal pure returns (Word) {
        return Word.wrap(Word.unwrap(word) | (1 << (direct ? ARMED + index : index)));
    }

    function withoutHeld(Word word, uint256 index) internal pure returns (Word) {
        return Word.wrap(Word.unwrap(word) & ~(1 << index));
    }

    /// @notice The leg is out and marked as withdrawn for ever.
    function withLeft(Word word, uint256 index) internal pure returns (Word) {
        return Word.wrap((Word.unwrap(word) & ~((1 << index) | (1 << (ARMED + index)))) | (1 << (LEFT + index)));
    }

    /// @notice Executed: nothing is held or armed any more.
    function executed(Word word) internal pure returns (Word) {
        return _end(Word.unwrap(word) & ~uint256(type(uint128).max), State.Executed);
    }

    /// @notice Cancelled: consents end, held legs stay owed.
    function cancelled(Word word) internal pure returns (Word) {
        return _end(Word.unwrap(word) & ~(uint256(type(uint64).max) << ARMED), State.Cancelled);
    }

    function _end(uint256 bits, State end) private pure returns (Word) {
        return Word.wrap((bits & ((1 << STATE) - 1)) | (uint256(end) << STATE));
    }
}
