// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {SettlementEscrow} from "src/SettlementEscrow.sol";
import {
    CustodyMode,
    ISettlementEscrow,
    Leg,
    LegFault,
    MAX_LEGS,
    PERMIT2,
    Settlement,
    State,
    TokenKind
} from "src/interfaces/ISettlementEscrow.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {AmountModule, IssuerToken, MaxBalanceModule, PermissionedToken} from "../mocks/IssuerTokens.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {Entries, Entry} from "../support/Entries.sol";
import {FromLogs} from "../support/FromLogs.sol";

/// @notice One test for each class of failure that escrows are known for, in the numbering of contracts/README.md. Each is the class in its
/// shortest form; the README names the tests that go further.
contract FailureClassesTest is Entries {
    function _deal() private returns (Settlement memory s) {
        s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
    }

    function _otherDeal() private returns (Settlement memory s) {
        s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        s.ref = "other";
        supply(s);
    }

    /// @notice 1. A token that calls back finds every entry locked, for the same and for another settlement, and sees the final state.
    function test_Class01_Reentrancy() public {
        Settlement memory s = _deal();
        depositAll(s);
        Settlement memory other = _otherDeal();
        depositAll(other);
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(escrow.executeSwap, (s));
        calls[1] = abi.encodeCall(escrow.executeSwap, (other));
        calls[2] = abi.encodeCall(escrow.entered, ());
        calls[3] = abi.encodeCall(escrow.escrowOf, (idOf(s)));
        odd.onTransfer(address(escrow), calls);
        execute(s);
        bytes memory locked = abi.encodeWithSelector(ISettlementEscrow.Locked.selector);
        assertEq(odd.hookAnswers(0), locked);
        assertEq(odd.hookAnswers(1), locked);
        assertEq(odd.hookAnswers(2), abi.encode(true));
        assertEq(odd.hookAnswers(3), abi.encode(State.Executed, 0, 0, 0, 2, false));
        assertEq(odd.balanceOf(bob), 100);
        assertKnown(idOf(other), Known(State.Open, 3, 0, 0, 2, false));
    }

    /// @notice 2. No answer is fine where there is code; false, and no code, are not.
    function test_Class02_ReturnValues() public {
        Settlement memory s = _deal();
        odd.turn(Oddity.ReturnsFalse);
        fails(alice, callOf(Entry.Deposit, s), abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, 0), "false");
        odd.turn(Oddity.ReturnsNothing);
        depositAll(s);
        execute(s);
        assertEq(odd.balanceOf(bob), 100);

        address later = makeAddr("later");
        s.legs[0].token = later;
        expectInvalidLeg(0, LegFault.NoCode);
        deposit(s, 0);
        vm.etch(later, address(cash).code);
        supply(s);
        deposit(s, 0);
        vm.etch(later, "");
        afterDeadline();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        refund(s, 0);
    }

    /// @notice 3. A deposit gains exactly the amount; a fee or a rebase that comes later does not stop a refund, or only that token's.
    function test_Class03_FeesAndRebases() public {
        Settlement memory s = _deal();
        odd.turn(Oddity.RecipientFee);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        deposit(s, 0);
        odd.turn(Oddity.None);
        depositAll(s);
        odd.turn(Oddity.RecipientFee);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
        afterDeadline();
        uint256 late = vm.snapshotState();
        refund(s, 0);
        assertEq(odd.balanceOf(alice), 99);
        vm.revertToState(late);

        odd.turn(Oddity.None);
        deal(address(odd), address(escrow), 90);
        refund(s, 1);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        refund(s, 0);
        deal(address(odd), address(escrow), 170);
        refund(s, 0);
        assertEq(odd.balanceOf(alice), 100);
        assertEq(odd.balanceOf(address(escrow)), 70);
    }

    /// @notice 4. DirectVictimWithAllowance, on every path: nobody's allowance is spent without their own call or signature.
    function test_Class04_DirectVictimWithAllowance() public {
        address attacker = stranger;
        Settlement memory s = terms(leg20(address(odd), attacker, bob, 1), leg20(address(cash), bob, attacker, 1_000_000));
        s.legs[1].mode = CustodyMode.DIRECT;
        s.operator = attacker;
        supply(s);
        register(s);
        deposit(s, 0);
        vm.startPrank(attacker);
        bytes32[] memory hashes = hashesOf(s);
        bytes memory notDepositor = abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, 1, attacker);
        Leg[] memory legs = new Leg[](1);
        legs[0] = s.legs[1];
        bytes[] memory attempts = new bytes[](4);
        attempts[0] = abi.encodeCall(escrow.deposit, (headerOf(s), hashes, 1, s.legs[1]));
        attempts[1] = abi.encodeCall(escrow.depositMany, (headerOf(s), hashes, list(1), legs));
        attempts[2] = abi.encodeCall(escrow.depositWithPermit, (headerOf(s), hashes, 1, s.legs[1], DEADLINE, 27, 0, 0));
        attempts[3] = abi.encodeCall(escrow.depositAndExecute, (s));
        vm.stopPrank();
        for (uint256 k; k < attempts.length; ++k) {
            fails(attacker, attempts[k], notDepositor, "own call");
        }
        bytes memory direct = abi.encodeWithSelector(ISettlementEscrow.DirectNeedsDepositor.selector, 1);
        fails(attacker, abi.encodeCall(escrow.depositWithPermit2, (headerOf(s), hashes, 1, s.legs[1], 0, DEADLINE, "")), direct, "2");
        fails(attacker, abi.encodeCall(escrow.depositWithAuthorization, (headerOf(s), hashes, 1, s.legs[1], 0, DEADLINE, "")), direct, "3");
        bytes memory notFull = abi.encodeWithSelector(ISettlementEscrow.NotFullyFunded.selector, 2);
        fails(attacker, abi.encodeCall(escrow.executeSwap, (s)), notFull, "execute");
        bytes memory missing = abi.encodeWithSelector(ISettlementEscrow.MissingConsent.selector, 1);
        fails(attacker, abi.encodeCall(escrow.settleSigned, (s, new address[](0), new bytes[](0))), missing, "settle");
        address[] memory signers = ascending(bob);
        bytes[] memory forged = signAll(ascending(alice), idOf(s));
        bytes memory bad = abi.encodeWithSelector(ISettlementEscrow.BadSignature.selector, bob);
        fails(attacker, abi.encodeCall(escrow.settleSigned, (s, signers, forged)), bad, "forged");
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = s;
        assertEq(escrow.executeSwaps(deals, 500_000), 0);
        assertEq(cash.balanceOf(bob), 1_000_000);
    }

    /// @notice Full_WithDirectUnarmed: registered and with every custody leg in, a DIRECT leg without consent counts as missing.
    function test_Class04_Full_WithDirectUnarmed() public {
        Settlement memory s = _deal();
        s.legs[1].mode = CustodyMode.DIRECT;
        supply(s);
        register(s);
        deposit(s, 0);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(2));
        execute(s);
        withdraw(s, 0);
    }

    /// @notice 5. The id is the digest of everything: terms, chain and contract.
    function testFuzz_Class05_IdBindsTheTerms(uint256 word, uint256 change) public {
        Settlement memory s = _deal();
        bytes32 id = escrow.idOf(s);
        // Any member of the header (words 0-5) or of a leg.
        word %= 6 + 16;
        if (word == 0) s.ref ^= bytes32(change | 1);
        if (word == 1) s.notBefore ^= uint64(change | 1);
        if (word == 2) s.deadline ^= uint64(change | 1);
        if (word == 3) s.operator = address(uint160(s.operator) ^ uint160(change | 1));
        if (word == 4) s.gate = address(uint160(s.gate) ^ uint160(change | 1));
        if (word == 5) s.commitment ^= bytes32(change | 1);
        if (word > 5) _change(s.legs[(word - 6) / 8], (word - 6) % 8, change | 1);
        assertNotEq(escrow.idOf(s), id);
    }

    function _change(Leg memory one, uint256 member, uint256 change) private pure {
        if (member == 0) one.kind = one.kind == TokenKind.ERC20 ? TokenKind.ERC721 : TokenKind.ERC20;
        if (member == 1) one.mode = one.mode == CustodyMode.CUSTODY ? CustodyMode.DIRECT : CustodyMode.CUSTODY;
        if (member == 2) one.token = address(uint160(one.token) ^ uint160(change));
        if (member == 3) one.from = address(uint160(one.from) ^ uint160(change));
        if (member == 4) one.to = address(uint160(one.to) ^ uint160(change));
        if (member == 5) one.refundTo = address(uint160(one.refundTo) ^ uint160(change));
        if (member == 6) one.tokenId ^= change;
        if (member == 7) one.amount ^= change;
    }

    function test_Class05_OtherContractOtherId() public {
        Settlement memory s = _deal();
        SettlementEscrow second = deployEscrow();
        assertNotEq(second.idOf(s), escrow.idOf(s));
        vm.chainId(block.chainid + 1);
        SettlementEscrow third = deployEscrow();
        assertNotEq(third.idOf(s), second.idOf(s));
    }

    /// @notice 6. Whoever registers first gains nothing and stops nothing.
    function test_Class06_Squatting() public {
        Settlement memory s = _deal();
        vm.prank(makeAddr("squatter"));
        escrow.register(s);
        register(s);
        depositAll(s);
        execute(s);
        assertEq(odd.balanceOf(bob), 100);
    }

    /// @notice 7. An id that ended never lives again.
    function test_Class07_IdReuse() public {
        for (uint256 how; how < 2; ++how) {
            uint256 before = vm.snapshotState();
            Settlement memory s = _deal();
            depositAll(s);
            if (how == 0) {
                execute(s);
            } else {
                cancelAsOperator(s);
                refund(s, 0);
                refund(s, 1);
            }
            State end = how == 0 ? State.Executed : State.Cancelled;
            bytes memory ended = abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, end);
            for (uint256 k; k < ENTRIES; ++k) {
                Entry e = Entry(k);
                if (e == Entry.DepositWithAuthorization || isRefund(e)) continue;
                fails(e == Entry.DepositAndExecute ? alice : callerOf(e), callOf(e, s), ended, "ended");
            }
            vm.revertToState(before);
        }
    }

    /// @notice 8. A wallet that the token denies holds up its own leg only; the leg goes back when it can.
    function test_Class08_FrozenParty() public {
        IssuerToken issued = new IssuerToken();
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](3);
        address[3] memory parties = [alice, bob, carol];
        for (uint256 i; i < 3; ++i) {
            s.legs[i] = leg20(address(issued), parties[i], parties[(i + 1) % 3], 10 + i);
        }
        supply(s);
        depositAll(s);
        afterDeadline();
        for (uint256 frozen; frozen < 3; ++frozen) {
            uint256 before = vm.snapshotState();
            issued.deny(parties[frozen], true);
            for (uint256 i; i < 3; ++i) {
                if (i == frozen) expectError(ISettlementEscrow.TokenCallFailed.selector, i);
                refund(s, i);
            }
            issued.deny(parties[frozen], false);
            refund(s, frozen);
            assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 3, false));
            vm.revertToState(before);
        }
    }

    /// @notice 9. What moves is what was signed: no fee, no parameter.
    function testFuzz_Class09_AmountsAreTheSignedOnes(uint128 bonds, uint128 money) public {
        Settlement memory s =
            terms(leg20(address(bond), alice, bob, uint256(bonds) + 1), leg20(address(cash), bob, alice, uint256(money) + 1));
        supply(s);
        depositAll(s);
        execute(s);
        assertEq(bond.balanceOf(bob), uint256(bonds) + 1);
        assertEq(cash.balanceOf(alice), uint256(money) + 1);
        assertEq(bond.balanceOf(alice) + cash.balanceOf(bob) + bond.balanceOf(address(escrow)) + cash.balanceOf(address(escrow)), 0);
    }

    /// @notice 10. Every settlement ends: the deadline is bounded, and absurd ones are refused.
    function test_Class10_Expiry() public {
        Settlement memory s = _deal();
        uint64[4] memory bad = [START + 366 days + 1, type(uint64).max, type(uint64).max - 366 days, 2 ** 63];
        for (uint256 i; i < bad.length; ++i) {
            s.deadline = bad[i];
            expectBadWindow(s);
            deposit(s, 0);
        }
        s.deadline = 0;
        expectError(ISettlementEscrow.Expired.selector, uint256(0));
        deposit(s, 0);
        s.deadline = START - 1;
        expectError(ISettlementEscrow.Expired.selector, uint256(START - 1));
        deposit(s, 0);
        s.deadline = START;
        deposit(s, 0);
        vm.warp(START + 1);
        refund(s, 0);
    }

    /// @notice 11. The windows of execution and refund touch and never overlap. TimeCells.t.sol: every row at every edge.
    function test_Class11_Boundary() public {
        Settlement memory s = _deal();
        depositAll(s);
        vm.warp(DEADLINE);
        expectError(ISettlementEscrow.StillOpen.selector, uint256(DEADLINE));
        refund(s, 0);
        uint256 last = vm.snapshotState();
        execute(s);
        vm.revertToState(last);
        vm.warp(DEADLINE + 1);
        expectExpired();
        execute(s);
        refund(s, 0);
    }

    /// @notice 12. Before the settlement is full everybody can leave; from then on nobody alone, except the operator.
    function test_Class12_FreeOption() public {
        Settlement memory s = _deal();
        deposit(s, 0);
        withdraw(s, 0);
        deposit(s, 0);
        deposit(s, 1);
        for (uint256 i; i < 2; ++i) {
            expectError(ISettlementEscrow.FullyFunded.selector);
            withdraw(s, i);
            expectError(ISettlementEscrow.FullyFunded.selector);
            cancel(s, i);
        }
        bytes memory missing = abi.encodeWithSelector(ISettlementEscrow.MissingConsent.selector, 1);
        fails(stranger, signedCall(Entry.CancelSigned, s, ascending(alice)), missing, "not everybody");
        works(stranger, callOf(Entry.CancelSigned, s), "everybody");
    }

    /// @notice 13. Strangers cancel nothing.
    function testFuzz_Class13_AnyoneCancels(address caller) public {
        vm.assume(caller != alice && caller != bob && caller != operator && caller != address(0));
        Settlement memory s = _deal();
        deposit(s, 0);
        expectNotDepositor(0, caller);
        cancelAs(caller, s, 0);
        expectError(ISettlementEscrow.NotOperator.selector, caller);
        cancelAsOperator(caller, s);
        s.operator = address(0);
        expectError(ISettlementEscrow.NotOperator.selector, caller);
        cancelAsOperator(caller, s);
    }

    /// @notice 14. The deployed code has no instruction by which anybody could change, replace or destroy it, and no payable way in.
    function test_Class14_NoAdmin() public view {
        bytes memory code = address(escrow).code;
        for (uint256 i; i < code.length; ++i) {
            uint8 op = uint8(code[i]);
            // CALLCODE, DELEGATECALL, SELFDESTRUCT, CREATE, CREATE2
            assertFalse(op == 0xf2 || op == 0xf4 || op == 0xff || op == 0xf0 || op == 0xf5, vm.toString(i));
            if (op >= 0x60 && op <= 0x7f) i += op - 0x5f;
        }
        string memory json = vm.readFile("contracts/artifacts/SettlementEscrow.json");
        string[] memory functions = vm.parseJsonKeys(json, ".selectors.functions");
        assertEq(functions.length, 26, "a function that this test does not know");
        string[9] memory admin = [
            "owner()",
            "pause()",
            "upgradeTo(address)",
            "setFee(uint256)",
            "transferOwnership(address)",
            "initialize()",
            "sweep(address)",
            "withdraw(address,uint256)",
            "multicall(bytes[])"
        ];
        for (uint256 i; i < admin.length; ++i) {
            for (uint256 k; k < functions.length; ++k) {
                assertNotEq(functions[k], admin[i]);
            }
        }
    }

    /// @notice 15. A permit that somebody used before, or that is no good, changes nothing: the allowance decides.
    function test_Class15_PermitFrontRun() public {
        Settlement memory s = termsFor(Entry.DepositWithPermit);
        works(alice, callOf(Entry.DepositWithPermit, s), "the allowance is there");
        s.ref = "no allowance";
        vm.prank(alice);
        odd.approve(address(escrow), 99);
        bytes memory failed = abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, 0);
        fails(alice, callOf(Entry.DepositWithPermit, s), failed, "too small an allowance");
    }

    /// @notice 16. A signature for one deposit is good for that deposit alone.
    function test_Class16_RedirectedSignature() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(odd), alice, bob, 100));
        provide(s);
        bytes memory signature = signPermit2(s, 0, 1);
        Settlement memory other = abi.decode(abi.encode(s), (Settlement));
        other.ref = "other";
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        depositPermit2(other, 0, 1, signature);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        depositPermit2(s, 1, 1, signature);
        depositPermit2(s, 0, 1, signature);
        // A consent to settle is none to lock, and none to cancel.
        bytes[] memory settle = signAll(ascending(alice), idOf(s));
        bytes memory bad = abi.encodeWithSelector(ISettlementEscrow.BadSignature.selector, alice);
        fails(stranger, abi.encodeCall(escrow.cancelSigned, (s, ascending(alice), settle)), bad, "cancel");
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        depositPermit2(s, 1, 2, settle[0]);
    }

    /// @notice 17. A signature counts on one chain and one contract, once.
    function test_Class17_Replay() public {
        Settlement memory s = termsFor(Entry.SettleSigned);
        bytes memory call = callOf(Entry.SettleSigned, s);
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        fails(stranger, call, abi.encodeWithSelector(ISettlementEscrow.WrongChain.selector), "fork");
        vm.chainId(chain);
        SettlementEscrow second = deployEscrow();
        (bool ok, bytes memory reason) = address(second).call(call);
        assertFalse(ok);
        assertEq(bytes4(reason), ISettlementEscrow.BadSignature.selector);
        works(stranger, call, "home");
        provide(s);
        fails(stranger, call, abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, State.Executed), "again");
    }

    /// @notice 18. A key counts whatever code its account has. SettleSigned.t.sol: ERC-1271, EIP-2098, malleable signatures.
    function test_Class18_ContractWallets() public {
        Settlement memory s = termsFor(Entry.SettleSigned);
        vm.etch(alice, bytes.concat(hex"ef0100", bytes20(address(cash))));
        works(stranger, callOf(Entry.SettleSigned, s), "delegated account");
    }

    /// @notice 19. A megabyte of answer costs the one who gave it; the isolated refund of it is bounded.
    function test_Class19_ReturnBomb() public {
        Settlement memory s = termsFor(Entry.RefundMany);
        ready(Entry.RefundMany, s);
        odd.turn(Oddity.RevertsHuge);
        uint256 before = gasleft();
        vm.expectEmit(address(escrow));
        emit ISettlementEscrow.RefundFailed(idOf(s), 0, 500_000, abi.encodeWithSelector(ISettlementEscrow.TokenCallFailed.selector, 0));
        works(stranger, callOf(Entry.RefundMany, s), "isolated");
        assertLt(before - gasleft(), 900_000);
        odd.turn(Oddity.ReturnsHuge);
        before = gasleft();
        refund(s, 0);
        assertLt(before - gasleft(), 3_000_000);
    }

    /// @notice 20. At every gas limit a batch does everything or reverts: a failure is never recorded with less than the gas that was promised.
    function test_Class20_GasGriefing() public {
        Settlement memory s = _deal();
        depositAll(s);
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = s;
        bytes memory call = abi.encodeCall(escrow.executeSwaps, (deals, 150_000));
        uint256 done;
        uint256 refused;
        for (uint256 limit = 20_000; limit < 400_000; limit += 1_777) {
            uint256 before = vm.snapshotState();
            (bool ok, bytes memory answer) = address(escrow).call{gas: limit}(call);
            if (ok) assertEq(abi.decode(answer, (uint256)), 1, "a false failure");
            if (ok) ++done;
            else ++refused;
            vm.revertToState(before);
        }
        assertGt(done, 50);
        assertGt(refused, 50);
    }

    /// @notice 21. One bad settlement in any place of a batch stops no other.
    function test_Class21_BadItem() public {
        for (uint256 place; place < 3; ++place) {
            uint256 before = vm.snapshotState();
            Settlement[] memory deals = new Settlement[](3);
            for (uint256 k; k < 3; ++k) {
                deals[k] = _deal();
                deals[k].ref = bytes32(k + 1);
                supply(deals[k]);
                if (k != place) depositAll(deals[k]);
            }
            assertEq(escrow.executeSwaps(deals, 300_000), 2);
            vm.revertToState(before);
        }
    }

    /// @notice 22. At most 64 legs, and 64 execute and come back under the gas cap of a transaction.
    function test_Class22_UnboundedLegs() public {
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](MAX_LEGS);
        for (uint160 i; i < MAX_LEGS; ++i) {
            s.legs[i] = leg20(address(cash), address(1000 + i), address(2000 + i), 1);
        }
        supply(s);
        depositAll(s);
        uint256 full = vm.snapshotState();
        vm.cool(address(cash));
        uint256 before = gasleft();
        execute(s);
        assertLt(before - gasleft(), 10_000_000);
        vm.revertToState(full);
        afterDeadline();
        before = gasleft();
        refund(s, 63);
        assertLt(before - gasleft(), 1_000_000);
        s.legs = new Leg[](MAX_LEGS + 1);
        expectError(ISettlementEscrow.BadLegCount.selector, MAX_LEGS + 1);
        escrow.register(s);
    }

    /// @notice 23. Gifts change nothing: no balance decides a state.
    function test_Class23_Donations() public {
        Settlement memory s = _deal();
        odd.mint(address(escrow), 1000);
        expectError(ISettlementEscrow.UnknownSettlement.selector, idOf(s));
        execute(s);
        deposit(s, 0);
        cash.mint(address(escrow), 5);
        expectError(ISettlementEscrow.NotFullyFunded.selector, uint256(2));
        execute(s);
        deposit(s, 1);
        odd.mint(address(escrow), 7);
        execute(s);
        assertEq(odd.balanceOf(bob), 100);
        assertEq(odd.balanceOf(address(escrow)), 1007);
        assertEq(cash.balanceOf(address(escrow)), 5);
    }

    /// @notice 24. An ERC-721 goes back without asking its recipient; a contract that refuses an ERC-1155 holds up its own leg alone.
    function test_Class24_NftHooks() public {
        address deaf = address(new DeafRecipient());
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](2);
        s.legs[0] = leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1);
        s.legs[1] = leg(TokenKind.ERC1155, address(share), carol, bob, 9, 50);
        s.legs[0].refundTo = deaf;
        s.legs[1].refundTo = deaf;
        supply(s);
        depositAll(s);
        afterDeadline();
        refund(s, 0);
        assertEq(deed.ownerOf(7), deaf);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        refund(s, 1);
        DeafRecipient(deaf).listen();
        refund(s, 1);
        assertEq(share.balanceOf(deaf, 9), 50);
    }

    /// @notice 25. Erc20KindOnErc721Id1, and the other way round: a leg whose kind is not its contract's never comes in.
    function test_Class25_Erc20KindOnErc721Id1() public {
        deed.mint(alice, 1);
        vm.prank(alice);
        deed.setApprovalForAll(address(escrow), true);
        Settlement memory s = terms(leg20(address(deed), alice, bob, 1));
        expectInvalidLeg(0, LegFault.Disguised721);
        deposit(s, 0);
        assertEq(deed.ownerOf(1), alice);
        s = terms(leg(TokenKind.ERC721, address(cash), alice, bob, 1, 1));
        cash.mint(alice, 1);
        vm.prank(alice);
        cash.approve(address(escrow), 1);
        expectInvalidLeg(0, LegFault.NotErc721);
        deposit(s, 0);
    }

    function _permissioned() private returns (PermissionedToken token, Settlement memory s) {
        token = new PermissionedToken();
        s = terms(leg20(address(token), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        s.legs[0].mode = CustodyMode.CHECKED;
        token.verify(alice, true);
        token.verify(bob, true);
        token.verify(address(escrow), true);
        supply(s);
    }

    /// @notice 26. CHECKED asks about the real pair at deposit and at execution, module by module; the way back is the token's affair alone.
    function test_Class26_PermissionedToken() public {
        (PermissionedToken token, Settlement memory s) = _permissioned();
        MaxBalanceModule most = new MaxBalanceModule();
        AmountModule amounts = new AmountModule();
        token.addModule(most);
        token.addModule(amounts);
        most.spare(address(escrow));
        token.verify(bob, false);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        deposit(s, 0);
        token.verify(bob, true);
        depositAll(s);
        token.verify(bob, false);
        _notAllowed(s);
        token.verify(bob, true);
        token.freeze(alice, true);
        _notAllowed(s);
        token.freeze(alice, false);
        most.set(99);
        _notAllowed(s);
        most.set(100);
        amounts.set(99);
        _notAllowed(s);
        amounts.set(100);
        uint256 full = vm.snapshotState();
        execute(s);
        assertEq(token.balanceOf(bob), 100);
        vm.revertToState(full);
        token.verify(bob, false);
        afterDeadline();
        refund(s, 0);
        assertEq(token.balanceOf(alice), 100);
    }

    function _notAllowed(Settlement memory s) private {
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
    }

    /// @notice 27. An issuer that takes units out of the escrow makes a shortage of that token, and of nothing else.
    function test_Class27_ForcedTransfer() public {
        IssuerToken issued = new IssuerToken();
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](3);
        s.legs[0] = leg20(address(issued), alice, bob, 10);
        s.legs[1] = leg20(address(issued), carol, bob, 20);
        s.legs[2] = leg20(address(cash), bob, alice, 5);
        supply(s);
        depositAll(s);
        issued.forcedTransfer(address(escrow), stranger, 12);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        execute(s);
        afterDeadline();
        refund(s, 2);
        refund(s, 0);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        refund(s, 1);
        assertEq(known(idOf(s)).held, 2);
        issued.forcedTransfer(stranger, address(escrow), 12);
        refund(s, 1);
    }

    /// @notice 28. What one settlement owes is never paid to another: each leg leaves once, exactly its amount.
    function test_Class28_Contagion() public {
        Settlement memory s = _deal();
        Settlement memory other = _otherDeal();
        depositAll(s);
        depositAll(other);
        afterDeadline();
        refund(s, 0);
        expectError(ISettlementEscrow.NothingHeld.selector, uint256(0));
        refund(s, 0);
        assertEq(odd.balanceOf(address(escrow)), 100);
        assertKnown(idOf(other), Known(State.Open, 3, 0, 0, 2, false));
        refund(other, 0);
        refund(other, 1);
        refund(s, 1);
        assertEq(odd.balanceOf(address(escrow)) + cash.balanceOf(address(escrow)), 0);
    }

    /// @notice 29. Only the logs are left: a stranger rebuilds the terms and executes. RebuildFromLogs.t.sol: every route.
    function test_Class29_LostTerms() public {
        Settlement memory s = _deal();
        bytes32 id = idOf(s);
        vm.recordLogs();
        depositAll(s);
        delete s;
        execute(FromLogs.rebuild(vm.getRecordedLogs(), id));
        assertEq(uint8(known(id).state), uint8(State.Executed));
    }

    /// @notice 30. One event for each change, none for a no-op.
    function test_Class30_Events() public {
        Settlement memory s = _deal();
        vm.recordLogs();
        register(s);
        assertEq(_own(), 1);
        register(s);
        assertEq(_own(), 0);
        deposit(s, 0);
        assertEq(_own(), 1);
        withdraw(s, 0);
        assertEq(_own(), 1);
        depositAll(s);
        assertEq(_own(), 2);
        execute(s);
        assertEq(_own(), 1);
        register(s);
        assertEq(_own(), 0);
    }

    function _own() private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(escrow)) ++count;
        }
    }

    /// @notice 31. The escrow calls tokens, gates, signers and Permit2 by fixed selectors. What a payload could aim at is refused.
    function test_Class31_PayloadCalls() public {
        Settlement memory s = terms(leg20(address(escrow), alice, bob, 1));
        expectInvalidLeg(0, LegFault.IsEscrow);
        deposit(s, 0);
        s = terms(leg20(address(odd), address(odd), bob, 1));
        expectInvalidLeg(0, LegFault.IsToken);
        depositAs(address(odd), s, 0);
        // A call to Permit2 as if it were a token does not know the selectors that are called.
        s = terms(leg20(PERMIT2, alice, bob, 1));
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
        // Terms name no call: a gate is asked one question, by a static call.
        TestGate gate = new TestGate();
        s = _deal();
        s.gate = address(gate);
        depositAll(s);
        gate.set(Answer.Reenters);
        vm.expectCall(address(gate), abi.encodeCall(gate.mayExecute, (idOf(s), s)), 1);
        (bool ok,) = address(escrow).staticcall(abi.encodeCall(escrow.executeSwap, (s)));
        assertFalse(ok);
        gate.set(Answer.Yes);
        execute(s);
    }

    /// @notice 32. Zero, self and duplicate legs.
    function test_Class32_BadLegs() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 0));
        expectInvalidLeg(0, LegFault.ZeroAmount);
        deposit(s, 0);
        s = terms(leg20(address(odd), alice, alice, 1));
        expectInvalidLeg(0, LegFault.SelfTransfer);
        deposit(s, 0);
        s = terms(leg20(address(odd), alice, address(0), 1));
        expectInvalidLeg(0, LegFault.ZeroAddress);
        deposit(s, 0);
        Leg memory nft = leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1);
        s = terms(nft, nft);
        supply(nft);
        deposit(s, 0);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        deposit(s, 1);
    }

    /// @notice 33. A commitment is the hash of a random salt of 32 bytes and the document's hash; equal documents do not show.
    function test_Class33_Commitment() public pure {
        bytes32 document = keccak256("terms of the trade");
        bytes32 salt = 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f;
        bytes32 commitment = keccak256(bytes.concat(salt, document));
        assertEq(commitment, keccak256(abi.encode(salt, document)));
        assertEq(commitment, 0x67809d1227c86a4b28476880995706da6ff602a8d62e9d482bdcdd4ed450c032);
        assertNotEq(commitment, keccak256(bytes.concat(bytes32(uint256(salt) + 1), document)));
    }

    /// @notice 34. No native coin, in no way.
    function test_Class34_NativeCoin() public {
        vm.deal(address(this), 10);
        (bool ok,) = address(escrow).call{value: 1}("");
        assertFalse(ok);
        Settlement memory s = _deal();
        for (uint256 k; k < ENTRIES; ++k) {
            (ok,) = address(escrow).call{value: 1}(callOf(Entry(k), s));
            assertFalse(ok);
        }
        assertEq(address(escrow).balance, 0);
    }
}

/// @notice A contract that takes an ERC-1155 only once it listens.
contract DeafRecipient {
    bool private listening;

    function listen() external {
        listening = true;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external view returns (bytes4) {
        require(listening, "deaf");
        return this.onERC1155Received.selector;
    }
}
