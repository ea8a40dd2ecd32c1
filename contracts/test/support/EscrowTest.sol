// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {SettlementEscrow} from "src/SettlementEscrow.sol";
import {
    CancelledBy,
    CustodyMode,
    Header,
    ISettlementEscrow,
    Leg,
    LegFault,
    Settlement,
    State,
    TokenKind
} from "src/interfaces/ISettlementEscrow.sol";
import {IERC1155, IERC20, IERC721} from "src/interfaces/ITokens.sol";
import {Terms} from "src/libraries/Terms.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {TestERC1155, TestERC721} from "../mocks/TestTokens.sol";
import {Deployed} from "./Deployed.sol";

/// @notice Parties, tokens, terms and the steps of a settlement, for the tests of each function.
abstract contract EscrowTest is Deployed {
    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant DEADLINE = START + 1 days;
    uint256 internal constant BOND_AMOUNT = 1000e18;
    uint256 internal constant CASH_AMOUNT = 985e6;

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");
    address internal vault = makeAddr("vault");
    address internal operator = makeAddr("operator");
    address internal stranger = makeAddr("stranger");

    SettlementEscrow internal escrow;
    MintableToken internal bond;
    MintableToken internal cash;
    TestERC721 internal deed;
    TestERC1155 internal share;

    /// @dev Encoded terms whose legs the solvency check adds up.
    bytes[] private tracked;

    function setUp() public virtual {
        vm.warp(START);
        escrow = deployEscrow();
        bond = new MintableToken("Keystone Bond", "KBOND", 18);
        cash = new MintableToken("USD Coin", "USDC", 6);
        deed = new TestERC721();
        share = new TestERC1155();
    }

    /* TERMS */

    function leg20(address token, address from, address to, uint256 amount) internal pure returns (Leg memory) {
        return leg(TokenKind.ERC20, token, from, to, 0, amount);
    }

    function leg(TokenKind kind, address token, address from, address to, uint256 tokenId, uint256 amount)
        internal
        pure
        returns (Leg memory)
    {
        return Leg(kind, CustodyMode.CUSTODY, token, from, to, from, tokenId, amount);
    }

    /// @notice Bond from alice to bob, cash from bob to alice; funded and approved.
    function bondForCash() internal returns (Settlement memory settlement) {
        settlement = terms(leg20(address(bond), alice, bob, BOND_AMOUNT), leg20(address(cash), bob, alice, CASH_AMOUNT));
        supply(settlement);
    }

    /// @notice The same with the cash in bob's wallet until execution.
    function bondForDirectCash() internal returns (Settlement memory settlement) {
        settlement = bondForCash();
        settlement.legs[1].mode = CustodyMode.DIRECT;
        supply(settlement);
    }

    /// @notice One leg of each kind, round three parties.
    function threeKinds() internal returns (Settlement memory settlement) {
        settlement.deadline = DEADLINE;
        settlement.operator = operator;
        settlement.legs = new Leg[](3);
        settlement.legs[0] = leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1);
        settlement.legs[1] = leg20(address(cash), bob, carol, CASH_AMOUNT);
        settlement.legs[2] = leg(TokenKind.ERC1155, address(share), carol, alice, 9, 50);
        supply(settlement);
    }

    function terms(Leg memory first) internal view returns (Settlement memory settlement) {
        settlement.deadline = DEADLINE;
        settlement.operator = operator;
        settlement.legs = new Leg[](1);
        settlement.legs[0] = first;
    }

    function terms(Leg memory first, Leg memory second) internal view returns (Settlement memory settlement) {
        settlement.deadline = DEADLINE;
        settlement.operator = operator;
        settlement.legs = new Leg[](2);
        settlement.legs[0] = first;
        settlement.legs[1] = second;
    }

    /// @notice Mints each leg to its `from`, approves the escrow for it and watches the settlement's solvency.
    function supply(Settlement memory settlement) internal {
        for (uint256 i; i < settlement.legs.length; ++i) {
            supply(settlement.legs[i]);
        }
        tracked.push(abi.encode(settlement));
    }

    function supply(Leg memory one) internal {
        if (one.kind == TokenKind.ERC20) {
            MintableToken(one.token).mint(one.from, one.amount);
            vm.prank(one.from);
            MintableToken(one.token).approve(address(escrow), type(uint256).max);
        } else if (one.kind == TokenKind.ERC721) {
            TestERC721(one.token).mint(one.from, one.tokenId);
            vm.prank(one.from);
            TestERC721(one.token).setApprovalForAll(address(escrow), true);
        } else {
            TestERC1155(one.token).mint(one.from, one.tokenId, one.amount);
            vm.prank(one.from);
            TestERC1155(one.token).setApprovalForAll(address(escrow), true);
        }
    }

    function headerOf(Settlement memory s) internal pure returns (Header memory) {
        return Header(s.ref, s.notBefore, s.deadline, s.operator, s.gate, s.commitment);
    }

    function hashesOf(Settlement memory settlement) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](settlement.legs.length);
        for (uint256 i; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(Terms.LEG_TYPEHASH, settlement.legs[i]));
        }
    }

    function legsHashOf(Settlement memory settlement) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hashesOf(settlement)));
    }

    /// @notice The id by the formula of the specification, apart from the contract's own code.
    function idOf(Settlement memory s) internal view returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(Terms.SETTLEMENT_TYPEHASH, s.ref, s.notBefore, s.deadline, s.operator, s.gate, s.commitment, legsHashOf(s))
        );
        return keccak256(abi.encodePacked(hex"1901", Terms.domainSeparator(block.chainid, address(escrow)), structHash));
    }

    /* STEPS */

    function deposit(Settlement memory settlement, uint256 index) internal {
        depositAs(settlement.legs[index].from, settlement, index);
    }

    function depositAs(address caller, Settlement memory s, uint256 index) internal {
        Header memory header = headerOf(s);
        bytes32[] memory hashes = hashesOf(s);
        vm.prank(caller);
        escrow.deposit(header, hashes, index, s.legs[index]);
    }

    function depositAll(Settlement memory settlement) internal {
        for (uint256 i; i < settlement.legs.length; ++i) {
            deposit(settlement, i);
        }
    }

    function depositManyAs(address caller, Settlement memory s, uint256[] memory indexes) internal {
        Leg[] memory legs = new Leg[](indexes.length);
        for (uint256 k; k < indexes.length; ++k) {
            legs[k] = s.legs[indexes[k]];
        }
        vm.prank(caller);
        escrow.depositMany(headerOf(s), hashesOf(s), indexes, legs);
    }

    function depositAndExecuteAs(address caller, Settlement memory s) internal {
        vm.prank(caller);
        escrow.depositAndExecute(s);
    }

    function list(uint256 a) internal pure returns (uint256[] memory indexes) {
        indexes = new uint256[](1);
        indexes[0] = a;
    }

    function list(uint256 a, uint256 b) internal pure returns (uint256[] memory indexes) {
        indexes = new uint256[](2);
        (indexes[0], indexes[1]) = (a, b);
    }

    function list(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory indexes) {
        indexes = new uint256[](3);
        (indexes[0], indexes[1], indexes[2]) = (a, b, c);
    }

    function register(Settlement memory settlement) internal returns (bytes32) {
        vm.prank(stranger);
        return escrow.register(settlement);
    }

    function execute(Settlement memory settlement) internal {
        vm.prank(stranger);
        escrow.executeSwap(settlement);
    }

    function withdraw(Settlement memory settlement, uint256 index) internal {
        withdrawAs(settlement.legs[index].from, settlement, index);
    }

    function withdrawAs(address caller, Settlement memory s, uint256 index) internal {
        vm.prank(caller);
        escrow.withdrawLeg(headerOf(s), hashesOf(s), index, s.legs[index]);
    }

    function cancel(Settlement memory settlement, uint256 index) internal {
        cancelAs(settlement.legs[index].from, settlement, index);
    }

    function cancelAs(address caller, Settlement memory s, uint256 index) internal {
        vm.prank(caller);
        escrow.cancel(headerOf(s), hashesOf(s), index, s.legs[index]);
    }

    function cancelAsOperator(Settlement memory settlement) internal {
        cancelAsOperator(operator, settlement);
    }

    function cancelAsOperator(address caller, Settlement memory s) internal {
        vm.prank(caller);
        escrow.cancelAsOperator(headerOf(s), legsHashOf(s));
    }

    function refund(Settlement memory s, uint256 index) internal {
        vm.prank(stranger);
        escrow.refund(headerOf(s), hashesOf(s), index, s.legs[index]);
    }

    function afterDeadline() internal {
        vm.warp(DEADLINE + 1);
    }

    /* EXPECTATIONS */

    function expectError(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(selector));
    }

    function expectError(bytes4 selector, uint256 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function expectError(bytes4 selector, address argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function expectError(bytes4 selector, bytes32 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function expectNotOpen(State state) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlementEscrow.NotOpen.selector, state));
    }

    function expectNotDepositor(uint256 index, address caller) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlementEscrow.NotDepositor.selector, index, caller));
    }

    function expectInvalidLeg(uint256 index, LegFault fault) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlementEscrow.InvalidLeg.selector, index, fault));
    }

    function expectBadWindow(Settlement memory s) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlementEscrow.BadWindow.selector, s.notBefore, s.deadline));
    }

    function expectExpired() internal {
        expectError(ISettlementEscrow.Expired.selector, uint256(DEADLINE));
    }

    struct Known {
        State state;
        uint64 held;
        uint64 armed;
        uint64 left;
        uint8 legCount;
        bool registered;
    }

    function known(bytes32 id) internal view returns (Known memory word) {
        (word.state, word.held, word.armed, word.left, word.legCount, word.registered) = escrow.escrowOf(id);
    }

    /// @notice Everything that is stored of `id`, and that the escrow can pay what it owes.
    function assertKnown(bytes32 id, Known memory expected) internal view {
        Known memory actual = known(id);
        assertEq(uint8(actual.state), uint8(expected.state), "state");
        assertEq(actual.held, expected.held, "held");
        assertEq(actual.armed, expected.armed, "armed");
        assertEq(actual.left, expected.left, "left");
        assertEq(actual.legCount, expected.legCount, "legCount");
        assertEq(actual.registered, expected.registered, "registered");
        assertSolvent();
        assertFalse(escrow.entered(), "entered");
    }

    /// @notice For every token and id: the escrow's balance covers the legs whose held bit is set, in all states.
    function assertSolvent() internal view {
        for (uint256 a; a < tracked.length; ++a) {
            Settlement memory settlement = abi.decode(tracked[a], (Settlement));
            uint64 held = known(idOf(settlement)).held;
            for (uint256 i; i < settlement.legs.length; ++i) {
                if ((held >> i) & 1 == 1) _assertCovered(settlement.legs[i]);
            }
        }
    }

    function _assertCovered(Leg memory one) private view {
        if (one.kind == TokenKind.ERC721) {
            assertEq(IERC721(one.token).ownerOf(one.tokenId), address(escrow), "insolvent: ERC-721");
            return;
        }
        uint256 owed;
        for (uint256 a; a < tracked.length; ++a) {
            Settlement memory settlement = abi.decode(tracked[a], (Settlement));
            uint64 held = known(idOf(settlement)).held;
            for (uint256 i; i < settlement.legs.length; ++i) {
                Leg memory other = settlement.legs[i];
                bool same = other.token == one.token && other.tokenId == one.tokenId;
                if (same && (held >> i) & 1 == 1) owed += other.amount;
            }
        }
        uint256 balance = one.kind == TokenKind.ERC20
            ? IERC20(one.token).balanceOf(address(escrow))
            : IERC1155(one.token).balanceOf(address(escrow), one.tokenId);
        assertGe(balance, owed, "insolvent");
    }

    /* EVENTS: exactly the logs of the escrow since `vm.recordLogs`, in order */

    Vm.Log[] private recorded;
    uint256 private nextLog;

    function watchLogs() internal {
        vm.recordLogs();
    }

    function readLogs() internal {
        delete recorded;
        nextLog = 0;
        Vm.Log[] memory all = vm.getRecordedLogs();
        for (uint256 i; i < all.length; ++i) {
            if (all[i].emitter == address(escrow)) recorded.push(all[i]);
        }
    }

    function assertNoMoreLogs() internal view {
        assertEq(recorded.length, nextLog, "logs");
    }

    function assertLog(bytes32 topic0, bytes32 id, address topic2, bytes memory data) internal {
        bytes32[] memory topics = _nextTopics(3, topic0, id, data);
        assertEq(topics[2], bytes32(uint256(uint160(topic2))), "topic2");
    }

    function assertLog(bytes32 topic0, bytes32 id, bytes memory data) internal {
        _nextTopics(2, topic0, id, data);
    }

    function _nextTopics(uint256 count, bytes32 topic0, bytes32 id, bytes memory data) private returns (bytes32[] memory topics) {
        assertLt(nextLog, recorded.length, "a log is missing");
        Vm.Log memory log = recorded[nextLog++];
        topics = log.topics;
        assertEq(topics.length, count, "topics");
        assertEq(topics[0], topic0, "topic0");
        assertEq(topics[1], id, "id");
        assertEq(log.data, data, "data");
    }
}
