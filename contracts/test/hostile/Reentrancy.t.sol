// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {OddToken} from "../mocks/OddToken.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice From inside every token call: each entry is locked, and views show final states.
contract ReentrancyTest is EscrowTest {
    OddToken private odd;
    bytes[] private entries;

    function setUp() public override {
        super.setUp();
        odd = new OddToken();
    }

    /// @notice Odd units from alice, cash from bob; and another settlement, full and of the same token, to be attacked.
    function _arm() private returns (Settlement memory s) {
        s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        Settlement memory other = s;
        other = abi.decode(abi.encode(s), (Settlement));
        other.ref = bytes32("other");
        supply(other);
        depositAll(other);

        bytes32[] memory hashes = hashesOf(other);
        entries = [
            abi.encodeCall(escrow.register, (other)),
            abi.encodeCall(escrow.deposit, (headerOf(other), hashes, 0, other.legs[0])),
            abi.encodeCall(escrow.executeSwap, (other)),
            abi.encodeCall(escrow.withdrawLeg, (headerOf(other), hashes, 0, other.legs[0])),
            abi.encodeCall(escrow.cancel, (headerOf(other), hashes, 0, other.legs[0])),
            abi.encodeCall(escrow.cancelAsOperator, (headerOf(other), legsHashOf(other))),
            abi.encodeCall(escrow.refund, (headerOf(other), hashes, 0, other.legs[0])),
            abi.encodeCall(escrow.register, (s)),
            abi.encodeCall(escrow.executeSwap, (s)),
            abi.encodeCall(escrow.refund, (headerOf(s), hashesOf(s), 0, s.legs[0]))
        ];
        _armBatches(other);
        odd.onTransfer(address(escrow), entries);
    }

    function _armBatches(Settlement memory other) private {
        bytes32[] memory hashes = hashesOf(other);
        Leg[] memory legs = new Leg[](1);
        legs[0] = other.legs[0];
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = other;
        address[] memory none = new address[](0);
        bytes[] memory no = new bytes[](0);
        entries.push(abi.encodeCall(escrow.depositMany, (headerOf(other), hashes, list(0), legs)));
        entries.push(abi.encodeCall(escrow.depositWithPermit, (headerOf(other), hashes, 0, legs[0], 0, 27, 0, 0)));
        entries.push(abi.encodeCall(escrow.depositWithPermit2, (headerOf(other), hashes, 0, legs[0], 0, 0, "")));
        entries.push(abi.encodeCall(escrow.depositWithAuthorization, (headerOf(other), hashes, 0, legs[0], 0, 0, "")));
        entries.push(abi.encodeCall(escrow.depositAndExecute, (other)));
        entries.push(abi.encodeCall(escrow.settleSigned, (other, none, no)));
        entries.push(abi.encodeCall(escrow.cancelSigned, (other, none, no)));
        entries.push(abi.encodeCall(escrow.executeSwaps, (deals, 100_000)));
        entries.push(abi.encodeCall(escrow.refundMany, (headerOf(other), hashes, list(0), legs, 100_000)));
        odd.onTransfer(address(escrow), entries);
    }

    /// @notice The two items of batches are for the contract itself, locked or not.
    function test_Items_FromAToken() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        deposit(s, 0);
        Settlement memory other = abi.decode(abi.encode(s), (Settlement));
        other.ref = bytes32("other");
        supply(other);
        depositAll(other);
        bytes[] memory items = new bytes[](2);
        items[0] = abi.encodeCall(escrow.executeItem, (other, alice));
        items[1] = abi.encodeCall(escrow.refundItem, (idOf(other), 0, other.legs[0]));
        odd.onTransfer(address(escrow), items);
        Settlement[] memory deals = new Settlement[](1);
        deposit(s, 1);
        deals[0] = s;
        assertEq(escrow.executeSwaps(deals, 2_000_000), 1);
        for (uint256 i; i < 2; ++i) {
            assertFalse(odd.hookSucceeded(i));
            assertEq(odd.hookAnswers(i), abi.encodeWithSelector(ISettlementEscrow.OnlySelf.selector));
        }
        assertKnown(idOf(other), Known(State.Open, 3, 0, 0, 2, false));
    }

    function test_FromExecuteSwaps() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        depositAll(s);
        _arm();
        Settlement[] memory deals = new Settlement[](1);
        deals[0] = s;
        assertEq(escrow.executeSwaps(deals, 10_000_000), 1);
        _assertAllLocked();
    }

    function test_FromDepositAndExecute() public {
        Settlement memory s = _arm();
        deposit(s, 1);
        depositAndExecuteAs(alice, s);
        _assertAllLocked();
    }

    function test_FromRefundMany() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        deposit(s, 0);
        _arm();
        afterDeadline();
        Leg[] memory legs = new Leg[](1);
        legs[0] = s.legs[0];
        assertEq(escrow.refundMany(headerOf(s), hashesOf(s), list(0), legs, 10_000_000), 1);
        _assertAllLocked();
    }

    function test_FromDepositMany() public {
        Settlement memory s = _arm();
        depositManyAs(alice, s, list(0));
        _assertAllLocked();
    }

    function _assertAllLocked() private view {
        assertEq(odd.hookCount(), entries.length, "hook");
        for (uint256 i; i < entries.length; ++i) {
            assertFalse(odd.hookSucceeded(i), "entered");
            assertEq(odd.hookAnswers(i), abi.encodeWithSelector(ISettlementEscrow.Locked.selector), "error");
        }
        assertFalse(escrow.entered());
        assertSolvent();
    }

    function test_FromDeposit() public {
        Settlement memory s = _arm();
        deposit(s, 0);
        _assertAllLocked();
        assertKnown(idOf(s), Known(State.Open, 1, 0, 0, 2, false));
    }

    function test_FromExecuteSwap() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        depositAll(s);
        _arm();
        execute(s);
        _assertAllLocked();
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
    }

    function test_FromDirectDelivery() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100));
        s.legs[0].mode = CustodyMode.DIRECT;
        supply(s);
        depositAll(s);
        _arm();
        execute(s);
        _assertAllLocked();
    }

    function test_FromWithdrawLeg() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        deposit(s, 0);
        _arm();
        withdraw(s, 0);
        _assertAllLocked();
    }

    function test_FromRefund() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        deposit(s, 0);
        _arm();
        afterDeadline();
        refund(s, 0);
        _assertAllLocked();
    }

    /// @notice While legs move, the state already reads Executed and `entered` tells a reader why to wait.
    function test_ViewsDuringExecution() public {
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        depositAll(s);
        bytes[] memory questions = new bytes[](2);
        questions[0] = abi.encodeCall(escrow.entered, ());
        questions[1] = abi.encodeCall(escrow.escrowOf, (idOf(s)));
        odd.onTransfer(address(escrow), questions);
        execute(s);
        assertTrue(abi.decode(odd.hookAnswers(0), (bool)));
        assertEq(odd.hookAnswers(1), abi.encode(Known(State.Executed, 0, 0, 0, 2, false)));
    }

    /// @notice A recipient of an ERC-1155 that calls back is locked out too, and may take its token.
    function test_FromErc1155Recipient() public {
        Erc1155Reader reader = new Erc1155Reader();
        Settlement memory s = threeKinds();
        s.legs[2].to = address(reader);
        depositAll(s);
        reader.callBack(address(escrow), abi.encodeCall(escrow.executeSwap, (s)));
        execute(s);
        assertFalse(reader.succeeded());
        assertEq(reader.answer(), abi.encodeWithSelector(ISettlementEscrow.Locked.selector));
        assertEq(share.balanceOf(address(reader), 9), 50);
    }

    /// @notice A recipient that passes the token on inside its hook did not keep it: the settlement fails.
    function test_Erc1155RecipientPassesOn() public {
        Erc1155Reader reader = new Erc1155Reader();
        Settlement memory s = terms(leg(TokenKind.ERC1155, address(share), carol, address(reader), 9, 50));
        supply(s);
        depositAll(s);
        reader.callBack(address(share), abi.encodeCall(share.safeTransferFrom, (address(reader), stranger, 9, 1, "")));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
    }
}

/// @notice Takes ERC-1155 tokens and makes one call when it does.
contract Erc1155Reader {
    address private target;
    bytes private data;
    bool public succeeded;
    bytes public answer;

    function callBack(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4) {
        (succeeded, answer) = target.call(data);
        return this.onERC1155Received.selector;
    }
}
