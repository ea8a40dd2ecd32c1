// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Script, console} from "forge-std/Script.sol";

/// @notice Deploys the published escrow at its computed address, as `keystone deploy` does: CREATE2 through the deterministic deployment proxy, salt zero, the
/// bytecode of contracts/artifacts. Deploying again changes nothing. Two steps, because forge broadcasts after the script has ended:
///
/// forge script contracts/script/Deploy.s.sol --rpc-url URL --keystore FILE --password-file FILE --broadcast
/// forge script contracts/script/Deploy.s.sol --rpc-url URL --sig 'record()'
contract Deploy is Script {
    string private constant ARTIFACT = "contracts/artifacts/SettlementEscrow.json";

    /// @notice Sends the creation code to the proxy, unless the escrow is there already.
    /// @return escrow Where the escrow is, or will be once the broadcast is mined.
    function run() external returns (address escrow) {
        string memory artifact = vm.readFile(ARTIFACT);
        address proxy = vm.parseJsonAddress(artifact, ".create2.deployer");
        bytes memory call = bytes.concat(vm.parseJsonBytes32(artifact, ".create2.salt"), vm.parseJsonBytes(artifact, ".bytecode"));
        escrow = vm.parseJsonAddress(artifact, ".create2.address");
        if (escrow.code.length == 0) {
            require(
                proxy.code.length > 0,
                string.concat("this chain has no deterministic deployment proxy at ", vm.toString(proxy), "; deploy that first")
            );
            vm.broadcast();
            (bool ok,) = proxy.call(call);
            require(ok, "the creation failed: too little gas, or the node bounds the gas of an estimate");
            console.log("SettlementEscrow will be at", escrow);
        } else {
            console.log("SettlementEscrow is there already, at", escrow);
        }
        _requireEscrow(artifact, escrow);
    }

    /// @notice Proves the code on the chain and writes the record <chainId>.json, the same as that of `keystone deploy`: into the folder that KEYSTONE_DEPLOYMENTS
    /// names, which foundry.toml must allow; without it contracts/deployments or, for anvil, .keystone/deployments.
    /// @return file The path of the record.
    function record() external returns (string memory file) {
        string memory artifact = vm.readFile(ARTIFACT);
        address escrow = vm.parseJsonAddress(artifact, ".create2.address");
        _requireEscrow(artifact, escrow);
        string memory folder = vm.envOr("KEYSTONE_DEPLOYMENTS", string(""));
        if (bytes(folder).length == 0) folder = _defaultFolder();
        file = string.concat(folder, "/", vm.toString(block.chainid), ".json");
        (string memory number, string memory transaction) = _creation(escrow, file);
        vm.createDir(folder, true);
        vm.writeFile(
            file,
            string.concat(
                string.concat("{\n  \"chainId\": ", vm.toString(block.chainid), ",\n  \"escrow\": \"", vm.toString(escrow)),
                string.concat("\",\n  \"codeHash\": \"", vm.toString(escrow.codehash), "\",\n  \"block\": ", number),
                string.concat(",\n  \"transaction\": ", transaction, "\n}\n")
            )
        );
        console.log("recorded in", string.concat(vm.projectRoot(), "/", file));
    }

    /// @dev The code must be the published one with the words that the constructor writes: the domain separator of this chain and address, and the chain id.
    function _requireEscrow(string memory artifact, address escrow) private view {
        bytes memory expected = vm.parseJsonBytes(artifact, ".deployedBytecode");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Keystone SettlementEscrow"),
                keccak256("1"),
                block.chainid,
                escrow
            )
        );
        _fill(expected, vm.parseJsonUintArray(artifact, ".immutables.domainSeparator"), domain);
        _fill(expected, vm.parseJsonUintArray(artifact, ".immutables.chainId"), bytes32(block.chainid));
        require(
            escrow.codehash == keccak256(expected),
            string.concat(
                "the code at ", vm.toString(escrow), " has the hash ", vm.toString(escrow.codehash), ": it is not the escrow of this build"
            )
        );
    }

    function _fill(bytes memory code, uint256[] memory places, bytes32 word) private pure {
        for (uint256 i; i < places.length; ++i) {
            for (uint256 k; k < 32; ++k) {
                code[places[i] + k] = word[k];
            }
        }
    }

    /// @dev Height and hash of the creation, as JSON: from the broadcast of `run`, else from an earlier record of the same escrow, else null.
    function _creation(address escrow, string memory file) private view returns (string memory number, string memory transaction) {
        string memory broadcast = string.concat(
            vm.envOr("FOUNDRY_BROADCAST", string("artifacts/contracts/broadcast")),
            "/Deploy.s.sol/",
            vm.toString(block.chainid),
            "/run-latest.json"
        );
        if (vm.exists(broadcast)) {
            string memory log = vm.readFile(broadcast);
            if (vm.keyExistsJson(log, ".receipts[0].blockNumber") && _created(log, escrow)) {
                return (
                    vm.toString(vm.parseJsonUint(log, ".receipts[0].blockNumber")),
                    string.concat("\"", vm.toString(vm.parseJsonBytes32(log, ".receipts[0].transactionHash")), "\"")
                );
            }
        }
        if (vm.exists(file)) {
            string memory earlier = vm.readFile(file);
            // A null has no block to read.
            if (vm.parseJsonAddress(earlier, ".escrow") == escrow && vm.parseJson(earlier, ".block").length == 32) {
                return (
                    vm.toString(vm.parseJsonUint(earlier, ".block")),
                    string.concat("\"", vm.toString(vm.parseJsonBytes32(earlier, ".transaction")), "\"")
                );
            }
        }
        return ("null", "null");
    }

    function _created(string memory log, address escrow) private view returns (bool) {
        return
            vm.keyExistsJson(log, ".transactions[0].contractAddress")
                && vm.parseJsonAddress(log, ".transactions[0].contractAddress") == escrow;
    }

    /// @dev A local chain may carry the id of a public one; its record must not stand where the public one's stands.
    function _defaultFolder() private returns (string memory) {
        try vm.rpc("web3_clientVersion", "[]") returns (bytes memory version) {
            if (_contains(version, "anvil/")) return ".keystone/deployments";
        } catch {}
        return "contracts/deployments";
    }

    function _contains(bytes memory text, bytes memory part) private pure returns (bool) {
        for (uint256 i; i + part.length <= text.length; ++i) {
            uint256 k;
            while (k < part.length && text[i + k] == part[k]) ++k;
            if (k == part.length) return true;
        }
        return false;
    }
}
