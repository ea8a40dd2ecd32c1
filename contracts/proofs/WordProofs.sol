// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MAX_LEGS, State} from "../src/interfaces/ISettlementEscrow.sol";
import {StateWord, Word} from "../src/libraries/StateWord.sol";

/// @notice What the SMTChecker proves of the stored word and of the windows, for all values; see scripts/lib/smt.mjs. Never deployed.
contract WordProofs {
    /// @notice A word that the escrow can have stored.
    function _real(Word word) private pure {
        require(Word.unwrap(word) >> 248 < 4);
        require(word.legCount() <= MAX_LEGS);
    }

    /// @notice Putting a leg into custody sets its bit and nothing else.
    function putInCustody(uint256 bits, uint8 index) external pure {
        Word word = Word.wrap(bits);
        _real(word);
        require(index < MAX_LEGS);
        Word next = word.withIn(false, index);
        assert(next.isHeld(index));
        assert(next.armed() == word.armed());
        assert(next.left() == word.left());
        assert(next.legCount() == word.legCount());
        assert(next.registered() == word.registered());
        assert(next.state() == word.state());
    }

    /// @notice A consent sets its bit and nothing else.
    function arm(uint256 bits, uint8 index) external pure {
        Word word = Word.wrap(bits);
        _real(word);
        require(index < MAX_LEGS);
        Word next = word.withIn(true, index);
        assert(next.isArmed(index));
        assert(next.held() == word.held());
        assert(next.left() == word.left());
        assert(next.legCount() == word.legCount());
        assert(next.registered() == word.registered());
        assert(next.state() == word.state());
    }

    /// @notice Withdrawing takes the leg out, marks it for ever, and touches no mark of the settlement.
    function withdraw(uint256 bits, uint8 index) external pure {
        Word word = Word.wrap(bits);
        _real(word);
        require(index < MAX_LEGS);
        Word next = word.withLeft(index);
        assert(!next.isIn(index));
        assert(next.hasLeft(index));
        assert(next.left() & word.left() == word.left());
        assert(next.legCount() == word.legCount());
        assert(next.registered() == word.registered());
        assert(next.state() == word.state());
    }

    /// @notice A refund clears one held bit and never changes the state.
    function refund(uint256 bits, uint8 index) external pure {
        Word word = Word.wrap(bits);
        _real(word);
        require(index < MAX_LEGS);
        Word next = word.withoutHeld(index);
        assert(!next.isHeld(index));
        assert(next.held() & word.held() == next.held());
        assert(next.armed() == word.armed());
        assert(next.left() == word.left());
        assert(next.state() == word.state());
    }

    /// @notice Execution leaves nothing held or armed.
    function execute(uint256 bits) external pure {
        Word word = Word.wrap(bits);
        _real(word);
        Word next = word.executed();
        assert(next.held() == 0);
        assert(next.armed() == 0);
        assert(next.left() == word.left());
        assert(next.legCount() == word.legCount());
        assert(next.registered() == word.registered());
        assert(next.isExecuted());
        assert(!next.isOpen());
        assert(!next.isNone());
    }

    /// @notice A cancellation ends consents and forgets nothing that is owed.
    function cancel(uint256 bits) external pure {
        Word word = Word.wrap(bits);
        _real(word);
        Word next = word.cancelled();
        assert(next.held() == word.held());
        assert(next.armed() == 0);
        assert(next.left() == word.left());
        assert(next.legCount() == word.legCount());
        assert(next.registered() == word.registered());
        assert(next.state() == State.Cancelled);
    }

    /// @notice What was just opened is open and has nothing in.
    function open(uint8 count) external pure {
        require(count > 0 && count <= MAX_LEGS);
        Word word = StateWord.open(count);
        assert(word.isOpen());
        assert(word.held() == 0);
        assert(word.armed() == 0);
        assert(word.left() == 0);
        assert(word.legCount() == count);
        assert(!word.registered());
        assert(!word.isFull());
    }

    /// @notice Time: what can be executed cannot be refunded, and after the deadline everything can.
    function windows(uint64 notBefore, uint64 deadline, uint256 time) external pure {
        require(notBefore <= deadline);
        bool early = time < notBefore;
        bool expired = time > deadline;
        bool executable = !early && !expired;
        bool refundable = time > deadline;
        assert(!(executable && refundable));
        assert(early || executable || refundable);
        assert(!(early && expired));
    }

    /// @notice Time: the latest deadline that is accepted does not overflow anything.
    function term(uint64 deadline, uint64 time) external pure {
        require(deadline <= uint256(time) + 366 days);
        assert(uint256(deadline) - (deadline < time ? deadline : time) <= 366 days || deadline < time);
    }
}
