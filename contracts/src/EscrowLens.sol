// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {IEscrowLens, LegReason, LegReport, Obstacle, Report, Status} from "./interfaces/IEscrowLens.sol";
import {CustodyMode, ISettlementEscrow, Leg, LegFault, MAX_TERM, Settlement, State, TokenKind} from "./interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "./interfaces/ISettlementGate.sol";
import {IERC1155, IERC20, IERC3643, IERC721, IIdentityRegistry} from "./interfaces/ITokens.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";
import {LegRules} from "./libraries/LegRules.sol";

/// @dev What tokens tell about themselves beyond the standards that the escrow uses.
interface ITokenQuestions {
    function paused() external view returns (bool);
    function allowance(address owner, address spender) external view returns (uint256);
    function getApproved(uint256 tokenId) external view returns (address);
    function isApprovedForAll(address owner, address operator) external view returns (bool);
}

/// @title EscrowLens
/// @notice Questions about settlements of one escrow. See `IEscrowLens`.
contract EscrowLens is IEscrowLens {
    using BoundedCall for address;
    using LegRules for Leg;

    uint256 private constant ALL = type(uint256).max;

    /// @dev What one question to a token may burn.
    uint256 private constant QUESTION_GAS = 200_000;

    /// @dev Gas of one execution, whole transaction: what it costs apart from its legs, and per leg in custody with a recipient that holds
    /// nothing yet. Measured with common tokens under Cancun and rounded up; under Amsterdam about 65,000 and 120,000 for an ERC-20.
    uint256 private constant BASE_GAS = 45_000;
    uint256 private constant ERC20_GAS = 48_000;
    uint256 private constant ERC721_GAS = 50_000;
    uint256 private constant ERC1155_GAS = 62_000;

    /// @dev What an ERC-3643 token does on top of its questions: it tells its compliance what moved.
    uint256 private constant PERMISSIONED_GAS = 30_000;

    /// @inheritdoc IEscrowLens
    ISettlementEscrow public immutable escrow;

    constructor(ISettlementEscrow escrow_) {
        escrow = escrow_;
    }

    /// @inheritdoc IEscrowLens
    function statusOf(bytes32[] calldata ids) external view returns (Status[] memory statuses) {
        statuses = new Status[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            statuses[i] = _statusOf(ids[i]);
        }
    }

    /// @inheritdoc IEscrowLens
    function preflight(Settlement calldata settlement, address caller) external view returns (Report memory report) {
        // Refuses terms that are not canonical or have a bad number of legs, as the escrow itself does.
        report.id = escrow.idOf(settlement);
        report.status = _statusOf(report.id);
        report.executionGas = BASE_GAS;
        report.legs = new LegReport[](settlement.legs.length);
        bool pairsAllowed = true;
        for (uint256 i; i < settlement.legs.length; ++i) {
            (LegReport memory leg, uint256 gasOfLeg, bool allowed) = _legReport(settlement.legs[i], report.status, i, caller);
            report.legs[i] = leg;
            report.executionGas += gasOfLeg;
            pairsAllowed = pairsAllowed && allowed;
        }
        uint256 before = gasleft();
        bool gateOpen = _gateOpen(report.id, settlement);
        if (settlement.gate != address(0)) report.executionGas += before - gasleft();
        report.obstacles = _obstacles(settlement, report.status, gateOpen);
        report.executable = report.status.state == State.Open && report.status.full && block.timestamp >= settlement.notBefore
            && block.timestamp <= settlement.deadline && gateOpen && pairsAllowed;
    }

    /* THE SETTLEMENT */

    function _statusOf(bytes32 id) private view returns (Status memory status) {
        (status.state, status.held, status.armed, status.left, status.legCount, status.registered) = escrow.escrowOf(id);
        // Ended settlements have no bits that could make them full, except cancelled ones that still owe every leg.
        uint256 all = (1 << status.legCount) - 1;
        status.full = status.state == State.Open && (status.held | status.armed) == all;
    }

    function _gateOpen(bytes32 id, Settlement calldata settlement) private view returns (bool) {
        if (settlement.gate == address(0)) return true;
        bytes32 magic = ISettlementGate.mayExecute.selector;
        return settlement.gate.answers(abi.encodeCall(ISettlementGate.mayExecute, (id, settlement)), uint256(magic));
    }

    function _obstacles(Settlement calldata settlement, Status memory status, bool gateOpen)
        private
        view
        returns (Obstacle[] memory obstacles)
    {
        bool[7] memory found;
        found[uint8(Obstacle.Ended)] = status.state == State.Executed || status.state == State.Cancelled;
        found[uint8(Obstacle.Expired)] = block.timestamp > settlement.deadline;
        found[uint8(Obstacle.TooEarly)] = block.timestamp < settlement.notBefore;
        if (status.state == State.None) {
            found[uint8(Obstacle.BadWindow)] =
                settlement.notBefore > settlement.deadline || settlement.deadline > block.timestamp + MAX_TERM;
            bool gateless = settlement.gate != address(0) && settlement.gate.code.length == 0;
            bool self = settlement.operator == address(escrow) || settlement.gate == address(escrow);
            found[uint8(Obstacle.BadRole)] = gateless || self;
        }
        found[uint8(Obstacle.GateClosed)] = !gateOpen;
        for (uint256 i; i < settlement.legs.length; ++i) {
            Leg calldata leg = settlement.legs[i];
            if (settlement.operator == leg.from || settlement.operator == leg.to) found[uint8(Obstacle.OperatorIsParty)] = true;
        }
        obstacles = new Obstacle[](found.length);
        uint256 count;
        for (uint8 k; k < found.length; ++k) {
            if (found[k]) obstacles[count++] = Obstacle(k);
        }
        assembly ("memory-safe") {
            mstore(obstacles, count)
        }
    }

    /* A LEG */

    /// @return report What is reported.
    /// @return gasOfLeg About what it adds to the execution.
    /// @return allowed Whether its pair may deliver, if it is CHECKED.
    function _legReport(Leg calldata leg, Status memory status, uint256 index, address caller)
        private
        view
        returns (LegReport memory report, uint256 gasOfLeg, bool allowed)
    {
        bool[12] memory found;
        report.isIn = ((status.held | status.armed) >> index) & 1 == 1;
        bool inWallet = (status.held >> index) & 1 == 0 && status.state <= State.Open;
        bool faulty;
        (faulty, report.fault) = leg.faultOf(address(escrow));
        found[uint8(LegReason.Faulty)] = faulty;
        found[uint8(LegReason.WrongSender)] = !report.isIn && caller != address(0) && caller != leg.from;
        if (inWallet) {
            (bool ok, uint256 balance) = _balanceOf(leg);
            report.balance = balance;
            report.allowance = _allowanceOf(leg);
            found[uint8(LegReason.NoAnswer)] = !ok;
            found[uint8(LegReason.BalanceTooLow)] = ok && balance < leg.amount;
            found[uint8(LegReason.AllowanceTooLow)] = report.allowance < leg.amount;
        }
        (bool told, uint256 word) = leg.token.ask(abi.encodeCall(ITokenQuestions.paused, ()), QUESTION_GAS);
        found[uint8(LegReason.Paused)] = told && word == 1;
        address registry = leg.kind == TokenKind.ERC20 ? _registryOf(leg.token) : address(0);
        found[uint8(LegReason.NotVerified)] = registry != address(0) && !_verified(leg, registry);
        allowed = true;
        gasOfLeg = leg.kind == TokenKind.ERC20 ? ERC20_GAS : leg.kind == TokenKind.ERC721 ? ERC721_GAS : ERC1155_GAS;
        if (leg.mode == CustodyMode.CHECKED || registry != address(0)) {
            uint256 before = gasleft();
            allowed = leg.pairAllowed() || leg.mode != CustodyMode.CHECKED;
            // The token asks the same when it moves, and tells its compliance afterwards.
            gasOfLeg += (before - gasleft()) * (leg.mode == CustodyMode.CHECKED ? 2 : 1) + PERMISSIONED_GAS;
            found[uint8(LegReason.PairNotAllowed)] = !allowed;
        }
        found[uint8(LegReason.SignatureVoid)] = !report.isIn && (status.left >> index) & 1 == 1;
        found[uint8(LegReason.RefundElsewhere)] = leg.refundTo != leg.from;
        found[uint8(LegReason.StaysInWallet)] = leg.mode == CustodyMode.DIRECT;
        found[uint8(LegReason.MaybeErc721)] = _maybeErc721(leg);
        report.reasons = _reasons(found);
    }

    function _reasons(bool[12] memory found) private pure returns (LegReason[] memory reasons) {
        reasons = new LegReason[](found.length);
        uint256 count;
        for (uint8 k; k < found.length; ++k) {
            if (found[k]) reasons[count++] = LegReason(k);
        }
        assembly ("memory-safe") {
            mstore(reasons, count)
        }
    }

    function _balanceOf(Leg calldata leg) private view returns (bool ok, uint256 balance) {
        if (leg.kind == TokenKind.ERC20) return leg.token.ask(abi.encodeCall(IERC20.balanceOf, (leg.from)), QUESTION_GAS);
        if (leg.kind == TokenKind.ERC1155) return leg.token.ask(abi.encodeCall(IERC1155.balanceOf, (leg.from, leg.tokenId)), QUESTION_GAS);
        uint256 owner;
        (ok, owner) = leg.token.ask(abi.encodeCall(IERC721.ownerOf, (leg.tokenId)), QUESTION_GAS);
        balance = ok && owner == uint160(leg.from) ? 1 : 0;
    }

    function _allowanceOf(Leg calldata leg) private view returns (uint256) {
        bool ok;
        uint256 word;
        if (leg.kind == TokenKind.ERC20) {
            (ok, word) = leg.token.ask(abi.encodeCall(ITokenQuestions.allowance, (leg.from, address(escrow))), QUESTION_GAS);
            return ok ? word : 0;
        }
        (ok, word) = leg.token.ask(abi.encodeCall(ITokenQuestions.isApprovedForAll, (leg.from, address(escrow))), QUESTION_GAS);
        if (ok && word == 1) return ALL;
        if (leg.kind == TokenKind.ERC1155) return 0;
        (ok, word) = leg.token.ask(abi.encodeCall(ITokenQuestions.getApproved, (leg.tokenId)), QUESTION_GAS);
        return ok && word == uint160(address(escrow)) ? 1 : 0;
    }

    /// @dev Other amounts cannot be a numbered token: moving it changes balances by one.
    function _maybeErc721(Leg calldata leg) private view returns (bool) {
        if (leg.kind != TokenKind.ERC20 || leg.amount != 1) return false;
        (bool ok, uint256 owner) = leg.token.ask(abi.encodeCall(IERC721.ownerOf, (1)), QUESTION_GAS);
        return ok && owner != 0 && owner <= type(uint160).max;
    }

    /// @dev Zero for a token that names no identity registry.
    function _registryOf(address token) private view returns (address) {
        (bool ok, uint256 word) = token.ask(abi.encodeCall(IERC3643.identityRegistry, ()), QUESTION_GAS);
        return ok && word <= type(uint160).max ? address(uint160(word)) : address(0);
    }

    function _verified(Leg calldata leg, address registry) private view returns (bool) {
        if (!registry.answers(IIdentityRegistry.isVerified.selector, uint160(leg.to), 1)) return false;
        if (leg.mode == CustodyMode.DIRECT) return true;
        return registry.answers(IIdentityRegistry.isVerified.selector, uint160(address(escrow)), 1);
    }
}
