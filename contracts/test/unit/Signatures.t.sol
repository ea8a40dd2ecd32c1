// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Settlement} from "src/interfaces/ISettlementEscrow.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {TestWallet, WalletAnswer} from "../mocks/SignedTokens.sol";
import {Signing} from "../support/Signing.sol";

/// @notice Which signatures count.
contract SignaturesTest is Signing {
    function _oneLeg(address from) private returns (Settlement memory s) {
        s = terms(leg20(address(cash), from, carol, 5));
        supply(s);
    }

    function _with(bytes memory signature) private pure returns (bytes[] memory signatures) {
        signatures = new bytes[](1);
        signatures[0] = signature;
    }

    function _refused(Settlement memory s, bytes memory signature) private {
        address from = s.legs[0].from;
        expectError(ISettlementEscrow.BadSignature.selector, from);
        escrow.settleSigned(s, ascending(from), _with(signature));
    }

    function test_Signature_Compact() public {
        Settlement memory s = _oneLeg(alice);
        bytes memory signature = _compact(sign(alice, idOf(s)));
        escrow.settleSigned(s, ascending(alice), _with(signature));
    }

    function _compact(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s, uint8 v) = _split(signature);
        return abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _split(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    /// @notice Both parities of `v`, in both forms.
    function testFuzz_Signature_BothForms(bytes32 ref, bool compact) public {
        Settlement memory s = _oneLeg(alice);
        s.ref = ref;
        bytes memory signature = sign(alice, idOf(s));
        escrow.settleSigned(s, ascending(alice), _with(compact ? _compact(signature) : signature));
    }

    function test_Signature_Malleable() public {
        Settlement memory s = _oneLeg(alice);
        (bytes32 r, bytes32 sv, uint8 v) = _split(sign(alice, idOf(s)));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 high = bytes32(order - uint256(sv));
        assertEq(ecrecover(idOf(s), v == 27 ? 28 : 27, r, high), alice, "the twin recovers");
        _refused(s, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
        _refused(s, abi.encodePacked(r, sv, v - 27));
        _refused(s, abi.encodePacked(r, sv, v == 27 ? uint8(28) : uint8(27)));
    }

    /// @notice The edge between low and high: any `r` and `s` are somebody's signature, and the last low `s` counts.
    function test_Signature_LastLowS() public {
        Settlement memory s = _oneLeg(alice);
        bytes32 id = idOf(s);
        bytes32 r = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;
        bytes32 half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
        bytes32 beyond = bytes32(uint256(half) + 1);
        address somebody = ecrecover(id, 27, r, beyond);
        vm.prank(alice);
        expectError(ISettlementEscrow.BadSignature.selector, somebody);
        escrow.settleSigned(s, ascending(somebody), _with(abi.encodePacked(r, beyond, uint8(27))));
        somebody = ecrecover(id, 27, r, half);
        vm.prank(alice);
        escrow.settleSigned(s, ascending(somebody), _with(abi.encodePacked(r, half, uint8(27))));
        assertEq(cash.balanceOf(carol), 5);
    }

    function testFuzz_Signature_OtherLengths(bytes calldata garbage) public {
        Settlement memory s = _oneLeg(alice);
        _refused(s, garbage);
        bytes memory signature = sign(alice, idOf(s));
        _refused(s, bytes.concat(signature, hex"00"));
        _refused(s, "");
    }

    /// @notice The zero address that a broken signature recovers to is nobody.
    function test_Signature_NobodyIsNotASigner() public {
        Settlement memory s = _oneLeg(alice);
        expectError(ISettlementEscrow.BadSignature.selector, address(0));
        escrow.settleSigned(s, new address[](1), _with(new bytes(65)));
    }

    /// @notice What is no signature is nobody's, also not that of an address next to zero.
    function test_Signature_GarbageIsNobodys() public {
        for (uint160 a = 1; a < 4; ++a) {
            Settlement memory s = terms(leg20(address(cash), address(a), carol, 5));
            _refused(s, hex"010203");
            _refused(s, abi.encodePacked(bytes32(uint256(1)), bytes32(type(uint256).max >> 1), uint8(27)));
            _refused(s, new bytes(65));
            _refused(s, new bytes(64));
        }
    }

    function _wallet() private returns (TestWallet wallet, Settlement memory s) {
        wallet = new TestWallet(alice);
        s = terms(leg20(address(cash), address(wallet), bob, 50));
        cash.mint(address(wallet), 50);
        wallet.act(address(cash), abi.encodeCall(cash.approve, (address(escrow), 50)));
    }

    function test_Signature_ContractWallet() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        bytes memory good = sign(alice, idOf(s));
        WalletAnswer[5] memory bad = [WalletAnswer.No, WalletAnswer.Empty, WalletAnswer.Short, WalletAnswer.Dirty, WalletAnswer.Reverts];
        for (uint256 i; i < bad.length; ++i) {
            wallet.set(bad[i]);
            _refused(s, good);
        }
        wallet.set(WalletAnswer.Honest);
        bytes memory other = sign(bob, idOf(s));
        _refused(s, other);
        escrow.settleSigned(s, ascending(address(wallet)), _with(good));
        assertEq(cash.balanceOf(bob), 50);
    }

    function test_Signature_ContractWallet_HugeAnswer() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        wallet.set(WalletAnswer.Huge);
        escrow.settleSigned(s, ascending(address(wallet)), _with(""));
    }

    function test_Signature_ContractWallet_Reenters() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        wallet.reenterWith(abi.encodeCall(escrow.executeSwap, (s)));
        escrow.settleSigned(s, ascending(address(wallet)), _with(""));
    }

    function test_Signature_ContractWallet_BurnsGas() public {
        (TestWallet wallet, Settlement memory s) = _wallet();
        wallet.set(WalletAnswer.BurnsGas);
        bytes memory call = abi.encodeCall(escrow.settleSigned, (s, ascending(address(wallet)), _with("")));
        (bool ok, bytes memory reason) = address(escrow).call{gas: 3_000_000}(call);
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(ISettlementEscrow.BadSignature.selector, address(wallet)));
    }

    /// @notice Signature7702_DelegateWithout1271: an account with delegated code signs with its key as before.
    function test_Signature7702_DelegateWithout1271() public {
        Settlement memory s = _oneLeg(alice);
        bytes memory signature = sign(alice, idOf(s));
        MintableToken delegate = new MintableToken("", "", 0);
        vm.etch(alice, bytes.concat(hex"ef0100", bytes20(address(delegate))));
        bytes memory other = sign(bob, idOf(s));
        _refused(s, other);
        escrow.settleSigned(s, ascending(alice), _with(signature));
        assertEq(cash.balanceOf(carol), 5);
    }
}
