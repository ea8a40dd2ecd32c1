// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, MAX_LEGS, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

contract ExecuteSwapTest is EscrowTest {
    function test_ExecuteSwap_DeliversEveryLeg() public {
        Settlement memory s = bondForCash();
        register(s);
        depositAll(s);
        watchLogs();
        execute(s);

        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, true));
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
        assertEq(bond.balanceOf(address(escrow)), 0);
        assertEq(cash.balanceOf(address(escrow)), 0);
        readLogs();
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), stranger, abi.encode(uint64(0)));
        assertNoMoreLogs();
    }

    function test_ExecuteSwap_EveryKind() public {
        Settlement memory s = threeKinds();
        depositAll(s);
        execute(s);
        assertEq(deed.ownerOf(7), bob);
        assertEq(cash.balanceOf(carol), CASH_AMOUNT);
        assertEq(share.balanceOf(alice, 9), 50);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 3, false));
    }

    function test_ExecuteSwap_EveryKindFromWallets() public {
        Settlement memory s = threeKinds();
        for (uint256 i; i < 3; ++i) {
            s.legs[i].mode = CustodyMode.DIRECT;
        }
        depositAll(s);
        watchLogs();
        execute(s);
        assertEq(deed.ownerOf(7), bob);
        assertEq(cash.balanceOf(carol), CASH_AMOUNT);
        assertEq(share.balanceOf(alice, 9), 50);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 3, false));
        readLogs();
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), stranger, abi.encode(uint64(7)));
        assertNoMoreLogs();
    }

    function test_ExecuteSwap_MixedModes() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        watchLogs();
        execute(s);
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
        readLogs();
        assertLog(ISettlementEscrow.Executed.selector, idOf(s), stranger, abi.encode(uint64(2)));
        assertNoMoreLogs();
    }

    /// @notice A direct owner who cannot pay any more stops everything, and nothing has moved.
    function test_ExecuteSwap_DirectOwnerRevoked() public {
        Settlement memory s = bondForDirectCash();
        depositAll(s);
        vm.prank(bob);
        cash.approve(address(escrow), 0);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        execute(s);
        assertKnown(idOf(s), Known(State.Open, 1, 2, 0, 2, false));
        assertEq(bond.balanceOf(bob), 0);
    }

    function test_ExecuteSwap_Unknown() public {
        Settlement memory s = bondForCash();
        afterDeadline();
        expectError(ISettlementEscrow.UnknownSettlement.selector, idOf(s));
        execute(s);
    }

    function test_ExecuteSwap_WhenEnded() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        execute(s);
        afterDeadline();
        expectNotOpen(State.Executed);
        execute(s);

        vm.warp(START);
        Settlement memory other = bondForCash();
        other.ref = bytes32("other");
        depositAll(other);
        cancelAsOperator(other);
        expectNotOpen(State.Cancelled);
        execute(other);
    }

    function test_ExecuteSwap_WindowCells() public {
        Settlement memory s = bondForCash();
        s.notBefore = START + 100;
        supply(s);
        depositAll(s);
        uint256 funded = vm.snapshotState();

        vm.warp(START + 99);
        expectError(ISettlementEscrow.TooEarly.selector, uint256(START + 100));
        execute(s);
        for (uint256 i; i < 4; ++i) {
            vm.revertToState(funded);
            vm.warp([START + 100, START + 101, DEADLINE - 1, DEADLINE][i]);
            execute(s);
            assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
        }
        vm.revertToState(funded);
        afterDeadline();
        expectExpired();
        execute(s);
    }

    function test_ExecuteSwap_NotFullyFunded() public {
        Settlement memory s = threeKinds();
        register(s);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(7));
        execute(s);
        deposit(s, 1);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(5));
        execute(s);
        deposit(s, 0);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(4));
        execute(s);
        withdraw(s, 1);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(6));
        execute(s);
    }

    /// @notice Full_WithDirectUnarmed: a DIRECT leg that nobody armed is missing, whatever allowance stands.
    function test_ExecuteSwap_DirectUnarmed() public {
        Settlement memory s = bondForDirectCash();
        register(s);
        deposit(s, 0);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(2));
        execute(s);
    }

    function test_ExecuteSwap_OrderOfChecks() public {
        Settlement memory s = bondForCash();
        s.notBefore = START + 100;
        register(s);
        expectError(ISettlementEscrow.TooEarly.selector, uint256(START + 100));
        execute(s);
        vm.warp(START + 100);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(3));
        execute(s);
        Leg[] memory none;
        s.legs = none;
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        execute(s);
    }

    /// @notice Whichever comes first decides, and the other one fails.
    function test_CancelVersusExecute_BothOrders() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        uint256 funded = vm.snapshotState();
        execute(s);
        expectNotOpen(State.Executed);
        cancelAsOperator(s);
        vm.revertToState(funded);
        cancelAsOperator(s);
        expectNotOpen(State.Cancelled);
        execute(s);
    }

    /// @notice One NFT may travel A to B to C in one settlement: legs run in ascending order.
    function test_ExecuteSwap_ChainOfOneNft() public {
        Settlement memory s =
            terms(leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1), leg(TokenKind.ERC721, address(deed), bob, carol, 7, 1));
        s.legs[1].mode = CustodyMode.DIRECT;
        deed.mint(alice, 7);
        vm.prank(alice);
        deed.setApprovalForAll(address(escrow), true);
        vm.prank(bob);
        deed.setApprovalForAll(address(escrow), true);
        depositAll(s);
        execute(s);
        assertEq(deed.ownerOf(7), carol);
    }

    /// @notice On a fork of the chain ids stay what they were: nothing that is held is lost.
    function test_ForkChainId_ExecuteAndRefundWork() public {
        Settlement memory s = bondForCash();
        bytes32 id = idOf(s);
        depositAll(s);
        uint256 funded = vm.snapshotState();
        vm.chainId(block.chainid + 1);
        execute(s);
        vm.revertToState(funded);
        vm.chainId(block.chainid + 1);
        afterDeadline();
        refund(s, 0);
        assertEq(known(id).held, 2);
    }

    function test_ExecuteSwap_SixtyFourLegs() public {
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](MAX_LEGS);
        for (uint256 i; i < MAX_LEGS; ++i) {
            address from = makeAddr(string.concat("from", vm.toString(i)));
            address to = makeAddr(string.concat("to", vm.toString(i)));
            s.legs[i] = i % 3 == 0
                ? leg20(address(cash), from, to, 10 + i)
                : leg(i % 3 == 1 ? TokenKind.ERC721 : TokenKind.ERC1155, i % 3 == 1 ? address(deed) : address(share), from, to, 100 + i, 1);
            supply(s.legs[i]);
        }
        register(s);
        depositAll(s);
        uint256 gasBefore = gasleft();
        execute(s);
        assertLt(gasBefore - gasleft(), 16_700_000, "gas");
        assertEq(uint8(known(idOf(s)).state), uint8(State.Executed));
        assertEq(share.balanceOf(s.legs[62].to, 162), 1);
    }

    /// @notice Two settlements share one pool of the same token and do not touch each other.
    function testFuzz_ExecuteSwap_SharedPool(uint128 one, uint128 other) public {
        Settlement memory a = terms(leg20(address(cash), alice, bob, bound(one, 2, type(uint128).max)));
        Settlement memory b = terms(leg20(address(cash), carol, vault, bound(other, 2, type(uint128).max)));
        supply(a);
        supply(b);
        deposit(a, 0);
        deposit(b, 0);
        execute(a);
        assertKnown(idOf(b), Known(State.Open, 1, 0, 0, 1, false));
        assertEq(cash.balanceOf(bob), a.legs[0].amount);
        afterDeadline();
        refund(b, 0);
        assertEq(cash.balanceOf(carol), b.legs[0].amount);
        assertEq(cash.balanceOf(address(escrow)), 0);
    }
}
