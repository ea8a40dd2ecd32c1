// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, MAX_LEGS, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {StateWord, Word} from "src/libraries/StateWord.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract ViewsTest is EscrowTest {
    function test_IdOf_AndLegHashOf() public {
        Settlement memory s = threeKinds();
        assertEq(escrow.idOf(s), idOf(s));
        for (uint256 i; i < 3; ++i) {
            assertEq(escrow.legHashOf(s.legs[i]), hashesOf(s)[i]);
        }
    }

    function test_IdOf_LegCount() public {
        Settlement memory s = bondForCash();
        s.legs = new Leg[](0);
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        escrow.idOf(s);
        s.legs = new Leg[](MAX_LEGS + 1);
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        escrow.idOf(s);
    }

    function testFuzz_EscrowOf_Unknown(bytes32 id) public view {
        assertKnown(id, Known(State.None, 0, 0, 0, 0, false));
    }

    function test_SupportsInterface() public view {
        assertTrue(escrow.supportsInterface(0x01ffc9a7));
        assertTrue(escrow.supportsInterface(0x4e2312e0));
        assertFalse(escrow.supportsInterface(0xffffffff));
        assertFalse(escrow.supportsInterface(0x80ac58cd));
    }

    function test_Eip712Domain_StaysOnAFork() public {
        uint256 home = 31_337;
        assertEq(block.chainid, home);
        vm.chainId(home + 1);
        (,,, uint256 chainId, address at,,) = escrow.eip712Domain();
        assertEq(chainId, home);
        assertEq(at, address(escrow));
    }

    /// @notice One word per settlement at the mapping's slot, with the published layout; nothing else is stored.
    function test_StorageWord() public {
        Settlement memory s = bondForDirectCash();
        register(s);
        deposit(s, 0);
        withdraw(s, 0);
        vm.record();
        deposit(s, 1);
        (, bytes32[] memory writes) = vm.accesses(address(escrow));
        bytes32 slot = keccak256(abi.encode(idOf(s), uint256(0)));
        assertEq(writes.length, 1);
        assertEq(writes[0], slot);
        uint256 expected = (uint256(1) << 248) | (uint256(1) << 200) | (uint256(2) << 192) | (uint256(1) << 128) | (uint256(2) << 64);
        assertEq(uint256(vm.load(address(escrow), slot)), expected);
    }

    /// @notice Proof of the packing, for every index and every word. Each change has the form `(word & A) | B`, whose masks depend on the index
    /// alone, so its values at zero and at all ones determine it: B and A | B.
    function test_StateWord_EveryIndexEveryWord() public pure {
        uint256 ones = type(uint256).max;
        uint256 zero;
        for (uint256 i; i < MAX_LEGS; ++i) {
            (uint256 heldBit, uint256 armedBit, uint256 leftBit) = (1 << i, 1 << (64 + i), 1 << (128 + i));
            assertEq(Word.unwrap(Word.wrap(zero).withIn(false, i)), heldBit);
            assertEq(Word.unwrap(Word.wrap(ones).withIn(false, i)), ones);
            assertEq(Word.unwrap(Word.wrap(zero).withIn(true, i)), armedBit);
            assertEq(Word.unwrap(Word.wrap(ones).withIn(true, i)), ones);
            assertEq(Word.unwrap(Word.wrap(zero).withoutHeld(i)), 0);
            assertEq(Word.unwrap(Word.wrap(ones).withoutHeld(i)), ones ^ heldBit);
            assertEq(Word.unwrap(Word.wrap(zero).withLeft(i)), leftBit);
            assertEq(Word.unwrap(Word.wrap(ones).withLeft(i)), ones ^ heldBit ^ armedBit);
        }
        uint256 top = 0xff << 248;
        assertEq(Word.unwrap(Word.wrap(zero).executed()), 2 << 248);
        assertEq(Word.unwrap(Word.wrap(ones).executed()), (ones << 128 & ~top) | 2 << 248);
        assertEq(Word.unwrap(Word.wrap(zero).cancelled()), 3 << 248);
        assertEq(Word.unwrap(Word.wrap(ones).cancelled()), ((ones ^ (uint256(type(uint64).max) << 64)) & ~top) | 3 << 248);
        assertEq(Word.unwrap(Word.wrap(zero).withRegistered()), 1 << 200);
        assertEq(Word.unwrap(Word.wrap(ones).withRegistered()), ones);
        // The readers, at every single bit.
        for (uint256 b; b < 256; ++b) {
            Word word = Word.wrap(1 << b);
            assertEq(word.held(), b < 64 ? 1 << b : 0);
            assertEq(word.armed(), b >= 64 && b < 128 ? 1 << (b - 64) : 0);
            assertEq(word.left(), b >= 128 && b < 192 ? 1 << (b - 128) : 0);
            assertEq(word.legCount(), b >= 192 && b < 200 ? 1 << (b - 192) : 0);
            assertEq(word.registered(), b == 200);
            for (uint256 i; i < MAX_LEGS; ++i) {
                assertEq(word.isHeld(i), b == i);
                assertEq(word.isArmed(i), b == 64 + i);
                assertEq(word.isIn(i), b == i || b == 64 + i);
                assertEq(word.hasLeft(i), b == 128 + i);
            }
        }
        for (uint256 n = 1; n <= MAX_LEGS; ++n) {
            assertEq(Word.unwrap(StateWord.open(n)), 1 << 248 | n << 192);
        }
    }

    /// @notice The word's changes touch only what they name.
    function testFuzz_StateWord(uint256 bits, uint8 position) public pure {
        // A real state in the top byte.
        bits = (bits << 8 >> 8) | (bits % 4) << 248;
        uint256 index = position % MAX_LEGS;
        Word word = Word.wrap(bits);
        uint64 bit = uint64(1) << uint64(index);
        _same(word, word.withIn(false, index), word.held() | bit, word.armed(), word.left());
        _same(word, word.withIn(true, index), word.held(), word.armed() | bit, word.left());
        _same(word, word.withoutHeld(index), word.held() & ~bit, word.armed(), word.left());
        _same(word, word.withLeft(index), word.held() & ~bit, word.armed() & ~bit, word.left() | bit);
        assertTrue(word.withRegistered().registered());
        assertEq(Word.unwrap(word.withRegistered()) & ~(uint256(1) << 200), bits & ~(uint256(1) << 200));
        assertEq(Word.unwrap(word.executed()), (bits >> 128 << 128 << 8 >> 8) | uint256(2) << 248);
        assertEq(Word.unwrap(word.cancelled()), (bits & ~(uint256(type(uint64).max) << 64)) << 8 >> 8 | uint256(3) << 248);
        assertEq(word.isIn(index), (word.held() | word.armed()) & bit != 0);
    }

    function test_StateWord_Full() public pure {
        for (uint256 count = 1; count <= MAX_LEGS; ++count) {
            Word word = StateWord.open(count);
            assertEq(word.missing(), count == 64 ? type(uint64).max : uint64((1 << count) - 1));
            for (uint256 i; i < count; ++i) {
                assertFalse(word.isFull());
                word = i % 2 == 0 ? word.withIn(false, i) : word.withIn(true, i);
            }
            assertTrue(word.isFull());
            assertEq(word.missing(), 0);
            assertEq(uint8(word.state()), uint8(State.Open));
        }
        assertFalse(Word.wrap(0).isFull());
    }

    function _same(Word before, Word then, uint64 held, uint64 armed, uint64 left) private pure {
        assertEq(then.held(), held);
        assertEq(then.armed(), armed);
        assertEq(then.left(), left);
        assertEq(Word.unwrap(then) >> 192, Word.unwrap(before) >> 192);
    }
}
