// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {IERC3009, IERC3009Bytes, IPermit2} from "src/interfaces/ITokens.sol";
import {Terms} from "src/libraries/Terms.sol";
import {TestERC3009} from "../mocks/SignedTokens.sol";
import {Signing} from "../support/Signing.sol";

/// @notice `depositWithAuthorization`.
contract DepositWithAuthorizationTest is Signing {
    TestERC3009 private token;

    function setUp() public override {
        super.setUp();
        token = new TestERC3009();
    }

    function _terms() private returns (Settlement memory s) {
        s = terms(leg20(address(token), alice, bob, 100), leg20(address(token), alice, bob, 100));
        token.mint(alice, 1000);
    }

    function _signature(Settlement memory s, uint256 index) private view returns (bytes memory) {
        Leg memory one = s.legs[index];
        bytes32 nonce = Terms.depositWitness(idOf(s), index);
        return sign(alice, token.authorizationDigest(one.from, address(escrow), one.amount, 0, DEADLINE + 10, nonce));
    }

    function _relay(Settlement memory s, uint256 index, bytes memory signature) private {
        vm.prank(stranger);
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), index, s.legs[index], 0, DEADLINE + 10, signature);
    }

    function test_Selectors() public pure {
        assertEq(IERC3009.receiveWithAuthorization.selector, bytes4(0xef55bec6));
        assertEq(IERC3009Bytes.receiveWithAuthorization.selector, bytes4(0x88b7ab63));
        assertEq(IPermit2.permitWitnessTransferFrom.selector, bytes4(0x137c29fe));
    }

    /// @notice On a fork of the chain the token decides about a signature over its own domain: this one takes those of the fork. What comes in goes back.
    function test_Authorization_ForkChainId_TokenDecides() public {
        Settlement memory s = _terms();
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        bytes memory home = _signature(s, 0);
        vm.chainId(block.chainid + 1);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        _relay(s, 0, home);
        _relay(s, 0, sign(alice, token.authorizationDigest(alice, address(escrow), 100, 0, DEADLINE + 10, nonce)));
        assertEq(token.balanceOf(address(escrow)), 100);
        afterDeadline();
        refund(s, 0);
        assertEq(token.balanceOf(alice), 1000);
    }

    /// @notice IdenticalLegs_BothRelayed
    function test_Authorization_IdenticalLegs_BothRelayed() public {
        Settlement memory s = _terms();
        bytes memory first = _signature(s, 0);
        watchLogs();
        _relay(s, 0, first);
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), stranger, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        _relay(s, 1, first);
        _relay(s, 1, _signature(s, 1));
        assertKnown(idOf(s), Known(State.Open, 3, 0, 0, 2, false));
        assertEq(token.balanceOf(address(escrow)), 200);
    }

    /// @notice Exactly what the token is called with, for both lengths.
    function testFuzz_Authorization_CallData(bytes calldata signature, uint256 validAfter, uint256 validBefore) public {
        Settlement memory s = _terms();
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        bytes memory expected;
        if (signature.length == 65) {
            expected = abi.encodeWithSelector(
                0xef55bec6,
                alice,
                address(escrow),
                100,
                validAfter,
                validBefore,
                nonce,
                uint8(signature[64]),
                bytes32(signature[:32]),
                bytes32(signature[32:64])
            );
        } else {
            expected = abi.encodeWithSelector(0x88b7ab63, alice, address(escrow), 100, validAfter, validBefore, nonce, signature);
        }
        vm.mockCallRevert(address(token), bytes.concat(bytes4(0xef55bec6)), "");
        vm.mockCallRevert(address(token), bytes.concat(bytes4(0x88b7ab63)), "");
        vm.mockCall(address(token), expected, "");
        // The token accepts exactly this call and moves nothing.
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), 0, s.legs[0], validAfter, validBefore, signature);
    }

    function testFuzz_Authorization_CallData65(bytes32 r, bytes32 s, uint8 v, uint256 validAfter) public {
        this.testFuzz_Authorization_CallData(abi.encodePacked(r, s, v), validAfter, DEADLINE);
    }

    /// @notice A contract wallet: any length but 65 goes to the form with bytes.
    function test_Authorization_ContractWallet() public {
        LongWallet wallet = new LongWallet();
        token.mint(address(wallet), 100);
        Settlement memory s = terms(leg20(address(token), address(wallet), bob, 100));
        _relay(s, 0, hex"01020304");
        assertEq(token.balanceOf(address(escrow)), 100);
        assertEq(known(idOf(s)).held, 1);
    }

    function test_Authorization_WithdrawVoidsSignature() public {
        Settlement memory s = _terms();
        vm.prank(alice);
        token.approve(address(escrow), 1000);
        deposit(s, 0);
        withdraw(s, 0);
        bytes memory signature = _signature(s, 0);
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(0));
        _relay(s, 0, signature);
        deposit(s, 0);
    }

    /// @notice Once per leg for ever: the token itself refuses the second use.
    function test_Authorization_Redirected() public {
        Settlement memory s = _terms();
        bytes memory signature = _signature(s, 0);
        s.ref = bytes32("other");
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        _relay(s, 0, signature);
    }

    /// @notice Nobody but the escrow can use it, not even to pay the escrow.
    function test_Authorization_NotByAnother() public {
        Settlement memory s = _terms();
        bytes memory signature = _signature(s, 0);
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        vm.prank(stranger);
        vm.expectRevert("caller must be the payee");
        token.receiveWithAuthorization(
            alice, address(escrow), 100, 0, DEADLINE + 10, nonce, uint8(signature[64]), _word(signature, 0), _word(signature, 32)
        );
    }

    function test_Authorization_NotErc20_NotDirect() public {
        Settlement memory s = threeKinds();
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        _relay(s, 0, "");
        s.legs[1].mode = CustodyMode.DIRECT;
        expectError(ISettlementEscrow.DirectNeedsDepositor.selector, uint256(1));
        _relay(s, 1, "");
    }

    /// @notice A token that answers everything and moves nothing (WETH's fallback, for one) is no deposit.
    function test_Authorization_PermissiveFallback() public {
        PermissiveToken lax = new PermissiveToken();
        Settlement memory s = terms(leg20(address(lax), alice, bob, 100));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        _relay(s, 0, new bytes(65));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        _relay(s, 0, new bytes(1));
    }

    function test_Authorization_TimeCells() public {
        Settlement memory s = _terms();
        vm.warp(DEADLINE);
        _relay(s, 0, _signature(s, 0));
        afterDeadline();
        bytes memory signature = _signature(s, 1);
        expectExpired();
        _relay(s, 1, signature);
    }

    function _word(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), at))
        }
    }
}

/// @notice Says yes to every signature.
contract LongWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

/// @notice Answers every call with success and nothing, but for a balance of zero.
contract PermissiveToken {
    function balanceOf(address) external pure returns (uint256) {
        return 0;
    }

    fallback() external {}
}
