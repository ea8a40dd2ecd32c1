// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementGate} from "./ISettlementGate.sol";

/// @notice What a screening found. None: nothing was attested.
enum ComplianceStatus {
    None,
    Pass,
    Flagged,
    Fail
}

/// @title ComplianceRegistry
/// @notice Screening results per settlement, and the gate that terms may name: a settlement executes when every wallet of its legs passed and
/// nobody of it is flagged or failed. Results are hashes and a status; no personal data.
/// @dev A party is `keccak256(abi.encode(bytes32 participantId, address wallet))`: a wallet has the participant id zero, an entity the wallet
/// zero. The latest status counts; the events keep the history. The owner appoints attesters and can touch nothing else. A gate delays an
/// execution until the deadline at most: no way back asks it.
interface IComplianceRegistry is ISettlementGate {
    /// @notice A screening of a party of settlement `id`. `referenceHash` is the hash of the provider's reference.
    event Attested(bytes32 indexed id, bytes32 indexed partyHash, address indexed attester, ComplianceStatus status, bytes32 referenceHash);

    /// @notice Whether `attester` may attest from now on.
    event AttesterSet(address indexed attester, bool allowed);

    /// @notice `nextOwner` may accept the ownership; zero withdraws an offer.
    event OwnershipOffered(address indexed owner, address indexed nextOwner);

    /// @notice `owner` owns the registry now.
    event OwnershipAccepted(address indexed previousOwner, address indexed owner);

    /// @notice The caller is not an attester.
    error NotAttester(address caller);
    /// @notice The caller is not the owner.
    error NotOwner(address caller);
    /// @notice The ownership was not offered to the caller.
    error NotNextOwner(address caller);
    /// @notice The owner of a new registry is zero.
    error ZeroOwner();
    /// @notice None is not a result.
    error BadStatus();

    /// @notice Records the result of a screening. Only by attesters.
    /// @param id The settlement.
    /// @param party See `partyHash`.
    /// @param status Pass, Flagged or Fail.
    /// @param referenceHash The hash of the provider's reference, or zero.
    function attest(bytes32 id, bytes32 party, ComplianceStatus status, bytes32 referenceHash) external;

    /// @notice Appoints or dismisses an attester. What was attested stays. Only by the owner.
    function setAttester(address attester, bool allowed) external;

    /// @notice Offers the ownership. Only by the owner.
    function offerOwnership(address nextOwner) external;

    /// @notice Takes the ownership that was offered to the caller.
    function acceptOwnership() external;

    /// @notice The hash of a party.
    /// @param participantId The entity, or zero for a wallet.
    /// @param wallet The wallet, or zero for an entity.
    function partyHash(bytes32 participantId, address wallet) external pure returns (bytes32);

    /// @notice The latest status of a party of a settlement.
    function statusOf(bytes32 id, bytes32 party) external view returns (ComplianceStatus);

    /// @notice Whether the latest status of a party is Pass.
    function isCleared(bytes32 id, bytes32 party) external view returns (bool);

    /// @notice Whether at least one party is given, the latest status of each is Pass, and nobody of the settlement is flagged or failed.
    function areAllPartiesCleared(bytes32 id, bytes32[] calldata parties) external view returns (bool);

    /// @notice How many parties of a settlement are flagged or failed by their latest status.
    function blocking(bytes32 id) external view returns (uint256);

    /// @notice Whether an address may attest.
    function isAttester(address attester) external view returns (bool);

    /// @notice The owner.
    function owner() external view returns (address);

    /// @notice To whom the ownership is offered, or zero.
    function nextOwner() external view returns (address);
}
