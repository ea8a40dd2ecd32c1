// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, Leg, LegFault} from "../interfaces/ISettlementEscrow.sol";
import {ICompliance, IERC165, IERC3643, IIdentityRegistry} from "../interfaces/ITokens.sol";
import {BoundedCall} from "./BoundedCall.sol";
import {Members} from "./Members.sol";

/// @title LegRules
/// @notice What makes a leg acceptable: its own rules and, for CHECKED legs, those of an ERC-3643 token.
library LegRules {
    using BoundedCall for address;
    using Members for Leg;

    bytes4 internal constant ERC721_INTERFACE = 0x80ac58cd;

    /// @dev The bound that ERC-165 gives. Enough for an honest answer, and a token that burns its gas on unknown selectors stays usable.
    uint256 private constant PROBE_GAS = 30_000;

    /// @notice Reverts `InvalidLeg` with the first fault of the leg, in the order of `LegFault`.
    function check(Leg calldata leg, uint256 index) internal view {
        (bool faulty, LegFault fault) = faultOf(leg, address(this));
        if (faulty) revert ISettlementEscrow.InvalidLeg(index, fault);
    }

    /// @notice The first fault of a leg, whose hash was taken before, in a settlement on `escrow`.
    function faultOf(Leg calldata leg, address escrow) internal view returns (bool faulty, LegFault fault) {
        (address token, address from, address to, address refundTo) = (leg.tokenOf(), leg.fromOf(), leg.toOf(), leg.refundToOf());
        if (_oneIs(address(0), token, from, to, refundTo)) return (true, LegFault.ZeroAddress);
        if (_oneIs(escrow, token, from, to, refundTo)) return (true, LegFault.IsEscrow);
        if (_oneIs(token, from, from, to, refundTo)) return (true, LegFault.IsToken);
        if (from == to) return (true, LegFault.SelfTransfer);

        bool isErc20 = leg.isErc20();
        uint256 amount = leg.amount;
        if (leg.isErc721()) {
            if (amount != 1) return (true, LegFault.AmountNotOne);
        } else if (amount == 0) {
            return (true, LegFault.ZeroAmount);
        }
        if (isErc20 && leg.tokenId != 0) return (true, LegFault.TokenIdNotZero);
        if (token.code.length == 0) return (true, LegFault.NoCode);
        // ERC-721 shares `transferFrom` and `balanceOf` with ERC-20: token number 1 would come in as "one unit" and never leave.
        if (isErc20 && amount == 1 && _erc721Answer(token) != 0) return (true, LegFault.Disguised721);
        if (leg.isChecked() && !isErc20) return (true, LegFault.CheckedNotErc20);
        if (leg.isDirect() && refundTo != from) return (true, LegFault.DirectRefundTo);
        // ERC-721 demands ERC-165. Tokens older than both let `transferFrom` be called by an approved spender only, not by the owner: they would come in
        // by their owner's approval, and the escrow, being the owner then, could not send them.
        if (leg.isErc721() && _erc721Answer(token) != 1) return (true, LegFault.NotErc721);
    }

    /// @notice For a CHECKED leg: reverts unless the token's registry and compliance let `from` deliver to `to`.
    function checkPair(Leg calldata leg, uint256 index) internal view {
        if (leg.isChecked() && !pairAllowed(leg)) revert ISettlementEscrow.TransferNotAllowed(index);
    }

    /// @notice Whether an ERC-3643 token's registry and compliance let `from` deliver to `to`.
    function pairAllowed(Leg calldata leg) internal view returns (bool) {
        (address token, address from, address to) = (leg.tokenOf(), leg.fromOf(), leg.toOf());
        address registry = _part(token, IERC3643.identityRegistry.selector);
        if (!registry.answers(IIdentityRegistry.isVerified.selector, uint160(to), 1)) return false;
        if (!token.answers(IERC3643.isFrozen.selector, uint160(from), 0)) return false;
        if (!token.answers(IERC3643.isFrozen.selector, uint160(to), 0)) return false;
        address rules = _part(token, IERC3643.compliance.selector);
        return rules.answers(abi.encodeCall(ICompliance.canTransfer, (from, to, leg.amount)), 1);
    }

    /// @dev Zero, which has no code and answers nothing, if the token does not name one.
    function _part(address token, bytes4 selector) private view returns (address) {
        (bool ok, uint256 word) = token.ask(abi.encodePacked(selector));
        return ok && word <= type(uint160).max ? address(uint160(word)) : address(0);
    }

    /// @dev The word that the token answers when ERC-165 asks it for ERC-721; zero if it reverts, burns the gas or answers less than a word.
    function _erc721Answer(address token) private view returns (uint256) {
        (bool ok, uint256 word) = token.ask(abi.encodeCall(IERC165.supportsInterface, (ERC721_INTERFACE)), PROBE_GAS);
        return ok ? word : 0;
    }

    /// @dev Without branches, because every leg is asked this three times. Addresses read from calldata have clean upper bits.
    function _oneIs(address account, address a, address b, address c, address d) private pure returns (bool found) {
        assembly ("memory-safe") {
            found := or(or(eq(account, a), eq(account, b)), or(eq(account, c), eq(account, d)))
        }
    }
}
