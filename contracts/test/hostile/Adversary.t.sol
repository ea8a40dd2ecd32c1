// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {EscrowLens} from "src/EscrowLens.sol";
import {SettlementEscrow} from "src/SettlementEscrow.sol";
import {Obstacle, Report, Status} from "src/interfaces/IEscrowLens.sol";
import {CustodyMode, ISettlementEscrow, Leg, PERMIT2, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {Terms} from "src/libraries/Terms.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {IssuerToken} from "../mocks/IssuerTokens.sol";
import {OddToken, Oddity} from "../mocks/OddToken.sol";
import {TestERC3009, TestWallet} from "../mocks/SignedTokens.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {TestERC3643} from "../mocks/TestTokens.sol";
import {Signing} from "../support/Signing.sol";

/// @notice Attacks that need more than one wrong argument: odd but real kinds of tokens, calldata that the ABI allows, signatures carried to another
/// place, and calls with just too little gas for a check.
contract AdversaryTest is Signing {
    /* TOKENS */

    /// @notice A wrapped coin answers calls that it does not know, and lets a caller move its own units by `transferFrom` without an allowance: no kind of
    /// leg gets at what the escrow holds of it.
    function test_WrappedCoin() public {
        WrappedCoin coin = new WrappedCoin();
        Settlement memory s = terms(leg20(address(coin), alice, bob, 100));
        coin.give(alice, 100);
        vm.prank(alice);
        coin.approve(address(escrow), 100);
        deposit(s, 0);

        coin.give(carol, 500);
        vm.prank(carol);
        coin.approve(address(escrow), type(uint256).max);
        Settlement memory attack = terms(leg(TokenKind.ERC721, address(coin), carol, vault, 100, 1));
        _failsBothWays(attack, carol);
        attack = terms(leg(TokenKind.ERC1155, address(coin), carol, vault, 1, 100));
        _failsBothWays(attack, carol);

        // An authorization that the token does not know succeeds and moves nothing; a permit that it does not know gives a stranger nothing.
        attack = terms(leg20(address(coin), carol, vault, 100));
        vm.startPrank(stranger);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        escrow.depositWithAuthorization(headerOf(attack), hashesOf(attack), 0, attack.legs[0], 0, DEADLINE, new bytes(65));
        expectNotDepositor(0, stranger);
        escrow.depositWithPermit(headerOf(attack), hashesOf(attack), 0, attack.legs[0], DEADLINE, 27, 0, 0);
        vm.stopPrank();

        cancelAsOperator(s);
        refund(s, 0);
        assertEq(coin.balanceOf(alice), 100);
        assertEq(coin.balanceOf(carol), 500);
    }

    /// @dev With little gas: a question that such a token takes for a deposit burns what it gets.
    function _failsBothWays(Settlement memory attack, address attacker) private {
        bytes memory putIn = abi.encodeCall(escrow.deposit, (headerOf(attack), hashesOf(attack), 0, attack.legs[0]));
        vm.prank(attacker);
        (bool ok,) = address(escrow).call{gas: 5_000_000}(putIn);
        assertFalse(ok);
        vm.prank(attacker);
        (ok,) = address(escrow).call{gas: 5_000_000}(abi.encodeCall(escrow.depositAndExecute, (attack)));
        assertFalse(ok);
    }

    /// @notice One token behind two addresses: what came in by one is not counted again by the other, and everybody gets their own.
    function test_TokenWithTwoAddresses() public {
        IssuerToken token = new IssuerToken();
        Entrance one = new Entrance(token);
        Entrance other = new Entrance(token);
        Settlement memory s = terms(leg20(address(one), alice, bob, 70), leg20(address(other), carol, alice, 30));
        token.mint(alice, 70);
        token.mint(carol, 30);
        vm.prank(alice);
        one.approve(address(escrow), 70);
        vm.prank(carol);
        other.approve(address(escrow), 30);
        deposit(s, 0);
        Settlement memory attack = terms(leg20(address(other), vault, carol, 70));
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(attack, 0);
        deposit(s, 1);
        assertEq(token.balanceOf(address(escrow)), 100);
        afterDeadline();
        refund(s, 1);
        refund(s, 0);
        assertEq(token.balanceOf(alice), 70);
        assertEq(token.balanceOf(carol), 30);
    }

    /* HOOKS THAT GIVE INSTEAD OF TAKE */

    /// @notice Units that a hook slips in while a balance is measured make no deposit and no delivery exact that is not.
    function test_Hook_TopsUp() public {
        OddToken odd = new OddToken();
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100));
        supply(s);
        _hook(odd, address(odd), abi.encodeCall(odd.mint, (address(escrow), 1)));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        deposit(s, 0);
        odd.turn(Oddity.None);
        deposit(s, 0);
        _hook(odd, address(odd), abi.encodeCall(odd.mint, (bob, 1)));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
        _hook(odd, address(odd), abi.encodeCall(odd.mint, (address(escrow), 1)));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);

        // On the way back a full replacement would clear the mark although nothing left; a part of one is its giver's loss.
        afterDeadline();
        _hook(odd, address(odd), abi.encodeCall(odd.mint, (address(escrow), 100)));
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        refund(s, 0);
        _hook(odd, address(odd), abi.encodeCall(odd.mint, (address(escrow), 99)));
        refund(s, 0);
        assertEq(odd.balanceOf(alice), 100);
        assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 1, false));
    }

    /// @notice What the hook of one leg gives away of another leg's token is nobody's, and changes no delivery and no refund.
    function test_Hook_DonatesAnotherToken() public {
        OddToken odd = new OddToken();
        Settlement memory other = bondForCash();
        depositAll(other);
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        depositAll(s);
        cash.mint(address(odd), 30);
        bytes[] memory gifts = new bytes[](2);
        gifts[0] = abi.encodeCall(cash.transfer, (address(escrow), 10));
        gifts[1] = abi.encodeCall(cash.transfer, (alice, 20));
        odd.onTransfer(address(cash), gifts);
        execute(s);
        assertTrue(odd.hookSucceeded(0) && odd.hookSucceeded(1));
        assertEq(cash.balanceOf(alice), 25);
        afterDeadline();
        refund(other, 0);
        refund(other, 1);
        assertEq(cash.balanceOf(address(escrow)), 10);
    }

    /// @notice Two deployments have two locks: a hook in one makes the other pay what it owes. That does not count as a delivery of the first.
    function test_Hook_AnotherDeploymentPays() public {
        OddToken odd = new OddToken();
        SettlementEscrow first = escrow;
        SettlementEscrow second = deployEscrow();
        Settlement memory owed = terms(leg20(address(odd), alice, stranger, 100));
        owed.legs[0].refundTo = bob;
        escrow = second;
        supply(owed);
        deposit(owed, 0);
        cancelAsOperator(owed);
        bytes memory pays = abi.encodeCall(escrow.refund, (headerOf(owed), hashesOf(owed), 0, owed.legs[0]));

        escrow = first;
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100));
        supply(s);
        deposit(s, 0);
        _hook(odd, address(second), pays);
        expectError(ISettlementEscrow.InexactTransfer.selector, uint256(0));
        execute(s);
        odd.turn(Oddity.None);
        execute(s);
        assertEq(odd.balanceOf(bob), 100);
        assertEq(odd.balanceOf(address(second)), 100);
    }

    /// @notice Whoever asks the lens from inside an execution hears that it has ended, and never that it can be executed.
    function test_Hook_AsksTheLens() public {
        OddToken odd = new OddToken();
        EscrowLens lens = deployLens(escrow);
        Settlement memory s = terms(leg20(address(odd), alice, bob, 100), leg20(address(cash), bob, alice, 5));
        supply(s);
        depositAll(s);
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = idOf(s);
        bytes[] memory questions = new bytes[](2);
        questions[0] = abi.encodeCall(lens.statusOf, (ids));
        questions[1] = abi.encodeCall(lens.preflight, (s, address(0)));
        odd.onTransfer(address(lens), questions);
        execute(s);
        Status[] memory statuses = abi.decode(odd.hookAnswers(0), (Status[]));
        assertEq(uint8(statuses[0].state), uint8(State.Executed));
        assertFalse(statuses[0].full);
        assertEq(statuses[0].held, 0);
        Report memory report = abi.decode(odd.hookAnswers(1), (Report));
        assertFalse(report.executable);
        assertEq(report.obstacles.length, 1);
        assertEq(uint8(report.obstacles[0]), uint8(Obstacle.Ended));
    }

    /// @notice A caller that swallows a failure goes on in the same transaction: the lock went with what failed.
    function test_SwallowedFailure() public {
        OddToken odd = new OddToken();
        Settlement memory bad = terms(leg20(address(odd), alice, bob, 100));
        supply(bad);
        depositAll(bad);
        odd.turn(Oddity.RevertsHuge);
        Settlement memory good = bondForCash();
        depositAll(good);
        Swallower swallower = new Swallower();
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(escrow.executeSwap, (bad));
        calls[1] = abi.encodeCall(escrow.executeSwap, (good));
        calls[2] = abi.encodeCall(escrow.executeSwap, (good));
        bool[] memory ok = swallower.all(address(escrow), calls);
        assertFalse(ok[0]);
        assertTrue(ok[1]);
        assertFalse(ok[2]);
        assertKnown(idOf(bad), Known(State.Open, 1, 0, 0, 1, false));
        assertKnown(idOf(good), Known(State.Executed, 0, 0, 0, 2, false));
    }

    function _hook(OddToken odd, address target, bytes memory call) private {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        odd.onTransfer(target, calls);
    }

    /* TOO LITTLE GAS */

    /// @notice The look for an ERC-721 is bounded in gas. No amount of gas for the whole call makes it fail and the deposit succeed.
    function test_LowGas_Disguised721() public {
        deed.mint(alice, 1);
        vm.prank(alice);
        deed.setApprovalForAll(address(escrow), true);
        Settlement memory s = terms(leg20(address(deed), alice, bob, 1));
        _neverWorks(alice, abi.encodeCall(escrow.deposit, (headerOf(s), hashesOf(s), 0, s.legs[0])), 20_000, 170_000);
    }

    /// @notice A gate that says no, a pair that is refused: neither becomes a yes for want of gas.
    function test_LowGas_GateAndPair() public {
        TestGate gate = new TestGate();
        Settlement memory s = bondForCash();
        s.gate = address(gate);
        depositAll(s);
        gate.set(Answer.No);
        _neverWorks(stranger, abi.encodeCall(escrow.executeSwap, (s)), 20_000, 170_000);

        TestERC3643 security = new TestERC3643();
        security.verify(bob, true);
        security.freeze(alice, true);
        Settlement memory checkedOne = terms(leg20(address(security), alice, bob, 10));
        checkedOne.legs[0].mode = CustodyMode.CHECKED;
        supply(checkedOne);
        bytes32[] memory hashes = hashesOf(checkedOne);
        _neverWorks(alice, abi.encodeCall(escrow.deposit, (headerOf(checkedOne), hashes, 0, checkedOne.legs[0])), 20_000, 200_000);
    }

    function _neverWorks(address caller, bytes memory call, uint256 from, uint256 to) private {
        for (uint256 gas = from; gas < to; gas += 331) {
            vm.prank(caller);
            (bool ok,) = address(escrow).call{gas: gas}(call);
            assertFalse(ok, "too little gas was a yes");
        }
    }

    /* CALLDATA */

    /// @notice Legs that lie further back, behind bytes that nobody reads: the same terms, the same id, the same log.
    function test_LegsFurtherBack() public {
        Settlement memory s = bondForCash();
        bytes memory call = _withLegsAt(s, 0xe0 + 0x60, new bytes(0x60));
        watchLogs();
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(call);
        assertTrue(ok);
        readLogs();
        assertLog(ISettlementEscrow.Registered.selector, idOf(s), stranger, abi.encode(s));
        assertNoMoreLogs();
        assertKnown(idOf(s), Known(State.Open, 0, 0, 0, 2, true));
    }

    /// @notice Legs outside of the calldata, in front of it, at the head itself; counts that overflow: refused.
    function test_LegsNowhere() public {
        Settlement memory s = bondForCash();
        uint256[7] memory offsets =
            [uint256(0), 0x20, type(uint256).max, type(uint256).max - 0x1f, 1 << 64, 1 << 255, 0xe0 + 0x20 + 2 * 0x100 - 0x1f];
        for (uint256 i; i < offsets.length; ++i) {
            _refused(_withLegsAt(s, offsets[i], ""));
        }
        bytes memory data = abi.encodeCall(escrow.register, (s));
        uint256[6] memory counts = [uint256(0), 3, 65, 1 << 56, 1 << 64, type(uint256).max];
        for (uint256 i; i < counts.length; ++i) {
            uint256 count = counts[i];
            // Behind the length of `data`, the selector, the offset and seven words of the head.
            assembly ("memory-safe") {
                mstore(add(data, 0x124), count)
            }
            _refused(data);
        }
    }

    /// @notice Two items of a batch that share their bytes are the same settlement, which executes once.
    function test_ItemsThatShareTheirBytes() public {
        Settlement memory s = bondForCash();
        depositAll(s);
        bytes memory item = abi.encode(s);
        bytes memory tail = new bytes(item.length - 0x20);
        for (uint256 i; i < tail.length; ++i) {
            tail[i] = item[i + 0x20];
        }
        bytes memory call = abi.encodePacked(
            escrow.executeSwaps.selector, abi.encode(uint256(0x40), uint256(500_000), uint256(2), uint256(0x40), uint256(0x40)), tail
        );
        (bool ok, bytes memory answer) = address(escrow).call(call);
        assertTrue(ok);
        assertEq(abi.decode(answer, (uint256)), 1);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
    }

    function _withLegsAt(Settlement memory s, uint256 offset, bytes memory between) private view returns (bytes memory) {
        bytes memory legs = abi.encode(s.legs);
        bytes memory counted = new bytes(legs.length - 0x20);
        for (uint256 i; i < counted.length; ++i) {
            counted[i] = legs[i + 0x20];
        }
        bytes memory head = abi.encode(uint256(0x20), s.ref, s.notBefore, s.deadline, s.operator, s.gate, s.commitment, offset);
        return abi.encodePacked(escrow.register.selector, head, between, counted);
    }

    function _refused(bytes memory call) private {
        (bool ok,) = address(escrow).call(call);
        assertFalse(ok, "accepted");
    }

    /* SIGNATURES ELSEWHERE */

    /// @notice A signature for Permit2 names the escrow as spender and its settlement as witness: nobody else can use it, not even another deployment.
    function test_Permit2_AnotherDeployment() public {
        deployPermit2();
        Settlement memory s = _promisedToPermit2();
        bytes memory signature = signPermit2(s, 0, 1);
        escrow = deployEscrow();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        depositPermit2(s, 0, 1, signature);
    }

    /// @notice Off the home chain Permit2 has another domain.
    function test_Permit2_AnotherChain() public {
        deployPermit2();
        Settlement memory s = _promisedToPermit2();
        bytes memory signature = signPermit2(s, 0, 1);
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        depositPermit2(s, 0, 1, signature);
        vm.chainId(home);
        depositPermit2(s, 0, 1, signature);
        assertEq(bond.balanceOf(address(escrow)), BOND_AMOUNT);
    }

    function _promisedToPermit2() private returns (Settlement memory s) {
        s = bondForCash();
        vm.prank(alice);
        bond.approve(PERMIT2, type(uint256).max);
    }

    function test_Authorization_AnotherDeployment() public {
        TestERC3009 token = new TestERC3009();
        token.mint(alice, 100);
        Settlement memory s = terms(leg20(address(token), alice, bob, 100));
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        bytes memory signature = sign(alice, token.authorizationDigest(alice, address(escrow), 100, 0, DEADLINE, nonce));
        escrow = deployEscrow();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), 0, s.legs[0], 0, DEADLINE, signature);
    }

    /// @notice Two contract wallets of one key, both named in the terms: the key's signature of these terms is the consent of each of them, and of no other terms.
    function test_OneKeyTwoWallets() public {
        address one = address(new TestWallet(alice));
        address other = address(new TestWallet(alice));
        Settlement memory s = terms(leg20(address(bond), one, bob, 10), leg20(address(bond), other, bob, 20));
        supply(s);
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = sign(alice, idOf(s));
        signatures[1] = signatures[0];
        Settlement memory changed = abi.decode(abi.encode(s), (Settlement));
        changed.legs[1].amount = 21;
        vm.expectPartialRevert(ISettlementEscrow.BadSignature.selector);
        escrow.settleSigned(changed, ascending(one, other), signatures);
        escrow.settleSigned(s, ascending(one, other), signatures);
        assertEq(bond.balanceOf(bob), 30);
    }

    /// @notice With Permit2 a signature of that key is for one leg: what one wallet promised cannot be taken from the other.
    function test_OneKeyTwoWallets_Permit2() public {
        deployPermit2();
        address one = address(new TestWallet(alice));
        address other = address(new TestWallet(alice));
        Settlement memory s = terms(leg20(address(bond), one, bob, 10), leg20(address(bond), other, bob, 10));
        supply(s);
        vm.prank(one);
        bond.approve(PERMIT2, type(uint256).max);
        vm.prank(other);
        bond.approve(PERMIT2, type(uint256).max);
        bytes memory signature = sign(alice, permit2Digest(s.legs[0], Terms.depositWitness(idOf(s), 0), 1, s.deadline));
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        depositPermit2(s, 1, 1, signature);
        depositPermit2(s, 0, 1, signature);
        assertEq(bond.balanceOf(other), 10);
    }

    /// @notice Tokens, gate and the escrow itself as signers, with a token that says yes to whatever it is asked: they sign for themselves only.
    function test_StrangeSigners() public {
        YesToken yes = new YesToken();
        Settlement memory s = terms(leg20(address(bond), alice, bob, BOND_AMOUNT), leg20(address(yes), bob, alice, 5));
        supply(s.legs[0]);
        yes.mint(bob, 5);
        address[] memory signers = ascending(alice, address(yes));
        bytes[] memory signatures = new bytes[](2);
        expectError(ISettlementEscrow.BadSignature.selector, alice);
        escrow.settleSigned(s, signers, signatures);
        signers = ascending(address(yes));
        signatures = new bytes[](1);
        expectError(ISettlementEscrow.MissingConsent.selector, uint256(0));
        escrow.settleSigned(s, signers, signatures);
        signers = ascending(address(escrow));
        expectError(ISettlementEscrow.BadSignature.selector, address(escrow));
        escrow.settleSigned(s, signers, signatures);
    }
}

/// @notice After the wrapped coins of old: an unknown call is a deposit and succeeds, and who moves its own units needs no allowance.
contract WrappedCoin {
    mapping(address holder => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    fallback() external payable {
        balanceOf[msg.sender] += msg.value;
    }

    receive() external payable {
        balanceOf[msg.sender] += msg.value;
    }

    function give(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return transferFrom(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public returns (bool) {
        if (from != msg.sender && allowance[from][msg.sender] != type(uint256).max) allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// @notice One of several addresses of a token, with allowances of its own.
contract Entrance {
    IssuerToken private immutable TOKEN;
    mapping(address owner => mapping(address spender => uint256)) private allowed;

    constructor(IssuerToken token) {
        TOKEN = token;
    }

    function balanceOf(address holder) external view returns (uint256) {
        return TOKEN.balanceOf(holder);
    }

    function approve(address spender, uint256 amount) external {
        allowed[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowed[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        TOKEN.forcedTransfer(from, to, amount);
        return true;
    }
}

/// @notice Answers the magic of ERC-1271 to everybody.
contract YesToken is MintableToken {
    constructor() MintableToken("Yes", "YES", 0) {}

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x1626ba7e;
    }
}

/// @notice Makes calls one after the other and does not mind if they fail.
contract Swallower {
    function all(address target, bytes[] calldata calls) external returns (bool[] memory ok) {
        ok = new bool[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            (ok[i],) = target.call(calls[i]);
        }
    }
}
