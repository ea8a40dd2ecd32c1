// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {Header, ISettlementEscrow, Leg, Settlement} from "src/interfaces/ISettlementEscrow.sol";

/// @notice The terms of a settlement from the escrow's logs and nothing else, as a stranger would read them.
library FromLogs {
    /// @notice Reverts if the logs do not name every leg.
    function rebuild(Vm.Log[] memory logs, bytes32 id) internal pure returns (Settlement memory s) {
        uint256 known;
        for (uint256 i; i < logs.length; ++i) {
            bytes32[] memory topics = logs[i].topics;
            if (topics.length < 2 || topics[1] != id) continue;
            if (topics[0] == ISettlementEscrow.Registered.selector) {
                return abi.decode(logs[i].data, (Settlement));
            } else if (topics[0] == ISettlementEscrow.Opened.selector) {
                (Header memory header, bytes32[] memory hashes) = abi.decode(logs[i].data, (Header, bytes32[]));
                s = Settlement(
                    header.ref, header.notBefore, header.deadline, header.operator, header.gate, header.commitment, new Leg[](hashes.length)
                );
            } else if (topics[0] == ISettlementEscrow.Deposited.selector || topics[0] == ISettlementEscrow.Armed.selector) {
                (uint256 index, Leg memory leg) = abi.decode(logs[i].data, (uint256, Leg));
                if (s.legs[index].token == address(0)) ++known;
                s.legs[index] = leg;
            }
        }
        require(s.legs.length > 0, "the logs do not know this settlement");
        require(known == s.legs.length, "the logs do not know every leg");
    }
}
