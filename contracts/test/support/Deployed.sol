// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Test} from "forge-std/Test.sol";
import {SettlementEscrow} from "src/SettlementEscrow.sol";

/// @notice Deploys the escrow from the sources or, with ESCROW_CODE=published, from the committed artifact, so that every test can run
/// against the very bytecode that is deployed.
abstract contract Deployed is Test {
    string internal constant ARTIFACT = "contracts/artifacts/SettlementEscrow.json";

    function escrowCreationCode() internal view returns (bytes memory) {
        if (keccak256(bytes(vm.envOr("ESCROW_CODE", string("sources")))) == keccak256("published")) return publishedCreationCode();
        return type(SettlementEscrow).creationCode;
    }

    function publishedCreationCode() internal view returns (bytes memory) {
        return vm.parseJsonBytes(vm.readFile(ARTIFACT), ".bytecode");
    }

    function deployEscrow() internal returns (SettlementEscrow deployed) {
        bytes memory code = escrowCreationCode();
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(address(deployed) != address(0), "the escrow was not deployed");
    }

    /// @notice The escrow at a given address, as its constructor would leave it there.
    function deployEscrowAt(address where) internal returns (SettlementEscrow) {
        vm.etch(where, escrowCreationCode());
        (bool ok, bytes memory runtime) = where.call("");
        require(ok, "the escrow was not deployed");
        vm.etch(where, runtime);
        return SettlementEscrow(where);
    }
}
