// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Leg, PERMIT2, Settlement} from "src/interfaces/ISettlementEscrow.sol";
import {Terms} from "src/libraries/Terms.sol";
import {StandInPermit2} from "../mocks/SignedTokens.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice Signatures of the parties: over ids, cancellations, EIP-2612, ERC-3009 and Permit2.
abstract contract Signing is EscrowTest {
    mapping(address account => uint256) private keys;

    function setUp() public virtual override {
        super.setUp();
        string[8] memory names = ["alice", "bob", "carol", "dave", "erin", "frank", "operator", "stranger"];
        for (uint256 i; i < names.length; ++i) {
            (address account, uint256 key) = makeAddrAndKey(names[i]);
            keys[account] = key;
        }
    }

    /* OUR OWN TYPES */

    function domain() internal view returns (bytes32) {
        return Terms.domainSeparator(block.chainid, address(escrow));
    }

    function sign(address account, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[account], digest);
        return abi.encodePacked(r, s, v);
    }

    function ascending(address a) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = a;
    }

    function ascending(address a, address b) internal pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = a < b ? (a, b) : (b, a);
    }

    function ascending(address a, address b, address c) internal pure returns (address[] memory list) {
        list = new address[](3);
        address[] memory two = ascending(a, b);
        (list[0], list[1], list[2]) = (two[0], two[1], c);
        for (uint256 i = 2; i > 0 && list[i] < list[i - 1]; --i) {
            (list[i], list[i - 1]) = (list[i - 1], list[i]);
        }
    }

    function signAll(address[] memory signers, bytes32 digest) internal view returns (bytes[] memory signatures) {
        signatures = new bytes[](signers.length);
        for (uint256 i; i < signers.length; ++i) {
            signatures[i] = sign(signers[i], digest);
        }
    }

    function settleSigned(Settlement memory s, address[] memory signers) internal {
        bytes[] memory signatures = signAll(signers, idOf(s));
        vm.prank(stranger);
        escrow.settleSigned(s, signers, signatures);
    }

    function settleSigned(Settlement memory s) internal {
        settleSigned(s, ascending(alice, bob));
    }

    function cancelDigest(Settlement memory s) internal view returns (bytes32) {
        return Terms.cancelDigest(domain(), idOf(s));
    }

    function cancelSigned(Settlement memory s, address[] memory signers) internal {
        bytes[] memory signatures = signAll(signers, cancelDigest(s));
        vm.prank(stranger);
        escrow.cancelSigned(s, signers, signatures);
    }

    /* PERMIT2 */

    /// @notice The real Permit2 at its address where PERMIT2_CODE names a file with its runtime code, else the stand-in.
    function deployPermit2() internal {
        string memory file = vm.envOr("PERMIT2_CODE", string(""));
        if (bytes(file).length > 0) vm.etch(PERMIT2, vm.parseBytes(vm.readFile(file)));
        else vm.etch(PERMIT2, address(new StandInPermit2()).code);
    }

    function permit2Digest(Leg memory leg, bytes32 witness, uint256 nonce, uint256 deadline) internal view returns (bytes32) {
        bytes32 permitted = keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), leg.token, leg.amount));
        // The full type as a wallet hashes it: members first, then the referenced types in alphabetical order.
        bytes32 typeHash = keccak256(
            "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Deposit witness)Deposit(bytes32 settlement,uint256 leg)TokenPermissions(address token,uint256 amount)"
        );
        bytes32 structHash = keccak256(abi.encode(typeHash, permitted, address(escrow), nonce, deadline, witness));
        return keccak256(abi.encodePacked(hex"1901", StandInPermit2(PERMIT2).DOMAIN_SEPARATOR(), structHash));
    }

    function signPermit2(Settlement memory s, uint256 index, uint256 nonce) internal view returns (bytes memory) {
        Leg memory one = s.legs[index];
        return sign(one.from, permit2Digest(one, Terms.depositWitness(idOf(s), index), nonce, s.deadline));
    }

    function depositPermit2(Settlement memory s, uint256 index, uint256 nonce, bytes memory signature) internal {
        vm.prank(stranger);
        escrow.depositWithPermit2(headerOf(s), hashesOf(s), index, s.legs[index], nonce, s.deadline, signature);
    }

    function depositPermit2(Settlement memory s, uint256 index, uint256 nonce) internal {
        depositPermit2(s, index, nonce, signPermit2(s, index, nonce));
    }
}
