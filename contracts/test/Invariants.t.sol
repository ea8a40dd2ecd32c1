// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {CustodyMode, ISettlementEscrow, Leg, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {SettlementEscrow} from "src/SettlementEscrow.sol";
import {Oddity, OddToken} from "./tokens/OddToken.sol";
import {EscrowTest} from "./support/EscrowTest.sol";

/// @notice Random histories of a few settlements over honest and odd tokens. After every step:
/// 1. the escrow can pay every held bit, in every state;
/// 2. terminal states never change, no state goes back;
/// 3. nothing is held or armed after Executed;
/// 4. a mark of withdrawal never disappears;
/// 5. what the events say is what is stored;
/// 6. an unknown settlement is all zero.
contract InvariantsTest is EscrowTest {
    Handler private handler;

    function setUp() public override {
        super.setUp();
        handler = new Handler();
        handler.build();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = handler.doRegister.selector;
        selectors[1] = handler.doDeposit.selector;
        selectors[2] = handler.doExecute.selector;
        selectors[3] = handler.doWithdraw.selector;
        selectors[4] = handler.doCancel.selector;
        selectors[5] = handler.doCancelAsOperator.selector;
        selectors[6] = handler.doRefund.selector;
        selectors[7] = handler.passTime.selector;
        selectors[8] = handler.turnToken.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    function invariant_EveryPromiseHolds() public {
        handler.checkEverything();
    }

    function afterInvariant() public view {
        assertGt(handler.steps(), 0);
    }
}

/// @notice Takes the steps; a step that reverts must do so for a named reason of the escrow.
contract Handler is EscrowTest {
    bytes[] private settlements;
    OddToken private odd;
    uint256 public steps;

    /// @notice The state of each settlement as its events tell it.
    struct Folded {
        State state;
        uint64 held;
        uint64 armed;
        uint64 left;
        bool registered;
    }

    mapping(bytes32 id => Folded) private folded;

    function build() external {
        setUp();
        odd = new OddToken();
        for (uint256 i; i < 4; ++i) {
            Settlement memory s;
            s.ref = bytes32(i);
            s.deadline = START + uint64(30 + 30 * i);
            s.notBefore = i % 2 == 0 ? 0 : START + 20;
            s.operator = operator;
            s.legs = new Leg[](3);
            s.legs[0] = leg(TokenKind.ERC721, address(deed), alice, bob, 7 + i, 1);
            s.legs[1] = leg20(address(odd), bob, carol, 100 + i);
            s.legs[2] = leg(TokenKind.ERC1155, address(share), carol, alice, 9, 50);
            s.legs[i % 3].mode = CustodyMode.DIRECT;
            supply(s);
            settlements.push(abi.encode(s));
            odd.mint(bob, 1000);
        }
    }

    function doRegister(uint256 which) external {
        Settlement memory s = _pick(which);
        _try(stranger, abi.encodeCall(escrow.register, (s)));
    }

    function doDeposit(uint256 which, uint256 position, bool honest) external {
        Settlement memory s = _pick(which);
        uint256 i = position % 3;
        address caller = honest ? s.legs[i].from : stranger;
        _try(caller, abi.encodeCall(escrow.deposit, (headerOf(s), hashesOf(s), i, s.legs[i])));
    }

    function doExecute(uint256 which) external {
        _try(stranger, abi.encodeCall(escrow.executeSwap, (_pick(which))));
    }

    function doWithdraw(uint256 which, uint256 position) external {
        Settlement memory s = _pick(which);
        uint256 i = position % 3;
        _try(s.legs[i].from, abi.encodeCall(escrow.withdrawLeg, (headerOf(s), hashesOf(s), i, s.legs[i])));
    }

    function doCancel(uint256 which, uint256 position) external {
        Settlement memory s = _pick(which);
        uint256 i = position % 3;
        // Rare, or every history would end here.
        if (position % 7 != 0) return;
        _try(s.legs[i].from, abi.encodeCall(escrow.cancel, (headerOf(s), hashesOf(s), i, s.legs[i])));
    }

    function doCancelAsOperator(uint256 which) external {
        if (which % 5 != 0) return;
        Settlement memory s = _pick(which / 5);
        _try(operator, abi.encodeCall(escrow.cancelAsOperator, (headerOf(s), legsHashOf(s))));
    }

    function doRefund(uint256 which, uint256 position) external {
        Settlement memory s = _pick(which);
        uint256 i = position % 3;
        _try(stranger, abi.encodeCall(escrow.refund, (headerOf(s), hashesOf(s), i, s.legs[i])));
    }

    function passTime(uint256 seconds_) external {
        vm.warp(block.timestamp + seconds_ % 8);
    }

    function turnToken(uint256 which) external {
        Oddity[8] memory oddities = [
            Oddity.None,
            Oddity.None,
            Oddity.ReturnsFalse,
            Oddity.RecipientFee,
            Oddity.SenderSurcharge,
            Oddity.MovesNothing,
            Oddity.MovesTwice,
            Oddity.ReturnsNothing
        ];
        odd.turn(oddities[which % 8]);
    }

    function checkEverything() external view {
        assertSolvent();
        for (uint256 i; i < settlements.length; ++i) {
            bytes32 id = idOf(abi.decode(settlements[i], (Settlement)));
            Known memory word = known(id);
            Folded memory told = folded[id];
            assertEq(uint8(word.state), uint8(told.state), "state");
            assertEq(word.held, told.held, "held");
            assertEq(word.armed, told.armed, "armed");
            assertEq(word.left, told.left, "left");
            assertEq(word.registered, told.registered, "registered");
            if (word.state == State.None) assertEq(word.held | word.armed | word.left | word.legCount, 0);
            if (word.state == State.Executed) assertEq(word.held | word.armed, 0);
            if (word.state == State.Cancelled) assertEq(word.armed, 0);
        }
    }

    function _pick(uint256 which) private view returns (Settlement memory) {
        return abi.decode(settlements[which % settlements.length], (Settlement));
    }

    function _try(address caller, bytes memory call) private {
        ++steps;
        vm.recordLogs();
        vm.prank(caller);
        (bool ok, bytes memory reason) = address(escrow).call(call);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) {
            require(reason.length >= 4, "reverted without a reason");
            return;
        }
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(escrow)) _fold(logs[i]);
        }
    }

    function _fold(Vm.Log memory log) private {
        bytes32 topic0 = log.topics[0];
        Folded storage told = folded[log.topics[1]];
        bool ended = told.state == State.Executed || told.state == State.Cancelled;
        if (topic0 == ISettlementEscrow.Refunded.selector) {
            require(told.state != State.Executed, "refunded after execution");
            told.held = _clear(told.held, _index(log));
            return;
        }
        require(!ended, "an event after the end");
        if (topic0 == ISettlementEscrow.Registered.selector) {
            require(!told.registered, "registered twice");
            told.registered = true;
            told.state = State.Open;
        } else if (topic0 == ISettlementEscrow.Opened.selector) {
            require(told.state == State.None, "opened twice");
            told.state = State.Open;
        } else if (topic0 == ISettlementEscrow.Deposited.selector) {
            told.held = _set(told.held, _index(log));
        } else if (topic0 == ISettlementEscrow.Armed.selector) {
            told.armed = _set(told.armed, _index(log));
        } else if (topic0 == ISettlementEscrow.Withdrawn.selector) {
            told.held = _clear(told.held, _index(log));
            told.left |= _bit(_index(log));
        } else if (topic0 == ISettlementEscrow.Disarmed.selector) {
            told.armed = _clear(told.armed, _index(log));
            told.left |= _bit(_index(log));
        } else if (topic0 == ISettlementEscrow.Executed.selector) {
            require(abi.decode(log.data, (uint64)) == told.armed, "fromWallets");
            require(told.held | told.armed == 7, "executed before it was full");
            (told.state, told.held, told.armed) = (State.Executed, 0, 0);
        } else {
            require(topic0 == ISettlementEscrow.Cancelled.selector, "unknown event");
            (told.state, told.armed) = (State.Cancelled, 0);
        }
    }

    function _index(Vm.Log memory log) private pure returns (uint256 index) {
        bytes memory data = log.data;
        assembly ("memory-safe") {
            index := mload(add(data, 0x20))
        }
    }

    function _bit(uint256 index) private pure returns (uint64) {
        return uint64(1) << uint64(index);
    }

    function _set(uint64 bits, uint256 index) private pure returns (uint64) {
        require(bits & _bit(index) == 0, "set twice");
        return bits | _bit(index);
    }

    function _clear(uint64 bits, uint256 index) private pure returns (uint64) {
        require(bits & _bit(index) != 0, "cleared twice");
        return bits & ~_bit(index);
    }
}
