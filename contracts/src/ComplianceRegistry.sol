// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ComplianceStatus, IComplianceRegistry} from "./interfaces/IComplianceRegistry.sol";
import {Leg, Settlement} from "./interfaces/ISettlementEscrow.sol";
import {ISettlementGate} from "./interfaces/ISettlementGate.sol";

/// @title ComplianceRegistry
/// @notice Screening results per settlement, and the gate that asks them. See `IComplianceRegistry`.
contract ComplianceRegistry is IComplianceRegistry {
    /// @inheritdoc IComplianceRegistry
    address public owner;
    /// @inheritdoc IComplianceRegistry
    address public nextOwner;
    /// @inheritdoc IComplianceRegistry
    mapping(address attester => bool) public isAttester;
    /// @inheritdoc IComplianceRegistry
    mapping(bytes32 id => mapping(bytes32 party => ComplianceStatus)) public statusOf;
    /// @inheritdoc IComplianceRegistry
    mapping(bytes32 id => uint256) public blocking;

    constructor(address firstOwner) {
        if (firstOwner == address(0)) revert ZeroOwner();
        owner = firstOwner;
        emit OwnershipAccepted(address(0), firstOwner);
    }

    /* ATTESTERS */

    /// @inheritdoc IComplianceRegistry
    function attest(bytes32 id, bytes32 party, ComplianceStatus status, bytes32 referenceHash) external {
        if (!isAttester[msg.sender]) revert NotAttester(msg.sender);
        if (status == ComplianceStatus.None) revert BadStatus();
        ComplianceStatus earlier = statusOf[id][party];
        if (_blocks(status) && !_blocks(earlier)) ++blocking[id];
        if (!_blocks(status) && _blocks(earlier)) --blocking[id];
        statusOf[id][party] = status;
        emit Attested(id, party, msg.sender, status, referenceHash);
    }

    /* OWNER */

    /// @inheritdoc IComplianceRegistry
    function setAttester(address attester, bool allowed) external {
        _requireOwner();
        isAttester[attester] = allowed;
        emit AttesterSet(attester, allowed);
    }

    /// @inheritdoc IComplianceRegistry
    function offerOwnership(address to) external {
        _requireOwner();
        nextOwner = to;
        emit OwnershipOffered(msg.sender, to);
    }

    /// @inheritdoc IComplianceRegistry
    function acceptOwnership() external {
        if (msg.sender != nextOwner) revert NotNextOwner(msg.sender);
        emit OwnershipAccepted(owner, msg.sender);
        owner = msg.sender;
        nextOwner = address(0);
    }

    /* VIEWS */

    /// @inheritdoc ISettlementGate
    /// @dev The same wallet in several legs is asked again: its second answer is a warm read.
    function mayExecute(bytes32 id, Settlement calldata settlement) external view returns (bytes4) {
        if (blocking[id] != 0) return 0;
        mapping(bytes32 party => ComplianceStatus) storage statuses = statusOf[id];
        for (uint256 i; i < settlement.legs.length; ++i) {
            Leg calldata leg = settlement.legs[i];
            if (!_passed(statuses, leg.from) || !_passed(statuses, leg.to) || !_passed(statuses, leg.refundTo)) return 0;
        }
        return ISettlementGate.mayExecute.selector;
    }

    /// @inheritdoc IComplianceRegistry
    function areAllPartiesCleared(bytes32 id, bytes32[] calldata parties) external view returns (bool) {
        if (parties.length == 0 || blocking[id] != 0) return false;
        for (uint256 i; i < parties.length; ++i) {
            if (!isCleared(id, parties[i])) return false;
        }
        return true;
    }

    /// @inheritdoc IComplianceRegistry
    function isCleared(bytes32 id, bytes32 party) public view returns (bool) {
        return statusOf[id][party] == ComplianceStatus.Pass;
    }

    /// @inheritdoc IComplianceRegistry
    function partyHash(bytes32 participantId, address wallet) public pure returns (bytes32) {
        return keccak256(abi.encode(participantId, wallet));
    }

    function _passed(mapping(bytes32 party => ComplianceStatus) storage statuses, address wallet) private view returns (bool) {
        return statuses[partyHash(0, wallet)] == ComplianceStatus.Pass;
    }

    function _blocks(ComplianceStatus status) private pure returns (bool) {
        return status == ComplianceStatus.Flagged || status == ComplianceStatus.Fail;
    }

    function _requireOwner() private view {
        if (msg.sender != owner) revert NotOwner(msg.sender);
    }
}
