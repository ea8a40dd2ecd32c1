// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Settlement} from "src/interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "src/interfaces/ISettlementGate.sol";

enum Answer {
    Yes,
    No,
    Empty,
    Short,
    Dirty,
    Huge,
    Reverts,
    BurnsGas,
    Reenters
}

/// @notice A gate that answers in every way.
contract TestGate is ISettlementGate {
    Answer public answer;
    bytes private reentry;

    function set(Answer value) external {
        answer = value;
    }

    function reenterWith(bytes calldata call) external {
        answer = Answer.Reenters;
        reentry = call;
    }

    function mayExecute(bytes32, Settlement calldata) external view returns (bytes4) {
        Answer how = answer;
        bytes32 magic = this.mayExecute.selector;
        if (how == Answer.No) return 0xffffffff;
        if (how == Answer.Reverts) revert("closed");
        if (how == Answer.Reenters) {
            // Static: even a successful re-entry could change nothing. The lock refuses it first.
            (bool ok, bytes memory reason) = msg.sender.staticcall(reentry);
            require(!ok && bytes4(reason) == bytes4(keccak256("Locked()")), "not locked");
        }
        assembly ("memory-safe") {
            if eq(how, 2) { return(0, 0) }
            if eq(how, 7) { invalid() }
            mstore(0, magic)
            if eq(how, 3) { return(0, 31) }
            if eq(how, 4) {
                mstore(0, or(magic, 1))
                return(0, 32)
            }
            if eq(how, 5) { return(0, 1000000) }
        }
        return bytes4(magic);
    }
}

/// @notice A gate that opens only for the id and terms that it was told, asked in the very bytes of the ABI.
contract CarefulGate is ISettlementGate {
    bytes32 private expected;

    function expect(bytes32 id, Settlement calldata settlement) external {
        expected = keccak256(abi.encodeCall(this.mayExecute, (id, settlement)));
    }

    function mayExecute(bytes32, Settlement calldata) external view returns (bytes4) {
        return keccak256(msg.data) == expected ? this.mayExecute.selector : bytes4(0);
    }
}
