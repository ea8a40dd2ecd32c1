// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, Settlement, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {IERC165} from "src/interfaces/ITokens.sol";
import {StrictERC1155, StrictERC20, StrictERC721} from "../mocks/StrictTokens.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice Calls and answers to the byte, and gas to the unit: what a mutant of one byte or one comparison would change.
contract BoundariesTest is EscrowTest {
    StrictERC20 private strict;
    StrictERC721 private strict721;
    StrictERC1155 private strict1155;

    function setUp() public override {
        super.setUp();
        strict = new StrictERC20();
        strict721 = new StrictERC721();
        strict1155 = new StrictERC1155();
    }

    function _three() private returns (Settlement memory s) {
        s.deadline = DEADLINE;
        s.operator = operator;
        s.legs = new Leg[](3);
        s.legs[0] = leg20(address(strict), alice, bob, 100);
        s.legs[1] = leg(TokenKind.ERC721, address(strict721), bob, carol, 7, 1);
        s.legs[2] = leg(TokenKind.ERC1155, address(strict1155), carol, alice, 9, 50);
        supply(s);
    }

    /// @notice Every call has exactly its length, and what stands behind an answer goes nowhere.
    function test_StrictTokens_Execute() public {
        Settlement memory s = _three();
        depositAll(s);
        execute(s);
        assertEq(strict.balanceOf(bob), 100);
        assertEq(strict1155.balanceOf(alice, 9), 50);
        assertEq(strict721.ownerOf(7), carol);
    }

    function test_StrictTokens_FromWallets() public {
        Settlement memory s = _three();
        for (uint256 i; i < 3; ++i) {
            s.legs[i].mode = CustodyMode.DIRECT;
        }
        depositAll(s);
        execute(s);
        assertEq(strict.balanceOf(bob), 100);
    }

    function test_StrictTokens_Back() public {
        Settlement memory s = _three();
        depositAll(s);
        cancelAsOperator(s);
        for (uint256 i; i < 3; ++i) {
            refund(s, i);
        }
        assertEq(strict.balanceOf(alice), 100);
        assertEq(strict1155.balanceOf(carol, 9), 50);
    }

    /// @notice Each of the two balances that an execution reads must be told, whole; and 32 bytes are whole.
    function test_OneBalanceIsNotTold() public {
        Settlement memory s = terms(leg20(address(strict), alice, bob, 100));
        supply(s);
        depositAll(s);
        address[2] memory holders = [bob, address(escrow)];
        for (uint256 k; k < 2; ++k) {
            for (uint256 length; length < 32; length += 31) {
                strict.keepSilent(holders[k], length);
                expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
                execute(s);
            }
            strict.keepSilent(holders[k], 32);
            uint256 before = vm.snapshotState();
            execute(s);
            vm.revertToState(before);
        }
    }

    function test_OwnerIsNotTold() public {
        Settlement memory s = terms(leg(TokenKind.ERC721, address(strict721), bob, carol, 7, 1));
        supply(s);
        strict721.keepSilent(true);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
    }

    /// @notice A leg that is in is not judged again by those who close.
    function test_Closers_DoNotJudgeLegsAgain() public {
        Settlement memory s = terms(leg20(address(bond), alice, bob, 1), leg20(address(cash), bob, alice, 5));
        supply(s);
        deposit(s, 0);
        vm.mockCall(address(bond), abi.encodeCall(IERC165.supportsInterface, (0x80ac58cd)), abi.encode(true));
        depositAndExecuteAs(bob, s);
        assertEq(bond.balanceOf(bob), 1);
    }

    /// @notice A leg that alone is missing is judged, whichever it is.
    function test_Closers_JudgeTheOnlyMissingLeg() public {
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            Settlement memory s = _three();
            address from = s.legs[i].from;
            s.legs[i].to = from;
            for (uint256 k; k < 3; ++k) {
                if (k != i) deposit(s, k);
            }
            expectInvalidLeg(i, LegFault.SelfTransfer);
            depositAndExecuteAs(from, s);
            vm.revertToState(before);
        }
    }

    /// @notice What stands behind the terms in the calldata is no leg: here something that looks like one, CHECKED, for which nobody is verified.
    function test_WordsBehindTheLegs() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        Leg memory ghost = leg20(address(cash), bob, alice, 5);
        ghost.mode = CustodyMode.CHECKED;
        bytes memory call = bytes.concat(abi.encodeCall(escrow.executeSwap, (s)), abi.encode(ghost));
        (bool ok,) = address(escrow).call(call);
        assertTrue(ok);
        s.ref = "again";
        supply(s);
        deposit(s, 0);
        vm.prank(bob);
        (ok,) = address(escrow).call(bytes.concat(abi.encodeCall(escrow.depositAndExecute, (s)), abi.encode(ghost)));
        assertTrue(ok);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT * 2);
    }

    /// @notice An item that fails without a word leaves an empty reason.
    function test_Batch_EmptyReason() public {
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = bondForCash();
        depositAll(deals[0]);
        vm.expectEmit(address(escrow));
        emit ISettlementEscrow.SwapFailed(idOf(deals[0]), 300, "");
        assertEq(escrow.executeSwaps(deals, 300), 0);
    }

    /// @notice With the least gas that an item needs, at every limit around it: the item is executed or the call reverts, to the unit.
    function test_Batch_GasToTheUnit() public {
        _toTheUnit(bondForCash(), 97);
    }

    /// @notice The same with an item so large that the share of gas which a call keeps back is more than the constant.
    function test_Batch_GasToTheUnit_LargeItem() public {
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](60);
        for (uint160 i; i < 60; ++i) {
            s.legs[i] = leg20(address(cash), alice, address(5000 + i), 1 + i);
        }
        supply(s);
        _toTheUnit(s, 1999);
    }

    function _toTheUnit(Settlement memory s, uint256 step) private {
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = s;
        depositAll(s);
        uint256 low = 20_000;
        uint256 high = 8_000_000;
        while (low + 1 < high) {
            uint256 middle = (low + high) / 2;
            uint256 before = vm.snapshotState();
            if (escrow.executeSwaps(deals, middle) == 1) high = middle;
            else low = middle;
            vm.revertToStateAndDelete(before);
        }
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, high));
        uint256 done;
        for (uint256 limit = high; limit < high + high / 20 + 60_000; limit += step) {
            uint256 before = vm.snapshotState();
            (bool ok, bytes memory answer) = address(escrow).call{gas: limit}(call);
            if (ok) {
                assertEq(abi.decode(answer, (uint256)), 1, "a false failure");
                ++done;
            }
            vm.revertToStateAndDelete(before);
        }
        assertGt(done, 10);
    }
}
