// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

// The functions that the escrow calls on tokens, for their selectors. Answers are read with a fixed buffer, never decoded.

/// @notice ERC-20. Some tokens return nothing from the two moves.
interface IERC20 {
    function balanceOf(address holder) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
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
