// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, LegFault, TokenKind} from "../interfaces/ISettlementEscrow.sol";
import {ICompliance, IERC165, IERC3643, IIdentityRegistry} from "../interfaces/ITokens.sol";
import {BoundedCall} from "./BoundedCall.sol";

/// @title LegRules
/// @notice What makes a leg acceptable: its own rules and, for CHECKED legs, those of an ERC-3643 token.
library LegRules {
    using BoundedCall for address;

    bytes4 internal constant ERC721_INTERFACE = 0x80ac58cd;

    /// @dev The bound that ERC-165 gives. Enough for an honest answer, and a token that burns its gas on unknown selectors stays usable.
    uint256 private constant PROBE_GAS = 30_000;

    /// @notice Reverts `InvalidLeg` with the first fault of the leg, in the order of `LegFault`.
    function check(Leg calldata leg, uint256 index) internal view {
        address token = leg.token;
        address self = address(this);
        if (_anyIs(leg, address(0)) || token == address(0)) _fail(index, LegFault.ZeroAddress);
        if (_anyIs(leg, self) || token == self) _fail(index, LegFault.IsEscrow);
        if (_anyIs(leg, token)) _fail(index, LegFault.IsToken);
        if (leg.from == leg.to) _fail(index, LegFault.SelfTransfer);

        bool isErc20 = leg.kind == TokenKind.ERC20;
        uint256 amount = leg.amount;
        if (leg.kind == TokenKind.ERC721) {
            if (amount != 1) _fail(index, LegFault.AmountNotOne);
        } else if (amount == 0) {
            _fail(index, LegFault.ZeroAmount);
        }
        if (isErc20 && leg.tokenId != 0) _fail(index, LegFault.TokenIdNotZero);
        if (token.code.length == 0) _fail(index, LegFault.NoCode);
        // ERC-721 shares `transferFrom` and `balanceOf` with ERC-20: token number 1 would come in as "one unit" and never leave.
        if (isErc20 && amount == 1 && _saysErc721(token)) _fail(index, LegFault.Disguised721);
        if (leg.mode == CustodyMode.CHECKED && !isErc20) _fail(index, LegFault.CheckedNotErc20);
        if (leg.mode == CustodyMode.DIRECT && leg.refundTo != leg.from) _fail(index, LegFault.DirectRefundTo);
    }

    /// @notice For a CHECKED leg: reverts unless the token's registry and compliance let `from` deliver to `to`.
    function checkPair(Leg calldata leg, uint256 index) internal view {
        if (leg.mode == CustodyMode.CHECKED && !_pairAllowed(leg)) revert ISettlementEscrow.TransferNotAllowed(index);
    }

    function _pairAllowed(Leg calldata leg) private view returns (bool) {
        (address token, address from, address to) = (leg.token, leg.from, leg.to);
        (bool ok, address registry) = _askAddress(token, abi.encodeCall(IERC3643.identityRegistry, ()));
        if (!ok || !registry.answers(abi.encodeCall(IIdentityRegistry.isVerified, (to)), 1)) return false;
        if (!token.answers(abi.encodeCall(IERC3643.isFrozen, (from)), 0)) return false;
        if (!token.answers(abi.encodeCall(IERC3643.isFrozen, (to)), 0)) return false;
        address compliance;
        (ok, compliance) = _askAddress(token, abi.encodeCall(IERC3643.compliance, ()));
        return ok && compliance.answers(abi.encodeCall(ICompliance.canTransfer, (from, to, leg.amount)), 1);
    }

    function _askAddress(address target, bytes memory data) private view returns (bool ok, address answer) {
        uint256 word;
        (ok, word) = target.ask(data);
        ok = ok && word <= type(uint160).max;
        answer = address(uint160(word));
    }

    function _saysErc721(address token) private view returns (bool) {
        (bool ok, uint256 word) = token.ask(abi.encodeCall(IERC165.supportsInterface, (ERC721_INTERFACE)), PROBE_GAS);
        return ok && word != 0;
    }

    function _anyIs(Leg calldata leg, address account) private pure returns (bool) {
        return leg.from == account || leg.to == account || leg.refundTo == account;
    }

    function _fail(uint256 index, LegFault fault) private pure {
        revert ISettlementEscrow.InvalidLeg(index, fault);
    }
}
