// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Leg, PERMIT2, Settlement} from "src/interfaces/ISettlementEscrow.sol";
import {Terms} from "src/libraries/Terms.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {OddToken} from "../mocks/OddToken.sol";
import {TestERC3009} from "../mocks/SignedTokens.sol";
import {Signing} from "./Signing.sol";

/// @notice The entry points that take terms.
enum Entry {
    Register,
    Deposit,
    DepositMany,
    DepositWithPermit,
    DepositWithPermit2,
    DepositWithAuthorization,
    DepositAndExecute,
    ExecuteSwap,
    SettleSigned,
    WithdrawLeg,
    Cancel,
    CancelAsOperator,
    CancelSigned,
    Refund,
    RefundMany
}

/// @notice A valid call of each entry, to be broken in one way. Leg 0 is the one that the call is about.
abstract contract Entries is Signing {
    uint256 internal constant ENTRIES = uint256(type(Entry).max) + 1;

    OddToken internal odd;
    TestERC3009 internal authorized;

    function setUp() public virtual override {
        super.setUp();
        odd = new OddToken();
        authorized = new TestERC3009();
        deployPermit2();
    }

    /* KINDS OF ENTRIES */

    function isDeposit(Entry e) internal pure returns (bool) {
        return e >= Entry.Deposit && e <= Entry.DepositWithAuthorization;
    }

    /// @notice Deposits by a signature of the leg's owner.
    function isRelayed(Entry e) internal pure returns (bool) {
        return e == Entry.DepositWithPermit2 || e == Entry.DepositWithAuthorization;
    }

    function executes(Entry e) internal pure returns (bool) {
        return e == Entry.DepositAndExecute || e == Entry.ExecuteSwap || e == Entry.SettleSigned;
    }

    function isRefund(Entry e) internal pure returns (bool) {
        return e == Entry.Refund || e == Entry.RefundMany;
    }

    /// @notice Entries that may be the first that the chain sees of a settlement, other than by a cancellation.
    function opens(Entry e) internal pure returns (bool) {
        return e == Entry.Register || isDeposit(e) || e == Entry.DepositAndExecute || e == Entry.SettleSigned;
    }

    /// @notice Entries that prove one leg by the hashes of all.
    function provesLegs(Entry e) internal pure returns (bool) {
        return isDeposit(e) || e == Entry.WithdrawLeg || e == Entry.Cancel || isRefund(e);
    }

    function takesSignatures(Entry e) internal pure returns (bool) {
        return e == Entry.SettleSigned || e == Entry.CancelSigned;
    }

    /* A VALID CASE */

    /// @notice Terms that suit the entry, funded and approved. `depositAndExecute` gets both legs from one owner.
    function termsFor(Entry e) internal returns (Settlement memory s) {
        address token = e == Entry.DepositWithAuthorization ? address(authorized) : address(odd);
        address other = e == Entry.DepositAndExecute ? alice : bob;
        s = terms(leg20(token, alice, bob, 100), leg20(address(cash), other, carol, 5));
        s.ref = bytes32(uint256(e) + 1);
        provide(s);
    }

    function provide(Settlement memory s) internal {
        supply(s);
        for (uint256 i; i < s.legs.length; ++i) {
            vm.prank(s.legs[i].from);
            MintableToken(s.legs[i].token).approve(PERMIT2, type(uint256).max);
        }
    }

    /// @notice Brings the settlement to where the entry is allowed.
    function ready(Entry e, Settlement memory s) internal {
        if (e == Entry.ExecuteSwap) depositAll(s);
        if (e == Entry.WithdrawLeg || e == Entry.Cancel || isRefund(e)) deposit(s, 0);
        if (isRefund(e)) cancelAsOperator(s);
    }

    function callerOf(Entry e) internal view returns (address) {
        if (e == Entry.CancelAsOperator) return operator;
        bool own = e == Entry.Deposit || e == Entry.DepositMany || e == Entry.DepositWithPermit || e == Entry.DepositAndExecute
            || e == Entry.WithdrawLeg || e == Entry.Cancel;
        return own ? alice : stranger;
    }

    /// @notice The call of an entry for leg 0.
    function callOf(Entry e, Settlement memory s) internal view returns (bytes memory) {
        return callOf(e, s, hashesOf(s), 0);
    }

    function callOf(Entry e, Settlement memory s, bytes32[] memory hashes, uint256 index) internal view returns (bytes memory) {
        if (e == Entry.Register) return abi.encodeCall(escrow.register, (s));
        if (e == Entry.DepositAndExecute) return abi.encodeCall(escrow.depositAndExecute, (s));
        if (e == Entry.ExecuteSwap) return abi.encodeCall(escrow.executeSwap, (s));
        if (e == Entry.CancelAsOperator) return abi.encodeCall(escrow.cancelAsOperator, (headerOf(s), legsHashOf(s)));
        if (takesSignatures(e)) return signedCall(e, s, owners(s));
        if (isRelayed(e)) return _relayedCall(e, s, hashes, index);
        Leg memory one = s.legs[0];
        if (e == Entry.Deposit) return abi.encodeCall(escrow.deposit, (headerOf(s), hashes, index, one));
        if (e == Entry.WithdrawLeg) return abi.encodeCall(escrow.withdrawLeg, (headerOf(s), hashes, index, one));
        if (e == Entry.Cancel) return abi.encodeCall(escrow.cancel, (headerOf(s), hashes, index, one));
        if (e == Entry.Refund) return abi.encodeCall(escrow.refund, (headerOf(s), hashes, index, one));
        if (e == Entry.DepositWithPermit) {
            return abi.encodeCall(escrow.depositWithPermit, (headerOf(s), hashes, index, one, s.deadline, 27, 0, 0));
        }
        Leg[] memory legs = new Leg[](1);
        legs[0] = one;
        if (e == Entry.DepositMany) return abi.encodeCall(escrow.depositMany, (headerOf(s), hashes, list(index), legs));
        return abi.encodeCall(escrow.refundMany, (headerOf(s), hashes, list(index), legs, 500_000));
    }

    function _relayedCall(Entry e, Settlement memory s, bytes32[] memory hashes, uint256 index) private view returns (bytes memory) {
        Leg memory one = s.legs[0];
        if (e == Entry.DepositWithPermit2) {
            bytes memory permit = one.from == alice && hashes.length > 0 ? signPermit2(s, 0, 1) : bytes("");
            return abi.encodeCall(escrow.depositWithPermit2, (headerOf(s), hashes, index, one, 1, s.deadline, permit));
        }
        bytes32 nonce = Terms.depositWitness(idOf(s), 0);
        uint256 until = uint256(s.deadline) + 10;
        bytes memory signature = sign(alice, authorized.authorizationDigest(one.from, address(escrow), one.amount, 0, until, nonce));
        return abi.encodeCall(escrow.depositWithAuthorization, (headerOf(s), hashes, index, one, 0, until, signature));
    }

    /// @notice The owners of the legs, ascending, each once.
    function owners(Settlement memory s) internal view returns (address[] memory) {
        return s.legs.length > 1 && s.legs[1].from == bob ? ascending(alice, bob) : ascending(alice);
    }

    function signedCall(Entry e, Settlement memory s, address[] memory signers) internal view returns (bytes memory) {
        return signedCall(e, s, signers, signAll(signers, e == Entry.SettleSigned ? idOf(s) : cancelDigest(s)));
    }

    function signedCall(Entry e, Settlement memory s, address[] memory signers, bytes[] memory signatures)
        internal
        view
        returns (bytes memory)
    {
        return e == Entry.SettleSigned
            ? abi.encodeCall(escrow.settleSigned, (s, signers, signatures))
            : abi.encodeCall(escrow.cancelSigned, (s, signers, signatures));
    }

    /* OUTCOMES */

    function works(address caller, bytes memory call, string memory what) internal {
        vm.prank(caller);
        (bool ok,) = address(escrow).call(call);
        assertTrue(ok, what);
    }

    /// @notice Fails with exactly this error, and leaves no trace.
    function fails(address caller, bytes memory call, bytes memory expected, string memory what) internal {
        vm.prank(caller);
        (bool ok, bytes memory reason) = address(escrow).call(call);
        assertFalse(ok, what);
        assertEq(reason, expected, what);
    }
}
