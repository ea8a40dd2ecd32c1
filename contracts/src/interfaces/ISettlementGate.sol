// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Settlement} from "./ISettlementEscrow.sol";

/// @title ISettlementGate
/// @notice The contract that the parties named in their terms to be asked before the assets move.
/// @dev Asked by STATICCALL, under the escrow's lock, before the state is written, on every path that executes and on no other.
interface ISettlementGate {
    /// @notice Whether the settlement may execute now.
    /// @return magic `ISettlementGate.mayExecute.selector` to open; anything else, and any failure, is closed.
    function mayExecute(bytes32 id, Settlement calldata settlement) external view returns (bytes4 magic);
}
