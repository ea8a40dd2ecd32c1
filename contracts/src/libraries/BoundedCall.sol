// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

/// @title BoundedCall
/// @notice Calls of addresses that the caller did not choose. At most one word of the answer is copied, so a huge answer costs only its maker.
library BoundedCall {
    /// @notice A state-changing call.
    /// @return ok Whether the call succeeded.
    /// @return size The length of the answer in bytes.
    /// @return word The first word of the answer, zero-padded on the right if shorter.
    function act(address target, bytes memory data) internal returns (bool ok, uint256 size, uint256 word) {
        assembly ("memory-safe") {
            mstore(0, 0)
            ok := call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0x20)
            size := returndatasize()
            word := mload(0)
        }
    }

    /// @notice A static call with at most `gasLimit` gas.
    /// @return ok Whether the call succeeded and answered at least one word.
    /// @return word The first word of the answer.
    function ask(address target, bytes memory data, uint256 gasLimit) internal view returns (bool ok, uint256 word) {
        assembly ("memory-safe") {
            ok := staticcall(gasLimit, target, add(data, 0x20), mload(data), 0, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            word := mload(0)
        }
    }

    /// @notice A static call with all gas.
    function ask(address target, bytes memory data) internal view returns (bool ok, uint256 word) {
        return ask(target, data, gasleft());
    }

    /// @notice Whether `target` answers exactly `expected`.
    function answers(address target, bytes memory data, uint256 expected) internal view returns (bool) {
        (bool ok, uint256 word) = ask(target, data);
        return ok && word == expected;
    }
}
