// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Leg, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice NonCanonicalCalldata: enums out of range and dirty padding never reach a hash. Each padding byte is flipped in turn.
contract NonCanonicalCalldataTest is EscrowTest {
    // Offsets of the words of a member inside its struct, and how many leading bytes of the word are padding.
    uint256[4] private headerWords = [uint256(1), 2, 3, 4];
    uint256[4] private headerPadding = [uint256(24), 24, 12, 12];
    uint256[6] private legWords = [uint256(0), 1, 2, 3, 4, 5];
    uint256[6] private legPadding = [uint256(31), 31, 12, 12, 12, 12];

    function test_Settlement_EveryPaddingByte() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        // selector, offset of the settlement, 7 words of its head, length of the legs
        uint256 head = 4 + 32;
        uint256 legs = head + 7 * 32 + 32;
        bytes[4] memory calls = [
            abi.encodeCall(escrow.idOf, (s)),
            abi.encodeCall(escrow.register, (s)),
            abi.encodeCall(escrow.executeSwap, (s)),
            abi.encodeCall(escrow.depositAndExecute, (s))
        ];
        for (uint256 i; i < calls.length; ++i) {
            _flipHeader(calls[i], head);
            _flipLeg(calls[i], legs);
            _flipLeg(calls[i], legs + 8 * 32);
        }
        assertKnown(idOf(s), Known(State.Open, 3, 0, 0, 2, false));
    }

    function test_Leg_EveryPaddingByte() public {
        Settlement memory s = bondForCash();
        _flipLeg(abi.encodeCall(escrow.legHashOf, (s.legs[0])), 4);
    }

    function test_HeaderAndLeg_EveryPaddingByte() public {
        Settlement memory s = bondForCash();
        // header, offset of the hashes, index, leg
        uint256 leg = 4 + 6 * 32 + 32 + 32;
        bytes[4] memory calls = [
            abi.encodeCall(escrow.deposit, (headerOf(s), hashesOf(s), 0, s.legs[0])),
            abi.encodeCall(escrow.withdrawLeg, (headerOf(s), hashesOf(s), 0, s.legs[0])),
            abi.encodeCall(escrow.cancel, (headerOf(s), hashesOf(s), 0, s.legs[0])),
            abi.encodeCall(escrow.refund, (headerOf(s), hashesOf(s), 0, s.legs[0]))
        ];
        for (uint256 i; i < calls.length; ++i) {
            _flipHeader(calls[i], 4);
            _flipLeg(calls[i], leg);
        }
        bytes memory cancelCall = abi.encodeCall(escrow.cancelAsOperator, (headerOf(s), legsHashOf(s)));
        _flipHeader(cancelCall, 4);
        assertKnown(idOf(s), Known(State.None, 0, 0, 0, 0, false));
    }

    /// @notice The forms with more arguments: the terms lie behind their head.
    function test_LongForms_EveryPaddingByte() public {
        Settlement memory s = bondForCash();
        address[] memory none = new address[](0);
        bytes[] memory no = new bytes[](0);
        bytes[2] memory signed = [abi.encodeCall(escrow.settleSigned, (s, none, no)), abi.encodeCall(escrow.cancelSigned, (s, none, no))];
        for (uint256 i; i < signed.length; ++i) {
            _flipHeader(signed[i], 4 + 3 * 32);
            _flipLeg(signed[i], 4 + 3 * 32 + 7 * 32 + 32);
        }
        bytes[3] memory relayed = [
            abi.encodeCall(escrow.depositWithPermit, (headerOf(s), hashesOf(s), 0, s.legs[0], 0, 27, 0, 0)),
            abi.encodeCall(escrow.depositWithPermit2, (headerOf(s), hashesOf(s), 0, s.legs[0], 0, 0, "")),
            abi.encodeCall(escrow.depositWithAuthorization, (headerOf(s), hashesOf(s), 0, s.legs[0], 0, 0, ""))
        ];
        for (uint256 i; i < relayed.length; ++i) {
            _flipHeader(relayed[i], 4);
            _flipLeg(relayed[i], 4 + 6 * 32 + 32 + 32);
        }
        bytes memory many = abi.encodeCall(escrow.depositMany, (headerOf(s), hashesOf(s), list(0), _legs(s)));
        _flipHeader(many, 4);
        _flipLeg(many, many.length - 8 * 32);
        many = abi.encodeCall(escrow.refundMany, (headerOf(s), hashesOf(s), list(0), _legs(s), 1));
        _flipHeader(many, 4);
        _flipLeg(many, many.length - 8 * 32);
    }

    function _legs(Settlement memory s) private pure returns (Leg[] memory legs) {
        legs = new Leg[](1);
        legs[0] = s.legs[0];
    }

    /// @notice The first values beyond each enum.
    function test_EnumsOutOfRange() public {
        Settlement memory s = bondForCash();
        bytes memory call = abi.encodeCall(escrow.legHashOf, (s.legs[0]));
        for (uint256 value = 3; value < 256; ++value) {
            call[4 + 31] = bytes1(uint8(value));
            _refused(call);
            call[4 + 31] = 0;
            call[4 + 63] = bytes1(uint8(value));
            _refused(call);
            call[4 + 63] = 0;
        }
    }

    function test_Truncated() public {
        Settlement memory s = bondForCash();
        bytes memory call = abi.encodeCall(escrow.register, (s));
        for (uint256 cut = 1; cut < 33; ++cut) {
            bytes memory short = new bytes(call.length - cut);
            for (uint256 i; i < short.length; ++i) {
                short[i] = call[i];
            }
            _refused(short);
        }
    }

    function _flipHeader(bytes memory call, uint256 at) private {
        for (uint256 i; i < headerWords.length; ++i) {
            _flip(call, at + headerWords[i] * 32, headerPadding[i]);
        }
    }

    function _flipLeg(bytes memory call, uint256 at) private {
        for (uint256 i; i < legWords.length; ++i) {
            _flip(call, at + legWords[i] * 32, legPadding[i]);
        }
    }

    function _flip(bytes memory call, uint256 at, uint256 padding) private {
        for (uint256 i; i < padding; ++i) {
            assertEq(call[at + i], bytes1(0), "not padding");
            call[at + i] = 0x01;
            _refused(call);
            call[at + i] = 0;
        }
    }

    function _refused(bytes memory call) private {
        vm.prank(alice);
        (bool ok, bytes memory reason) = address(escrow).call(call);
        assertFalse(ok, "accepted");
        assertEq(reason.length, 0, "reason");
    }
}
