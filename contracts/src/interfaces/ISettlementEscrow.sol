// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

/// @notice The token standard of a leg. Part of the signed terms: 20 and 721 share selectors, so the chain never guesses.
enum TokenKind {
    ERC20,
    ERC721,
    ERC1155
}

/// @notice How a leg waits for execution.
/// CUSTODY: the escrow holds it. CHECKED: the escrow holds it and, for an ERC-3643 token, asks the token's own registry and compliance about
/// the real pair (from, to) at deposit and at execution. DIRECT: it stays in the wallet, the deposit is only a consent ("armed").
enum CustodyMode {
    CUSTODY,
    CHECKED,
    DIRECT
}

/// @notice The state of a settlement. It never decreases; Executed and Cancelled never change.
enum State {
    None,
    Open,
    Executed,
    Cancelled
}

/// @notice Who ended a settlement that did not execute.
enum CancelledBy {
    Party,
    Operator,
    Everyone
}

/// @notice What is wrong with a leg. A leg with two faults reports the one that stands first here. Disguised721: one unit of kind ERC-20 of a token that
/// says by ERC-165 that it is an ERC-721. NotErc721: kind ERC-721 of a token that does not say so.
enum LegFault {
    ZeroAddress,
    IsEscrow,
    IsToken,
    SelfTransfer,
    ZeroAmount,
    AmountNotOne,
    TokenIdNotZero,
    NoCode,
    Disguised721,
    CheckedNotErc20,
    DirectRefundTo,
    NotErc721
}

/// @notice One delivery.
/// @param kind The token standard. A token of kind ERC-721 must answer `supportsInterface(0x80ac58cd)` of ERC-165 with true.
/// @param mode Where the asset waits.
/// @param token The token contract.
/// @param from The wallet that delivers.
/// @param to The wallet that receives when the settlement executes.
/// @param refundTo The wallet that receives when the leg comes back; explicit, never redirected. Equal to `from` for DIRECT.
/// @param tokenId The id of an ERC-721 or ERC-1155 token; zero for ERC-20.
/// @param amount The amount in smallest units; one for ERC-721.
struct Leg {
    TokenKind kind;
    CustodyMode mode;
    address token;
    address from;
    address to;
    address refundTo;
    uint256 tokenId;
    uint256 amount;
}

/// @notice The terms without the legs.
/// @param ref The reference of the platform, opaque to the contract.
/// @param notBefore The first block time, in seconds since the epoch, at which execution is allowed.
/// @param deadline The last block time, in seconds since the epoch, at which anything but a refund is allowed (inclusive).
/// @param operator The address that may cancel before the deadline, or zero.
/// @param gate The contract that is asked before execution, or zero.
/// @param commitment A salted commitment to a document off the chain, or zero.
struct Header {
    bytes32 ref;
    uint64 notBefore;
    uint64 deadline;
    address operator;
    address gate;
    bytes32 commitment;
}

/// @notice The full terms. The id of a settlement is the EIP-712 digest of this struct. The first six members are those of `Header`.
struct Settlement {
    bytes32 ref;
    uint64 notBefore;
    uint64 deadline;
    address operator;
    address gate;
    bytes32 commitment;
    Leg[] legs;
}

// The most legs that a settlement may have.
uint256 constant MAX_LEGS = 64;

// Uniswap's Permit2, at the same address on every chain that has it.
address constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;

// The furthest that a deadline may lie ahead when the chain first sees a settlement.
uint256 constant MAX_TERM = 366 days;

/// @title SettlementEscrow
/// @notice Atomic delivery versus payment: every leg of a settlement moves in one call, or every deposited leg goes back.
/// @dev The contract keeps one word per settlement and nothing else; callers pass the terms back each time.
/// Order of checks, everywhere: lock, chain (signed forms), array lengths, leg count, hash, state, time, caller or consents, bits, header
/// (first touch only), legs, pairs, gate, tokens. A call for several legs takes each check for all of them before the next.
/// Calldata that is not canonical (an enum out of range, dirty padding) reverts without data before it is hashed.
interface ISettlementEscrow {
    /* EVENTS */

    /// @notice All terms of `id`. Emitted exactly once per id that was registered, also when a deposit came first.
    event Registered(bytes32 indexed id, address indexed by, Settlement settlement);

    /// @notice A deposit was the first that the chain saw of `id`. The legs follow with their own deposits.
    event Opened(bytes32 indexed id, address indexed by, Header header, bytes32[] legHashes);

    /// @notice The escrow now holds exactly `leg.amount` for this leg.
    event Deposited(bytes32 indexed id, address indexed from, uint256 index, Leg leg);

    /// @notice `from` consented to a DIRECT leg. Nothing moved.
    event Armed(bytes32 indexed id, address indexed from, uint256 index, Leg leg);

    /// @notice A held leg went back to `to` (its `refundTo`) on its owner's wish, before the settlement was full.
    event Withdrawn(bytes32 indexed id, uint256 index, address indexed to);

    /// @notice The consent to a DIRECT leg was taken back.
    event Disarmed(bytes32 indexed id, uint256 index);

    /// @notice Every leg was delivered in this transaction.
    /// @param fromWallets Bit i: leg i moved from its wallet, otherwise from the escrow.
    event Executed(bytes32 indexed id, address indexed by, uint64 fromWallets);

    /// @notice The settlement will never execute. Held legs stay owed until refunded.
    event Cancelled(bytes32 indexed id, address indexed by, CancelledBy how);

    /// @notice A held leg went back to `to` (its `refundTo`) after the end.
    event Refunded(bytes32 indexed id, uint256 index, address indexed to);

    /// @notice Advisory: an item of a batch failed with `gasGiven` gas. Changes no state. `reason` is cut to 36 bytes.
    event SwapFailed(bytes32 indexed id, uint256 gasGiven, bytes reason);

    /// @notice Advisory: a leg of a refund batch failed with `gasGiven` gas. Changes no state. `reason` is cut to 36 bytes.
    event RefundFailed(bytes32 indexed id, uint256 index, uint256 gasGiven, bytes reason);

    /* ERRORS: where a leg is to blame, its index comes first */

    /// @notice Another entry of this contract is running in this transaction.
    error Locked();
    /// @notice Only the contract itself may call this.
    error OnlySelf();
    /// @notice Signatures over this contract's own types are accepted only on the chain of deployment.
    error WrongChain();
    /// @notice The number of legs is zero or above `MAX_LEGS`.
    error BadLegCount(uint256 count);
    /// @notice Two arrays that belong together differ in length, or are empty.
    error LengthMismatch();
    /// @notice `notBefore` is after `deadline`, or `deadline` is more than `MAX_TERM` ahead.
    error BadWindow(uint64 notBefore, uint64 deadline);
    /// @notice The operator or the gate is the escrow, or the gate has no code.
    error BadRole(address role);
    /// @notice The leg breaks a rule.
    error InvalidLeg(uint256 index, LegFault fault);
    /// @notice The leg is not the one at this index of the settlement.
    error LegMismatch(uint256 index);
    /// @notice The chain has never seen this settlement.
    error UnknownSettlement(bytes32 id);
    /// @notice The settlement has ended in this state.
    error NotOpen(State state);
    /// @notice The deadline has passed.
    error Expired(uint64 deadline);
    /// @notice The execution window has not begun.
    error TooEarly(uint64 notBefore);
    /// @notice The settlement is open until this deadline.
    error StillOpen(uint64 deadline);
    /// @notice The caller is not `from` of the leg.
    error NotDepositor(uint256 index, address caller);
    /// @notice The caller is not the operator.
    error NotOperator(address caller);
    /// @notice The leg is already held or armed.
    error LegAlreadyIn(uint256 index);
    /// @notice The leg is neither held nor armed.
    error LegNotIn(uint256 index);
    /// @notice The escrow holds nothing for the leg.
    error NothingHeld(uint256 index);
    /// @notice Every leg is in; nobody can leave alone any more.
    error FullyFunded();
    /// @notice Legs are missing: one bit each.
    error NotFullyFunded(uint64 missing);
    /// @notice A DIRECT leg is armed by its owner's own call only.
    error DirectNeedsDepositor(uint256 index);
    /// @notice Only an ERC-20 leg can be deposited this way.
    error RelayNeedsErc20(uint256 index);
    /// @notice The leg was withdrawn once; signatures for it are void.
    error ConsentWithdrawn(uint256 index);
    /// @notice Nobody consented to the leg.
    error MissingConsent(uint256 index);
    /// @notice The signature is not the signer's.
    error BadSignature(address signer);
    /// @notice Signers must be strictly ascending.
    error SignersNotAscending();
    /// @notice The gate did not answer with its selector.
    error GateClosed(address gate);
    /// @notice The token's own rules do not let `from` deliver to `to`.
    error TransferNotAllowed(uint256 index);
    /// @notice A call to the token of the leg failed or gave an unusable answer.
    error TokenCallFailed(uint256 index);
    /// @notice The token moved another amount than the leg says.
    error InexactTransfer(uint256 index);
    /// @notice Permit2 is not deployed on this chain.
    error Permit2Missing();
    /// @notice The gas left cannot give the item what was asked for.
    error BatchGasTooLow(uint256 item);
    /// @notice The escrow takes tokens only in its own calls.
    error Unsolicited();

    /* ENTRY POINTS */

    /// @notice Publishes the terms. Gives nobody any right. Callable by anyone.
    /// @dev None or Open: checks the header (first touch) and every leg, emits `Registered`. Already registered: a no-op in any state.
    /// @return id The EIP-712 digest of the terms.
    function register(Settlement calldata settlement) external returns (bytes32 id);

    /// @notice Puts one leg in: custody takes the asset, DIRECT records the consent. Only by `leg.from`.
    /// @dev The first deposit of an unknown id opens it. The escrow must gain exactly `leg.amount`.
    /// @param legHashes The EIP-712 struct hash of every leg, in order.
    /// @param index The position of `leg`.
    function deposit(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external;

    /// @notice Puts several legs in with one call. Only by `from` of all of them. All or nothing.
    /// @param indexes The position of each of `legs`, in any order, none twice.
    function depositMany(Header calldata header, bytes32[] calldata legHashes, uint256[] calldata indexes, Leg[] calldata legs) external;

    /// @notice `deposit` of an ERC-20 leg after an EIP-2612 permit for exactly `leg.amount`. Only by `leg.from`.
    /// @dev The permit's result is ignored: who front-runs it changes nothing. Permits of another form (DAI's) are not supported.
    /// @param permitDeadline The deadline of the permit, in seconds since the epoch.
    function depositWithPermit(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256 index,
        Leg calldata leg,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Takes an ERC-20 leg into custody by a Permit2 signature of `leg.from`, whose witness is `Deposit(id, index)`. Callable by anyone.
    /// @dev Permitted token and amount are the leg's, the spender is this contract. Void once the leg was withdrawn.
    /// @param nonce The signature's nonce in Permit2's unordered bitmap.
    /// @param sigDeadline The signature's deadline, in seconds since the epoch.
    function depositWithPermit2(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256 index,
        Leg calldata leg,
        uint256 nonce,
        uint256 sigDeadline,
        bytes calldata signature
    ) external;

    /// @notice Takes an ERC-20 leg into custody by an ERC-3009 authorization of `leg.from` to this contract, whose nonce is the struct hash of
    /// `Deposit(id, index)`; so once per leg for ever. Callable by anyone. Void once the leg was withdrawn.
    /// @param validAfter The authorization is valid after this second since the epoch.
    /// @param validBefore The authorization is valid before this second since the epoch.
    /// @param signature 65 bytes for the form with v, r and s; any other length for the form with bytes.
    function depositWithAuthorization(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256 index,
        Leg calldata leg,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external;

    /// @notice Executes, with the missing legs taken from the caller's wallet straight to their recipients. Only by `from` of every missing
    /// leg; by anyone if none is missing. Valid before the chain has seen the settlement.
    function depositAndExecute(Settlement calldata settlement) external;

    /// @notice Executes, with the missing legs taken from the wallets of those who signed the id, straight to their recipients. Callable by
    /// anyone; the caller counts as signed. A signature is void for a leg that was withdrawn. Only on the chain of deployment.
    /// @param signers Strictly ascending.
    /// @param signatures One per signer: 65 bytes, 64 bytes (EIP-2098), or what the signer's code accepts (ERC-1271).
    function settleSigned(Settlement calldata settlement, address[] calldata signers, bytes[] calldata signatures) external;

    /// @notice Executes what can be executed of a batch. Callable by anyone.
    /// @dev An item that fails leaves `SwapFailed` and no other trace. Terms that are not canonical fail the whole call.
    /// @param gasEach The gas that each item gets; with less than that left for it the whole call reverts.
    /// @return executed How many were executed.
    function executeSwaps(Settlement[] calldata settlements, uint256 gasEach) external returns (uint256 executed);

    /// @notice One item of `executeSwaps`. Only by the contract itself.
    /// @param by Who called `executeSwaps`.
    function executeItem(Settlement calldata settlement, address by) external;

    /// @notice Delivers every leg in ascending order, or nothing. Callable by anyone.
    /// @dev Open, full, inside the window, CHECKED pairs allowed, gate open. While it runs the state already reads Executed: see `entered`.
    function executeSwap(Settlement calldata settlement) external;

    /// @notice Takes one leg back before the settlement is full. Only by `leg.from`; custody pays `refundTo`.
    /// @dev Sets a permanent mark: from then on no signature puts this leg in, only the owner's own call.
    function withdrawLeg(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external;

    /// @notice Ends a settlement that is not full. Only by `from` of the leg at `index`. Valid before the chain has seen the settlement.
    function cancel(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external;

    /// @notice Ends a settlement, full or not, before its deadline. Only by `header.operator`. Valid before the chain has seen the settlement.
    /// @param legsHash The hash of the concatenated leg hashes.
    function cancelAsOperator(Header calldata header, bytes32 legsHash) external;

    /// @notice Ends a settlement, full or not, before its deadline, with a signed `Cancel(id)` of every `from`. Callable by anyone; the caller
    /// counts as signed. Valid before the chain has seen the settlement. Only on the chain of deployment.
    /// @param signers Strictly ascending.
    function cancelSigned(Settlement calldata settlement, address[] calldata signers, bytes[] calldata signatures) external;

    /// @notice Sends one held leg to its `refundTo` after a cancellation or after the deadline. Callable by anyone, retriable for ever.
    function refund(Header calldata header, bytes32[] calldata legHashes, uint256 index, Leg calldata leg) external;

    /// @notice Refunds what can be refunded of several legs. Callable by anyone.
    /// @dev Id, legs and time are proved for all of them first. A leg that fails then leaves `RefundFailed` and no other trace.
    /// @param gasEach The gas that each leg gets; with less than that left for it the whole call reverts.
    /// @return refunded How many were refunded.
    function refundMany(
        Header calldata header,
        bytes32[] calldata legHashes,
        uint256[] calldata indexes,
        Leg[] calldata legs,
        uint256 gasEach
    ) external returns (uint256 refunded);

    /// @notice One leg of `refundMany`. Only by the contract itself, which proved the id, the leg and the time.
    function refundItem(bytes32 id, uint256 index, Leg calldata leg) external;

    /* VIEWS */

    /// @notice The id of the terms on this contract: their EIP-712 digest.
    function idOf(Settlement calldata settlement) external view returns (bytes32 id);

    /// @notice The EIP-712 struct hash of a leg.
    function legHashOf(Leg calldata leg) external pure returns (bytes32 legHash);

    /// @notice What the chain knows of `id`. All zero for an unknown id. "Expired" is derived from the deadline, never stored.
    /// @return state The state.
    /// @return held Bit i: the escrow holds leg i and owes it.
    /// @return armed Bit i: the owner of DIRECT leg i consented.
    /// @return left Bit i: leg i was withdrawn once.
    /// @return legCount The number of legs; zero if the settlement was cancelled before it was opened.
    /// @return registered Whether `Registered` was emitted.
    function escrowOf(bytes32 id)
        external
        view
        returns (State state, uint64 held, uint64 armed, uint64 left, uint8 legCount, bool registered);

    /// @notice Whether an entry of this contract is running. A reader inside a token hook sees final states before all legs have moved.
    function entered() external view returns (bool);

    /// @notice ERC-165: ERC-165 itself and the ERC-1155 receiver.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);

    /// @notice ERC-5267. The chain id is the one of deployment, also on a fork, because ids are fixed.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );

    /// @notice ERC-1155 hook: answers only while this contract runs and is itself the operator.
    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes calldata data)
        external
        view
        returns (bytes4);

    /// @notice ERC-1155 batch hook: always reverts.
    function onERC1155BatchReceived(address operator, address from, uint256[] calldata ids, uint256[] calldata values, bytes calldata data)
        external
        view
        returns (bytes4);
}
