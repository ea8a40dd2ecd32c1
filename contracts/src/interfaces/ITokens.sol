// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

// The functions that the escrow calls on tokens, for their selectors. Answers are read with a fixed buffer, never decoded.

/// @notice ERC-20. Some tokens return nothing from the two moves.
interface IERC20 {
    function balanceOf(address holder) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @notice EIP-2612.
interface IERC20Permit {
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
}

/// @notice ERC-3009, as it was written: the signature in three words.
interface IERC3009 {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}

/// @notice ERC-3009 with a signature of any length, for contract wallets (USDC since 2.2).
interface IERC3009Bytes {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}

/// @notice Permit2's transfer by a signature with a witness.
interface IPermit2 {
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external;
}

/// @notice ERC-1271.
interface IERC1271 {
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4);
}

/// @notice ERC-721. Shares the selector of `transferFrom` with ERC-20.
interface IERC721 {
    function ownerOf(uint256 tokenId) external view returns (address);
    function transferFrom(address from, address to, uint256 tokenId) external;
}

/// @notice ERC-1155.
interface IERC1155 {
    function balanceOf(address holder, uint256 tokenId) external view returns (uint256);
    function safeTransferFrom(address from, address to, uint256 tokenId, uint256 amount, bytes calldata data) external;
}

/// @notice ERC-165.
interface IERC165 {
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}

/// @notice ERC-3643: the questions about a pair of wallets.
interface IERC3643 {
    function identityRegistry() external view returns (address);
    function compliance() external view returns (address);
    function isFrozen(address wallet) external view returns (bool);
}

/// @notice ERC-3643: who is verified to hold the token.
interface IIdentityRegistry {
    function isVerified(address wallet) external view returns (bool);
}

/// @notice ERC-3643: which transfers the token's rules allow.
interface ICompliance {
    function canTransfer(address from, address to, uint256 amount) external view returns (bool);
}
