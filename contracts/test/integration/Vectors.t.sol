// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {SettlementEscrow} from "src/SettlementEscrow.sol";
import {CustodyMode, Leg, Settlement, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {Terms} from "src/libraries/Terms.sol";
import {Deployed} from "../support/Deployed.sol";

/// @notice The ids of tests/vectors/settlement-ids.json, which viem and .NET check too.
contract VectorsTest is Deployed {
    string private json;

    function setUp() public {
        json = vm.readFile("tests/vectors/settlement-ids.json");
    }

    function test_TypeHashes() public pure {
        assertEq(Terms.LEG_TYPEHASH, 0x05d6a7606f2123857e8f940013b0c309b8f616fd13e3d254ec3cacf6a4b747b6);
        assertEq(Terms.SETTLEMENT_TYPEHASH, 0x4ca5c5234106efef95859fae2489827d6806c4425df059e792b101334c445f22);
        assertEq(Terms.DEPOSIT_TYPEHASH, 0xe7d44c56e51b7fc0cc76e01c0386cdb49a7adc31aa44f40a2c0265331dec10e0);
        assertEq(Terms.CANCEL_TYPEHASH, 0x088fb180ec83a89e0dd6c96aae667a90cc81d132cd7ca8f3e3aaee6dd8747e8e);
    }

    /// @notice The type that Permit2 will hash for a relayed deposit: its own stub and the witness type string of the specification.
    function test_Permit2WitnessType() public pure {
        bytes memory stub = "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,";
        bytes memory witness = "Deposit witness)Deposit(bytes32 settlement,uint256 leg)TokenPermissions(address token,uint256 amount)";
        assertEq(keccak256(bytes.concat(stub, witness)), 0x991c3082c4f51199c4434f8385a7b8fd4599cb0d70d5ff2d9a1c1f93e686b311);
    }

    function test_EveryVector() public {
        uint256 count;
        for (; vm.keyExistsJson(json, _at(count)); ++count) {
            _check(_at(count));
        }
        assertEq(count, 10, "vectors");
    }

    function _check(string memory at) private {
        vm.chainId(_number(string.concat(at, ".chainId")));
        SettlementEscrow escrow = deployEscrowAt(vm.parseJsonAddress(json, string.concat(at, ".verifyingContract")));
        Settlement memory settlement = _settlement(string.concat(at, ".settlement"));
        string memory name = vm.parseJsonString(json, string.concat(at, ".name"));

        bytes32[] memory legHashes = vm.parseJsonBytes32Array(json, string.concat(at, ".legHashes"));
        assertEq(legHashes.length, settlement.legs.length, name);
        for (uint256 i; i < legHashes.length; ++i) {
            assertEq(escrow.legHashOf(settlement.legs[i]), legHashes[i], name);
        }
        bytes32 id = escrow.idOf(settlement);
        assertEq(id, _bytes32(at, ".id"), name);

        bytes32 domain = Terms.domainSeparator(block.chainid, address(escrow));
        assertEq(domain, _bytes32(at, ".domainSeparator"), name);
        assertEq(keccak256(abi.encodePacked(legHashes)), _bytes32(at, ".legsHash"), name);
        assertEq(this.legsHash(settlement.legs), _bytes32(at, ".legsHash"), name);
        assertEq(keccak256(abi.encodePacked(hex"1901", domain, _bytes32(at, ".structHash"))), id, name);
        assertEq(Terms.depositWitness(id, 0), _bytes32(at, ".depositWitness"), name);
        assertEq(Terms.cancelDigest(domain, id), _bytes32(at, ".cancelDigest"), name);
        _checkDomain(escrow);
    }

    function _checkDomain(SettlementEscrow escrow) private view {
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address at, bytes32 salt, uint256[] memory extensions) =
            escrow.eip712Domain();
        assertEq(fields, hex"0f");
        assertEq(name, "Keystone SettlementEscrow");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(at, address(escrow));
        assertEq(salt, 0);
        assertEq(extensions.length, 0);
    }

    function legsHash(Leg[] calldata legs) external pure returns (bytes32) {
        return Terms.legsHash(legs);
    }

    function _settlement(string memory at) private view returns (Settlement memory settlement) {
        settlement.ref = _bytes32(at, ".ref");
        settlement.notBefore = uint64(_number(string.concat(at, ".notBefore")));
        settlement.deadline = uint64(_number(string.concat(at, ".deadline")));
        settlement.operator = _address(at, ".operator");
        settlement.gate = _address(at, ".gate");
        settlement.commitment = _bytes32(at, ".commitment");
        uint256 count;
        while (vm.keyExistsJson(json, _leg(at, count))) ++count;
        settlement.legs = new Leg[](count);
        for (uint256 i; i < count; ++i) {
            string memory leg = _leg(at, i);
            settlement.legs[i] = Leg({
                kind: _kind(vm.parseJsonString(json, string.concat(leg, ".kind"))),
                mode: _mode(vm.parseJsonString(json, string.concat(leg, ".mode"))),
                token: _address(leg, ".token"),
                from: _address(leg, ".from"),
                to: _address(leg, ".to"),
                refundTo: _address(leg, ".refundTo"),
                tokenId: _number(string.concat(leg, ".tokenId")),
                amount: _number(string.concat(leg, ".amount"))
            });
        }
    }

    function _kind(string memory name) private pure returns (TokenKind) {
        if (_same(name, "ERC20")) return TokenKind.ERC20;
        if (_same(name, "ERC721")) return TokenKind.ERC721;
        require(_same(name, "ERC1155"), "kind");
        return TokenKind.ERC1155;
    }

    function _mode(string memory name) private pure returns (CustodyMode) {
        if (_same(name, "CUSTODY")) return CustodyMode.CUSTODY;
        if (_same(name, "CHECKED")) return CustodyMode.CHECKED;
        require(_same(name, "DIRECT"), "mode");
        return CustodyMode.DIRECT;
    }

    function _same(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }

    function _at(uint256 index) private pure returns (string memory) {
        return string.concat(".vectors[", vm.toString(index), "]");
    }

    function _leg(string memory at, uint256 index) private pure returns (string memory) {
        return string.concat(at, ".legs[", vm.toString(index), "]");
    }

    function _number(string memory at) private view returns (uint256) {
        return vm.parseUint(vm.parseJsonString(json, at));
    }

    function _bytes32(string memory at, string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(at, key));
    }

    function _address(string memory at, string memory key) private view returns (address) {
        return vm.parseJsonAddress(json, string.concat(at, key));
    }
}
