// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

/// @title BoundedCall
/// @notice Calls of addresses that the caller did not choose. At most one word of the answer is copied, so a huge answer costs only its maker.
/// @dev The forms that take a selector and words build the call data in memory that nobody owns, for the calls that every settlement makes.
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

    /// @notice The same with two words of arguments.
    function act(address target, bytes4 selector, uint256 first, uint256 second) internal returns (bool ok, uint256 size, uint256 word) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x04), first)
            mstore(add(free, 0x24), second)
            mstore(0, 0)
            ok := call(gas(), target, 0, free, 0x44, 0, 0x20)
            size := returndatasize()
            word := mload(0)
        }
    }

    /// @notice The same with three words of arguments.
    function act(address target, bytes4 selector, uint256 first, uint256 second, uint256 third)
        internal
        returns (bool ok, uint256 size, uint256 word)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x04), first)
            mstore(add(free, 0x24), second)
            mstore(add(free, 0x44), third)
            mstore(0, 0)
            ok := call(gas(), target, 0, free, 0x64, 0, 0x20)
            size := returndatasize()
            word := mload(0)
        }
    }

    /// @notice A state-changing call with exactly `gasLimit` gas; the caller made sure that so much is left.
    /// @return ok Whether the call succeeded.
    /// @return reason If it failed, what it gave, cut to 36 bytes: an error and its first argument.
    function actWithin(address target, bytes memory data, uint256 gasLimit) internal returns (bool ok, bytes memory reason) {
        assembly ("memory-safe") {
            ok := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)
            reason := 0x60
            if iszero(ok) {
                let size := returndatasize()
                if gt(size, 36) { size := 36 }
                reason := mload(0x40)
                mstore(0x40, add(reason, 0x60))
                mstore(reason, size)
                mstore(add(reason, 0x20), 0)
                mstore(add(reason, 0x40), 0)
                returndatacopy(add(reason, 0x20), 0, size)
            }
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

    /// @notice The same with one word of arguments.
    function ask(address target, bytes4 selector, uint256 argument) internal view returns (bool ok, uint256 word) {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(0x04, argument)
            ok := staticcall(gas(), target, 0, 0x24, 0, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            word := mload(0)
        }
    }

    /// @notice The same about an account, whose upper bits are clean.
    function askOf(address target, bytes4 selector, address account) internal view returns (bool ok, uint256 word) {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(0x04, account)
            ok := staticcall(gas(), target, 0, 0x24, 0, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            word := mload(0)
        }
    }

    /// @notice The same about two accounts. `ok` if both questions were answered.
    function askOf(address target, bytes4 selector, address one, address other)
        internal
        view
        returns (bool ok, uint256 word, uint256 otherWord)
    {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(0x04, one)
            ok := staticcall(gas(), target, 0, 0x24, 0x20, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            word := mload(0x20)
            mstore(0x04, other)
            let otherOk := staticcall(gas(), target, 0, 0x24, 0x20, 0x20)
            ok := and(ok, and(otherOk, gt(returndatasize(), 0x1f)))
            otherWord := mload(0x20)
        }
    }

    /// @notice Whether `target` answers exactly `expected`.
    function answers(address target, bytes memory data, uint256 expected) internal view returns (bool) {
        (bool ok, uint256 word) = ask(target, data);
        return ok && word == expected;
    }

    /// @notice The same with one word of arguments.
    function answers(address target, bytes4 selector, uint256 argument, uint256 expected) internal view returns (bool) {
        (bool ok, uint256 word) = ask(target, selector, argument);
        return ok && word == expected;
    }
}
