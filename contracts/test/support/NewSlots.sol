// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";

/// @notice Counts storage slots that were zero before a recorded call and are not afterwards. Under EIP-8037 such a slot costs several times as much as a change.
library NewSlots {
    /// @param accesses What `vm.stopAndReturnStateDiff` gave.
    /// @param except An account whose slots do not count.
    function count(Vm.AccountAccess[] memory accesses, address except) internal pure returns (uint256 found) {
        bytes32[] memory seen = new bytes32[](_writes(accesses));
        bytes32[] memory last = new bytes32[](seen.length);
        bool[] memory wasZero = new bool[](seen.length);
        uint256 slots;
        for (uint256 i; i < accesses.length; ++i) {
            for (uint256 k; k < accesses[i].storageAccesses.length; ++k) {
                Vm.StorageAccess memory access = accesses[i].storageAccesses[k];
                if (!access.isWrite || access.reverted || access.account == except) continue;
                bytes32 key = keccak256(abi.encode(access.account, access.slot));
                uint256 at;
                while (at < slots && seen[at] != key) ++at;
                if (at == slots) {
                    (seen[at], wasZero[at]) = (key, access.previousValue == 0);
                    ++slots;
                }
                last[at] = access.newValue;
            }
        }
        for (uint256 at; at < slots; ++at) {
            if (wasZero[at] && last[at] != 0) ++found;
        }
    }

    function _writes(Vm.AccountAccess[] memory accesses) private pure returns (uint256 writes) {
        for (uint256 i; i < accesses.length; ++i) {
            writes += accesses[i].storageAccesses.length;
        }
    }
}
