// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {ReferenceEscrow} from "../../reference/ReferenceEscrow.sol";
import {Signing} from "../support/Signing.sol";

/// @notice Every sequence of up to six actions on a settlement of two legs is walked, with both in custody, both in their wallets, and one of each. After each the word
/// is compared with the reference implementation, which has no packing, and with what can be said without it. Not a sample: all of them. Two
/// sequences that lead to the same word and time are continued once, because everything that follows depends on nothing else.
contract ExhaustiveTest is Signing {
    uint256 private constant DEPTH = 6;
    uint256 private constant ACTIONS = 16;

    ReferenceEscrow private reference_;
    bytes32 private id;
    bytes[ACTIONS] private calls;
    bytes[ACTIONS] private twins;
    address[ACTIONS] private callers;

    /// @dev Of the walk itself, in memory, because storage is taken back with every step back.
    struct Walk {
        bytes32[] seen;
        uint256 count;
        uint256 taken;
        uint256 accepted;
    }

    function _build(CustodyMode first, CustodyMode second) private {
        reference_ = new ReferenceEscrow();
        Settlement memory s = bondForCash();
        s.notBefore = START + 10;
        (s.legs[0].mode, s.legs[1].mode) = (first, second);
        id = idOf(s);
        reference_.add(s);
        // The reference moves the same tokens, by an allowance of its own.
        for (uint256 i; i < 2; ++i) {
            vm.startPrank(s.legs[i].from);
            bond.approve(address(reference_), type(uint256).max);
            cash.approve(address(reference_), type(uint256).max);
            vm.stopPrank();
            supply(s.legs[i]);
        }
        _prepare(s);
    }

    function _prepare(Settlement memory s) private {
        bytes32[] memory hashes = hashesOf(s);
        uint256 k;
        _add(k++, stranger, abi.encodeCall(escrow.register, (s)), abi.encodeCall(reference_.register, (0)));
        for (uint256 i; i < 2; ++i) {
            address from = s.legs[i].from;
            bytes memory call = abi.encodeCall(escrow.deposit, (headerOf(s), hashes, i, s.legs[i]));
            _add(k++, from, call, abi.encodeCall(reference_.deposit, (0, i)));
            call = abi.encodeCall(escrow.withdrawLeg, (headerOf(s), hashes, i, s.legs[i]));
            _add(k++, from, call, abi.encodeCall(reference_.withdrawLeg, (0, i)));
            call = abi.encodeCall(escrow.cancel, (headerOf(s), hashes, i, s.legs[i]));
            _add(k++, from, call, abi.encodeCall(reference_.cancel, (0, i)));
            call = abi.encodeCall(escrow.refund, (headerOf(s), hashes, i, s.legs[i]));
            _add(k++, stranger, call, abi.encodeCall(reference_.refund, (0, i)));
            _add(k++, from, abi.encodeCall(escrow.depositAndExecute, (s)), abi.encodeCall(reference_.depositAndExecute, (0)));
        }
        _add(k++, stranger, abi.encodeCall(escrow.executeSwap, (s)), abi.encodeCall(reference_.executeSwap, (0)));
        bytes memory cancelByOperator = abi.encodeCall(escrow.cancelAsOperator, (headerOf(s), legsHashOf(s)));
        _add(k++, operator, cancelByOperator, abi.encodeCall(reference_.cancelAsOperator, (0)));
        address[] memory both = ascending(alice, bob);
        bytes memory settle = abi.encodeCall(escrow.settleSigned, (s, both, signAll(both, id)));
        _add(k++, stranger, settle, abi.encodeCall(reference_.settleSigned, (0, both)));
        bytes memory cancelTogether = abi.encodeCall(escrow.cancelSigned, (s, both, signAll(both, cancelDigest(s))));
        _add(k++, stranger, cancelTogether, abi.encodeCall(reference_.cancelSigned, (0, both)));
        // The last action: time passes, into the window, to its end, behind it.
        assertEq(k, ACTIONS - 1);
    }

    function _add(uint256 k, address caller, bytes memory call, bytes memory twin) private {
        (callers[k], calls[k], twins[k]) = (caller, call, twin);
    }

    function test_EverySequence_BothInCustody() public {
        _all(CustodyMode.CUSTODY, CustodyMode.CUSTODY);
    }

    function test_EverySequence_OneInItsWallet() public {
        _all(CustodyMode.CUSTODY, CustodyMode.DIRECT);
    }

    function test_EverySequence_BothInTheirWallets() public {
        _all(CustodyMode.DIRECT, CustodyMode.DIRECT);
    }

    function _all(CustodyMode first, CustodyMode second) private {
        _build(first, second);
        Walk memory walk;
        walk.seen = new bytes32[](4096);
        _walk(walk, 0);
        emit log_named_uint("different states at their depths", walk.count);
        emit log_named_uint("actions tried", walk.taken);
        emit log_named_uint("accepted", walk.accepted);
        assertGt(walk.count, 200);
    }

    function _walk(Walk memory walk, uint256 depth) private {
        if (depth == DEPTH) return;
        for (uint256 k; k < ACTIONS; ++k) {
            uint256 before = vm.snapshotState();
            State earlier = known(id).state;
            ++walk.taken;
            if (k == ACTIONS - 1 ? _passTime() : _act(k)) {
                ++walk.accepted;
                _check(earlier);
                if (_isNew(walk, keccak256(abi.encode(depth, known(id), block.timestamp)))) _walk(walk, depth + 1);
            }
            vm.revertToStateAndDelete(before);
        }
    }

    function _isNew(Walk memory walk, bytes32 key) private pure returns (bool) {
        for (uint256 i; i < walk.count; ++i) {
            if (walk.seen[i] == key) return false;
        }
        walk.seen[walk.count++] = key;
        return true;
    }

    function _passTime() private returns (bool) {
        if (block.timestamp < START + 10) vm.warp(START + 10);
        else if (block.timestamp < DEADLINE) vm.warp(DEADLINE);
        else if (block.timestamp == DEADLINE) vm.warp(DEADLINE + 1);
        else return false;
        return true;
    }

    /// @return Whether anything was stored.
    function _act(uint256 k) private returns (bool) {
        bytes memory before = abi.encode(known(id));
        vm.prank(callers[k]);
        (bool ok, bytes memory answer) = address(escrow).call(calls[k]);
        vm.prank(callers[k]);
        (bool twinOk, bytes memory twinAnswer) = address(reference_).call(twins[k]);
        assertEq(ok, twinOk, "outcome");
        if (!ok && bytes4(answer) != ISettlementEscrow.UnknownSettlement.selector) assertEq(answer, twinAnswer, "error");
        return ok && keccak256(before) != keccak256(abi.encode(known(id)));
    }

    function _check(State earlier) private view {
        Known memory word = known(id);
        Known memory other;
        (other.state, other.held, other.armed, other.left, other.legCount, other.registered) = reference_.known(0);
        assertEq(abi.encode(word), abi.encode(other), "the reference disagrees");
        assertGe(uint8(word.state), uint8(earlier), "a state went back");
        if (earlier >= State.Executed) assertEq(uint8(word.state), uint8(earlier), "an end changed");
        assertEq(bond.balanceOf(address(escrow)), word.held & 1 == 1 ? BOND_AMOUNT : 0, "not exactly what is held");
        assertEq(cash.balanceOf(address(escrow)), word.held & 2 == 2 ? CASH_AMOUNT : 0, "not exactly what is held");
        assertEq(bond.balanceOf(address(escrow)), bond.balanceOf(address(reference_)), "balances");
        assertEq(cash.balanceOf(address(escrow)), cash.balanceOf(address(reference_)), "balances");
        if (word.state == State.Executed) assertEq(word.held | word.armed, 0);
    }
}
