// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Test} from "forge-std/Test.sol";
import {ComplianceRegistry} from "src/ComplianceRegistry.sol";
import {EscrowLens} from "src/EscrowLens.sol";
import {SettlementEscrow} from "src/SettlementEscrow.sol";

/// @notice Deploys the escrow from the sources or, with ESCROW_CODE=published, from the committed artifact, so that every test can run
/// against the very bytecode that is deployed.
abstract contract Deployed is Test {
    string internal constant ARTIFACT = "contracts/artifacts/SettlementEscrow.json";

    function escrowCreationCode() internal view returns (bytes memory) {
        // A mutant, see scripts/mutate.
        string memory file = vm.envOr("ESCROW_FILE", string(""));
        if (bytes(file).length > 0) return vm.parseBytes(vm.readFile(file));
        return creationCode("SettlementEscrow", type(SettlementEscrow).creationCode);
    }

    function publishedCreationCode() internal view returns (bytes memory) {
        return publishedCreationCode("SettlementEscrow");
    }

    function publishedCreationCode(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(vm.readFile(string.concat("contracts/artifacts/", name, ".json")), ".bytecode");
    }

    /// @notice The creation code of a contract: the given one, of the sources, or the published one.
    function creationCode(string memory name, bytes memory sources) internal view returns (bytes memory) {
        bool published = keccak256(bytes(vm.envOr("ESCROW_CODE", string("sources")))) == keccak256("published");
        return published ? publishedCreationCode(name) : sources;
    }

    function deployFrom(bytes memory code) internal returns (address deployed) {
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), "the contract was not deployed");
    }

    function deployEscrow() internal returns (SettlementEscrow) {
        return SettlementEscrow(deployFrom(escrowCreationCode()));
    }

    function deployRegistry(address owner) internal returns (ComplianceRegistry) {
        bytes memory code = creationCode("ComplianceRegistry", type(ComplianceRegistry).creationCode);
        return ComplianceRegistry(deployFrom(bytes.concat(code, abi.encode(owner))));
    }

    function deployLens(SettlementEscrow escrow) internal returns (EscrowLens) {
        bytes memory code = creationCode("EscrowLens", type(EscrowLens).creationCode);
        return EscrowLens(deployFrom(bytes.concat(code, abi.encode(escrow))));
    }

    /// @notice The escrow at a given address, as its constructor would leave it there.
    function deployEscrowAt(address where) internal returns (SettlementEscrow) {
        deployAt(where, escrowCreationCode());
        return SettlementEscrow(where);
    }

    /// @notice Code at a given address, as its constructor would leave it there.
    function deployAt(address where, bytes memory code) internal {
        vm.etch(where, code);
        (bool ok, bytes memory runtime) = where.call("");
        require(ok, "the contract was not deployed");
        vm.etch(where, runtime);
    }
}
