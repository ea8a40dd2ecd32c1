// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

/// @title Memory
/// @notice Gives back what one turn of a loop used, so that a long batch pays for the memory of its largest item and not for all of them.
library Memory {
    /// @notice Where free memory begins.
    function mark() internal pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    /// @notice Frees everything that was taken since `mark`. Nothing may refer to it any more.
    function release(uint256 free) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
