// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ISettlementEscrow, LegFault, Settlement, State} from "./ISettlementEscrow.sol";

/// @notice What the chain knows of a settlement; see `ISettlementEscrow.escrowOf`.
/// @param full Whether every leg is in, so that anyone may execute inside the window.
struct Status {
    State state;
    uint64 held;
    uint64 armed;
    uint64 left;
    uint8 legCount;
    bool registered;
    bool full;
}

/// @notice What speaks against a settlement as a whole.
/// Ended: executed or cancelled. Expired: after the deadline. TooEarly: before `notBefore`; deposits work already. BadWindow, BadRole: the
/// escrow refuses the header. GateClosed: the gate does not let it execute now. OperatorIsParty: a warning, because the operator of a
/// settlement can end it alone.
enum Obstacle {
    Ended,
    Expired,
    TooEarly,
    BadWindow,
    BadRole,
    GateClosed,
    OperatorIsParty
}

/// @notice What speaks against a leg.
/// Faulty: the escrow refuses it, see `fault`. WrongSender: `from` is not the caller that was asked about. BalanceTooLow, AllowanceTooLow: of
/// `from`, for a leg that is still in its wallet. Paused: the token says so. NotVerified: the token's registry does not know the recipient, or
/// the escrow that shall hold it. PairNotAllowed: a CHECKED pair that the token refuses. NoAnswer: the token answers no balance query.
/// SignatureVoid: the leg was withdrawn once, so only its owner's own call puts it in. The last three are warnings: RefundElsewhere: `refundTo`
/// is not `from`. StaysInWallet: a DIRECT leg, whose owner can still spend it. MaybeErc721: one unit of kind ERC-20 of a token that names an owner of
/// token number 1; a non-fungible token without ERC-165 comes in as such a leg, and without a function `transfer` it never leaves the escrow.
enum LegReason {
    Faulty,
    WrongSender,
    BalanceTooLow,
    AllowanceTooLow,
    Paused,
    NotVerified,
    PairNotAllowed,
    NoAnswer,
    SignatureVoid,
    RefundElsewhere,
    StaysInWallet,
    MaybeErc721
}

/// @notice One leg before its deposit or execution.
/// @param isIn Whether it is held or armed.
/// @param fault The fault, if `reasons` has Faulty.
/// @param balance What `from` has of the asset, in smallest units; zero for a leg in custody.
/// @param allowance What the escrow may take of it; the largest number for an approval of all.
/// @param reasons What speaks against it, in the order of `LegReason`; empty if nothing does.
struct LegReport {
    bool isIn;
    LegFault fault;
    uint256 balance;
    uint256 allowance;
    LegReason[] reasons;
}

/// @notice A settlement before its deposits or execution.
/// @param id Its id on the escrow.
/// @param status What the chain knows of it.
/// @param executable Whether it is open and full, inside its window, its gate open and its CHECKED pairs allowed. The tokens have the last word.
/// @param obstacles What speaks against it, in the order of `Obstacle`.
/// @param legs One report for each leg.
/// @param executionGas About how much gas the transaction that executes it takes with ordinary tokens whose recipients hold none yet; what the
/// gate and the rules of ERC-3643 tokens take is measured. By the prices from Berlin (EIP-2929) to Osaka: on chains with EIP-8037 (Amsterdam) it takes
/// more than twice as much. Advice only; size a transaction by the node's estimate.
struct Report {
    bytes32 id;
    Status status;
    bool executable;
    Obstacle[] obstacles;
    LegReport[] legs;
    uint256 executionGas;
}

/// @title EscrowLens
/// @notice Questions about settlements of one escrow, for people and services that prepare a transaction. Read-only; the escrow does not know it.
interface IEscrowLens {
    /// @notice The escrow that is asked.
    function escrow() external view returns (ISettlementEscrow);

    /// @notice The status of many settlements; all zero for an unknown id.
    function statusOf(bytes32[] calldata ids) external view returns (Status[] memory statuses);

    /// @notice What would stop the deposits and the execution of a settlement in this block.
    /// @param caller Who is about to deposit, or zero: legs of others are then not marked WrongSender.
    function preflight(Settlement calldata settlement, address caller) external view returns (Report memory report);
}
