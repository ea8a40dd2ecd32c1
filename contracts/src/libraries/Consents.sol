// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow} from "../interfaces/ISettlementEscrow.sol";
import {IERC1271} from "../interfaces/ITokens.sol";
import {BoundedCall} from "./BoundedCall.sol";

/// @title Consents
/// @notice Who signed a digest.
library Consents {
    using BoundedCall for address;

    /// @dev Half the order of secp256k1: the upper half of `s` would be a second signature of the same kind.
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Reverts unless the signers are strictly ascending and each signature is its signer's.
    function check(bytes32 digest, address[] calldata signers, bytes[] calldata signatures) internal view {
        address previous;
        for (uint256 i; i < signers.length; ++i) {
            address signer = signers[i];
            if (i > 0 && signer <= previous) revert ISettlementEscrow.SignersNotAscending();
            if (!signed(digest, signer, signatures[i])) revert ISettlementEscrow.BadSignature(signer);
            previous = signer;
        }
    }

    /// @notice Whether `account` is among the ascending signers.
    function includes(address[] calldata signers, address account) internal pure returns (bool) {
        uint256 low;
        uint256 high = signers.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            address signer = signers[middle];
            if (signer == account) return true;
            if (signer < account) low = middle + 1;
            else high = middle;
        }
        return false;
    }

    /// @notice Whether the signature of `digest` is the signer's: by its key, of 65 bytes or 64 (EIP-2098) with a low `s`, or by its code (ERC-1271).
    /// @dev The key is tried first, whatever the code: an account of EIP-7702 keeps its key, and its delegate may know no ERC-1271.
    function signed(bytes32 digest, address signer, bytes calldata signature) internal view returns (bool) {
        if (signer == address(0)) return false;
        if (_recover(digest, signature) == signer) return true;
        if (signer.code.length == 0) return false;
        bytes32 magic = IERC1271.isValidSignature.selector;
        return signer.answers(abi.encodeCall(IERC1271.isValidSignature, (digest, signature)), uint256(magic));
    }

    /// @dev Zero if the signature has neither form.
    function _recover(bytes32 digest, bytes calldata signature) private pure returns (address) {
        if (signature.length != 64 && signature.length != 65) return address(0);
        bytes32 r = bytes32(signature[:32]);
        uint256 s = uint256(bytes32(signature[32:64]));
        uint8 v;
        if (signature.length == 65) {
            v = uint8(signature[64]);
        } else {
            v = uint8(27 + (s >> 255));
            s &= type(uint256).max >> 1;
        }
        return s > MAX_S ? address(0) : ecrecover(digest, v, r, bytes32(s));
    }
}
