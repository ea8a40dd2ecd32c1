// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Leg, Settlement, State} from "src/interfaces/ISettlementEscrow.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {Signing} from "../support/Signing.sol";

/// @notice `depositWithPermit`.
contract DepositWithPermitTest is Signing {
    bytes32 private constant PERMIT_TYPE = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function _permit(Leg memory one, uint256 value, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        uint256 nonce = MintableToken(one.token).nonces(one.from);
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPE, one.from, address(escrow), value, nonce, deadline));
        bytes memory signature =
            sign(one.from, keccak256(abi.encodePacked(hex"1901", MintableToken(one.token).DOMAIN_SEPARATOR(), structHash)));
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    function _noAllowance() private returns (Settlement memory s) {
        s = bondForCash();
        vm.prank(alice);
        bond.approve(address(escrow), 0);
    }

    function _deposit(address caller, Settlement memory s, uint256 index, uint256 value) private {
        bytes memory call = _call(s, index, value);
        vm.prank(caller);
        (bool ok,) = address(escrow).call(call);
        assertTrue(ok);
    }

    function _fails(address caller, Settlement memory s, uint256 index, uint256 value, bytes memory expected) private {
        bytes memory call = _call(s, index, value);
        vm.prank(caller);
        (bool ok, bytes memory reason) = address(escrow).call(call);
        assertFalse(ok);
        assertEq(reason, expected);
    }

    function _call(Settlement memory s, uint256 index, uint256 value) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 sv) = _permit(s.legs[index], value, DEADLINE);
        return abi.encodeCall(escrow.depositWithPermit, (headerOf(s), hashesOf(s), index, s.legs[index], DEADLINE, v, r, sv));
    }

    function test_Permit() public {
        Settlement memory s = _noAllowance();
        watchLogs();
        _deposit(alice, s, 0, BOND_AMOUNT);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, false));
        assertEq(bond.allowance(alice, address(escrow)), 0);
        readLogs();
        assertLog(ISettlementEscrow.Opened.selector, idOf(s), alice, abi.encode(headerOf(s), hashesOf(s)));
        assertLog(ISettlementEscrow.Deposited.selector, idOf(s), alice, abi.encode(uint256(0), s.legs[0]));
        assertNoMoreLogs();
    }

    /// @notice Somebody used the permit already: the allowance is there, the deposit goes on.
    function test_Permit_FrontRun() public {
        Settlement memory s = _noAllowance();
        (uint8 v, bytes32 r, bytes32 sv) = _permit(s.legs[0], BOND_AMOUNT, DEADLINE);
        vm.prank(stranger);
        bond.permit(alice, address(escrow), BOND_AMOUNT, DEADLINE, v, r, sv);
        vm.prank(alice);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, v, r, sv);
        assertEq(known(idOf(s)).held, 1);
    }

    /// @notice A permit for another amount is another permit: it fails, and without an allowance so does the transfer.
    function test_Permit_OtherAmount() public {
        Settlement memory s = _noAllowance();
        _fails(alice, s, 0, BOND_AMOUNT - 1, abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, uint256(0)));
        _fails(alice, s, 0, BOND_AMOUNT + 1, abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, uint256(0)));
    }

    function test_Permit_WrongSignature() public {
        Settlement memory s = _noAllowance();
        vm.startPrank(alice);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, 27, bytes32(uint256(1)), bytes32(uint256(2)));
        bond.approve(address(escrow), BOND_AMOUNT);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, 27, bytes32(uint256(1)), bytes32(uint256(2)));
    }

    /// @notice A permit names no settlement: it never lets a relayer choose one.
    function test_Permit_OnlyByItsOwner() public {
        Settlement memory s = _noAllowance();
        _fails(stranger, s, 0, BOND_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, 0, stranger));
        _fails(bob, s, 0, BOND_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, 0, bob));
    }

    function test_Permit_Direct() public {
        Settlement memory s = bondForDirectCash();
        vm.prank(bob);
        cash.approve(address(escrow), 0);
        _deposit(bob, s, 1, CASH_AMOUNT);
        assertKnown(idOf(s), Known(State.Open, 0, 2, 0, 2, false));
        assertEq(cash.allowance(bob, address(escrow)), CASH_AMOUNT);
        deposit(s, 0);
        execute(s);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
    }

    function test_Permit_NotErc20() public {
        Settlement memory s = threeKinds();
        vm.prank(alice);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(0));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 0, s.legs[0], DEADLINE, 27, 0, 0);
        vm.prank(carol);
        expectError(ISettlementEscrow.RelayNeedsErc20.selector, uint256(2));
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 2, s.legs[2], DEADLINE, 27, 0, 0);
        vm.prank(stranger);
        expectNotDepositor(2, stranger);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 2, s.legs[2], DEADLINE, 27, 0, 0);
    }

    /// @notice The owner's own call: a withdrawal before does not matter.
    function test_Permit_AfterWithdraw() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        withdraw(s, 0);
        _deposit(alice, s, 0, BOND_AMOUNT);
        assertKnown(idOf(s), Known(State.Open, 1, 0, 1, 2, false));
        _fails(alice, s, 0, BOND_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.LegAlreadyIn.selector, uint256(0)));
    }

    function test_Permit_TimeAndState() public {
        Settlement memory s = _noAllowance();
        vm.warp(DEADLINE);
        _deposit(alice, s, 0, BOND_AMOUNT);
        afterDeadline();
        _fails(bob, s, 1, CASH_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.Expired.selector, DEADLINE));
        vm.warp(START);
        cancelAsOperator(s);
        _fails(bob, s, 1, CASH_AMOUNT, abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Cancelled));
    }
}
