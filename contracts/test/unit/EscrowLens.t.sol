// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {EscrowLens} from "src/EscrowLens.sol";
import {LegReason, LegReport, Obstacle, Report, Status} from "src/interfaces/IEscrowLens.sol";
import {CustodyMode, ISettlementEscrow, Leg, LegFault, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {EarlyERC721} from "../mocks/EarlyTokens.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {TestERC3643} from "../mocks/TestTokens.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice What the lens tells, beside what the escrow then does.
contract EscrowLensTest is EscrowTest {
    EscrowLens private lens;

    function setUp() public override {
        super.setUp();
        lens = deployLens(escrow);
    }

    function _look(Settlement memory s) private view returns (Report memory) {
        return lens.preflight(s, address(0));
    }

    function _assertReasons(LegReport memory leg) private pure {
        assertEq(leg.reasons.length, 0, "a reason");
    }

    function _assertReasons(LegReport memory leg, LegReason one) private pure {
        assertEq(leg.reasons.length, 1, "not one reason");
        assertEq(uint8(leg.reasons[0]), uint8(one));
    }

    function _assertReasons(LegReport memory leg, LegReason one, LegReason two) private pure {
        assertEq(leg.reasons.length, 2, "not two reasons");
        assertEq(uint8(leg.reasons[0]), uint8(one));
        assertEq(uint8(leg.reasons[1]), uint8(two));
    }

    function _assertObstacle(Report memory report, Obstacle one) private pure {
        assertEq(report.obstacles.length, 1, "not one obstacle");
        assertEq(uint8(report.obstacles[0]), uint8(one));
        assertFalse(report.executable && one != Obstacle.OperatorIsParty);
    }

    function test_StatusOf() public {
        assertEq(address(lens.escrow()), address(escrow));
        Settlement memory s = bondForCash();
        Settlement memory t = threeKinds();
        depositAll(s);
        deposit(t, 1);
        withdraw(t, 1);
        bytes32[] memory ids = new bytes32[](4);
        (ids[0], ids[1], ids[2]) = (idOf(s), bytes32("unknown"), idOf(t));
        Status[] memory statuses = lens.statusOf(ids);
        assertEq(abi.encode(statuses[0]), abi.encode(Status(State.Open, 3, 0, 0, 2, false, true)));
        assertEq(abi.encode(statuses[1]), abi.encode(Status(State.None, 0, 0, 0, 0, false, false)));
        assertEq(abi.encode(statuses[2]), abi.encode(Status(State.Open, 0, 0, 2, 3, false, false)));
        assertEq(abi.encode(statuses[3]), abi.encode(statuses[1]));
        register(t);
        assertTrue(lens.statusOf(ids)[2].registered);
        cancelAsOperator(s);
        assertEq(abi.encode(lens.statusOf(ids)[0]), abi.encode(Status(State.Cancelled, 3, 0, 0, 2, false, false)));
        assertEq(lens.statusOf(new bytes32[](0)).length, 0);
    }

    /// @notice Nothing speaks against a settlement that then goes through.
    function test_Preflight_Clean() public {
        Settlement memory s = threeKinds();
        Report memory report = _look(s);
        assertEq(report.id, idOf(s));
        assertEq(uint8(report.status.state), uint8(State.None));
        assertFalse(report.executable);
        assertEq(report.obstacles.length, 0);
        for (uint256 i; i < 3; ++i) {
            _assertReasons(report.legs[i]);
            assertFalse(report.legs[i].isIn);
            assertEq(report.legs[i].balance, s.legs[i].amount);
            assertEq(report.legs[i].allowance, type(uint256).max);
        }
        depositAll(s);
        report = _look(s);
        assertTrue(report.executable);
        assertTrue(report.legs[2].isIn);
        assertEq(report.legs[2].balance, 0);
        execute(s);
        report = _look(s);
        _assertObstacle(report, Obstacle.Ended);
    }

    function test_Preflight_BalanceAndAllowance() public {
        Settlement memory s = threeKinds();
        s.legs[0].tokenId = 8;
        deed.mint(carol, 8);
        s.legs[1].amount = CASH_AMOUNT + 1;
        vm.prank(bob);
        cash.approve(address(escrow), CASH_AMOUNT);
        s.legs[2].amount = 51;
        vm.prank(carol);
        share.setApprovalForAll(address(escrow), false);
        Report memory report = _look(s);
        _assertReasons(report.legs[0], LegReason.BalanceTooLow);
        _assertReasons(report.legs[1], LegReason.BalanceTooLow, LegReason.AllowanceTooLow);
        _assertReasons(report.legs[2], LegReason.BalanceTooLow, LegReason.AllowanceTooLow);
        assertEq(report.legs[1].balance, CASH_AMOUNT);
        assertEq(report.legs[1].allowance, CASH_AMOUNT);
        assertEq(report.legs[2].balance, 50);
        // One deed approved alone, and none.
        s.legs[0].tokenId = 7;
        vm.startPrank(alice);
        deed.setApprovalForAll(address(escrow), false);
        _assertReasons(_look(s).legs[0], LegReason.AllowanceTooLow);
        deed.approve(address(escrow), 7);
        _assertReasons(_look(s).legs[0]);
        vm.stopPrank();
    }

    function test_Preflight_WrongSender() public {
        Settlement memory s = bondForCash();
        Report memory report = lens.preflight(s, alice);
        _assertReasons(report.legs[0]);
        _assertReasons(report.legs[1], LegReason.WrongSender);
        deposit(s, 1);
        _assertReasons(lens.preflight(s, alice).legs[1]);
    }

    function test_Preflight_Faulty() public {
        Settlement memory s = bondForCash();
        s.legs[0].amount = 0;
        s.legs[1].refundTo = address(escrow);
        Report memory report = _look(s);
        _assertReasons(report.legs[0], LegReason.Faulty);
        assertEq(uint8(report.legs[0].fault), uint8(LegFault.ZeroAmount));
        _assertReasons(report.legs[1], LegReason.Faulty, LegReason.RefundElsewhere);
        assertEq(uint8(report.legs[1].fault), uint8(LegFault.IsEscrow));
    }

    /// @notice One unit of kind ERC-20 of a numbered token without ERC-165: accepted by the escrow, and marked here.
    function test_Preflight_MaybeErc721() public {
        EarlyERC721 early = new EarlyERC721();
        early.mint(alice, 1);
        Settlement memory s = terms(leg20(address(early), alice, bob, 1));
        LegReason[] memory reasons = _look(s).legs[0].reasons;
        assertEq(uint8(reasons[reasons.length - 1]), uint8(LegReason.MaybeErc721));
        // Two units cannot be a numbered token, and number 1 may have no owner.
        s.legs[0].amount = 2;
        reasons = _look(s).legs[0].reasons;
        assertNotEq(uint8(reasons[reasons.length - 1]), uint8(LegReason.MaybeErc721));
        s = terms(leg20(address(new EarlyERC721()), alice, bob, 1));
        reasons = _look(s).legs[0].reasons;
        assertNotEq(uint8(reasons[reasons.length - 1]), uint8(LegReason.MaybeErc721));
        // One unit of an honest ERC-20.
        s = terms(leg20(address(cash), alice, bob, 1));
        supply(s);
        _assertReasons(_look(s).legs[0]);
    }

    /// @notice Kind ERC-721 of a token that does not say so by ERC-165.
    function test_Preflight_NotErc721() public {
        EarlyERC721 early = new EarlyERC721();
        early.mint(alice, 7);
        LegReport memory report = _look(terms(leg(TokenKind.ERC721, address(early), alice, bob, 7, 1))).legs[0];
        assertEq(uint8(report.reasons[0]), uint8(LegReason.Faulty));
        assertEq(uint8(report.fault), uint8(LegFault.NotErc721));
    }

    function test_Preflight_NoCode() public view {
        Settlement memory s = terms(leg20(stranger, alice, bob, 1));
        LegReport memory report = _look(s).legs[0];
        assertEq(report.reasons.length, 3);
        assertEq(uint8(report.reasons[0]), uint8(LegReason.Faulty));
        assertEq(uint8(report.reasons[1]), uint8(LegReason.AllowanceTooLow));
        assertEq(uint8(report.reasons[2]), uint8(LegReason.NoAnswer));
    }

    function test_Preflight_Paused() public {
        PausedToken token = new PausedToken();
        Settlement memory s = terms(leg20(address(token), alice, bob, 5));
        supply(s);
        _assertReasons(_look(s).legs[0], LegReason.Paused);
    }

    function test_Preflight_NoAnswerAndBurner() public {
        OddToken odd = new OddToken();
        Settlement memory s = terms(leg20(address(odd), alice, bob, 5));
        supply(s);
        odd.turn(Oddity.BalanceReverts);
        _assertReasons(_look(s).legs[0], LegReason.NoAnswer);
        s = terms(leg20(address(new Burner()), alice, bob, 5));
        uint256 before = gasleft();
        _look(s);
        assertLt(before - gasleft(), 2_000_000);
    }

    function test_Preflight_NotVerified() public {
        TestERC3643 token = new TestERC3643();
        Settlement memory s = terms(leg20(address(token), alice, bob, 5));
        supply(s);
        _assertReasons(_look(s).legs[0], LegReason.NotVerified);
        token.verify(bob, true);
        _assertReasons(_look(s).legs[0], LegReason.NotVerified);
        token.verify(address(escrow), true);
        _assertReasons(_look(s).legs[0]);
        token.verify(address(escrow), false);
        s.legs[0].mode = CustodyMode.DIRECT;
        _assertReasons(_look(s).legs[0], LegReason.StaysInWallet);
    }

    function test_Preflight_PairNotAllowed() public {
        TestERC3643 token = new TestERC3643();
        Settlement memory s = terms(leg20(address(token), alice, bob, 5));
        s.legs[0].mode = CustodyMode.CHECKED;
        supply(s);
        token.verify(bob, true);
        token.verify(address(escrow), true);
        _assertReasons(_look(s).legs[0]);
        deposit(s, 0);
        assertTrue(_look(s).executable);
        token.freeze(alice, true);
        Report memory report = _look(s);
        _assertReasons(report.legs[0], LegReason.PairNotAllowed);
        assertFalse(report.executable);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
    }

    function test_Preflight_Warnings() public {
        Settlement memory s = bondForDirectCash();
        s.legs[0].refundTo = vault;
        s.operator = alice;
        Report memory report = _look(s);
        _assertReasons(report.legs[0], LegReason.RefundElsewhere);
        _assertReasons(report.legs[1], LegReason.StaysInWallet);
        _assertObstacle(report, Obstacle.OperatorIsParty);
        depositAll(s);
        withdrawable(s);
        report = _look(s);
        assertTrue(report.executable);
        // An armed leg is still in its wallet, so its balance and allowance count.
        vm.prank(bob);
        cash.approve(address(escrow), 0);
        _assertReasons(_look(s).legs[1], LegReason.AllowanceTooLow, LegReason.StaysInWallet);
    }

    function withdrawable(Settlement memory s) private view {
        assertEq(known(idOf(s)).armed, 2);
    }

    function test_Preflight_SignatureVoid() public {
        Settlement memory s = bondForCash();
        deposit(s, 0);
        withdraw(s, 0);
        _assertReasons(_look(s).legs[0], LegReason.SignatureVoid);
        deposit(s, 0);
        _assertReasons(_look(s).legs[0]);
    }

    function test_Preflight_Time() public {
        Settlement memory s = bondForCash();
        s.notBefore = START + 10;
        depositAll(s);
        _assertObstacle(_look(s), Obstacle.TooEarly);
        vm.warp(START + 10);
        assertTrue(_look(s).executable);
        vm.warp(DEADLINE);
        assertTrue(_look(s).executable);
        afterDeadline();
        _assertObstacle(_look(s), Obstacle.Expired);
    }

    function test_Preflight_Header() public {
        Settlement memory s = bondForCash();
        s.deadline = START + 366 days + 1;
        _assertObstacle(_look(s), Obstacle.BadWindow);
        s.deadline -= 1;
        assertEq(_look(s).obstacles.length, 0);
        s.notBefore = s.deadline + 1;
        assertEq(uint8(_look(s).obstacles[1]), uint8(Obstacle.BadWindow));
        s.notBefore = 0;
        s.operator = address(escrow);
        _assertObstacle(_look(s), Obstacle.BadRole);
        s.operator = operator;
        s.gate = stranger;
        Report memory report = _look(s);
        assertEq(report.obstacles.length, 2);
        assertEq(uint8(report.obstacles[0]), uint8(Obstacle.BadRole));
        assertEq(uint8(report.obstacles[1]), uint8(Obstacle.GateClosed));
    }

    function test_Preflight_Gate() public {
        TestGate gate = new TestGate();
        Settlement memory s = bondForCash();
        s.gate = address(gate);
        gate.set(Answer.No);
        _assertObstacle(_look(s), Obstacle.GateClosed);
        gate.set(Answer.Yes);
        depositAll(s);
        assertTrue(_look(s).executable);
    }

    function test_Preflight_OldHeaderOfAnOpenOne() public {
        Settlement memory s = bondForCash();
        s.deadline = START + 366 days;
        deposit(s, 0);
        vm.warp(START - 1);
        // Its window was judged when it was opened.
        assertEq(_look(s).obstacles.length, 0);
    }

    function test_Preflight_BadTerms() public {
        Settlement memory s;
        expectError(ISettlementEscrow.BadLegCount.selector, uint256(0));
        lens.preflight(s, address(0));
    }

    /// @notice The estimate is above what the execution takes, and not far above, for fresh recipients.
    function testFuzz_ExecutionGas(uint8 count, uint256 seed) public {
        Settlement memory s;
        s.deadline = DEADLINE;
        s.legs = new Leg[](1 + count % 64);
        for (uint160 i; i < s.legs.length; ++i) {
            TokenKind kind = TokenKind(uint256(keccak256(abi.encode(seed, i))) % 3);
            address token = kind == TokenKind.ERC20 ? address(cash) : kind == TokenKind.ERC721 ? address(deed) : address(share);
            s.legs[i] = leg(
                kind, token, address(10_000 + i), address(20_000 + i), kind == TokenKind.ERC20 ? 0 : i, kind == TokenKind.ERC721 ? 1 : 5
            );
            supply(s.legs[i]);
        }
        depositAll(s);
        uint256 estimate = _look(s).executionGas;
        bytes memory call = abi.encodeCall(escrow.executeSwap, (s));
        vm.cool(address(cash));
        vm.cool(address(deed));
        vm.cool(address(share));
        vm.cool(address(escrow));
        uint256 before = gasleft();
        (bool ok,) = address(escrow).call(call);
        uint256 used = before - gasleft();
        used += 21_000 + _gasOf(call);
        assertTrue(ok);
        assertGe(estimate, used, "too low");
        assertLe(estimate, used * 2, "far too high");
    }

    function _gasOf(bytes memory call) private pure returns (uint256 gas_) {
        for (uint256 i; i < call.length; ++i) {
            gas_ += call[i] == 0 ? 4 : 16;
        }
    }
}

contract PausedToken is MintableToken {
    constructor() MintableToken("Paused", "PAUSED", 18) {}

    function paused() external pure returns (bool) {
        return true;
    }
}

/// @notice Burns all gas that it gets.
contract Burner {
    fallback() external {
        assembly ("memory-safe") {
            invalid()
        }
    }
}
