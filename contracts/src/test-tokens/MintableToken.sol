// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {ERC20} from "solady/tokens/ERC20.sol";

/// @title MintableToken
/// @notice FOR SANDBOXES ONLY. Anyone can mint any amount to anyone: a balance of this token is worth nothing.
contract MintableToken is ERC20 {
    string private tokenName;
    string private tokenSymbol;
    uint8 private immutable DECIMALS;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        tokenName = name_;
        tokenSymbol = symbol_;
        DECIMALS = decimals_;
    }

    /// @notice Mints `amount` smallest units to `to`. Open to everyone.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function name() public view override returns (string memory) {
        return tokenName;
    }

    function symbol() public view override returns (string memory) {
        return tokenSymbol;
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    /// @dev Off, so that approvals in a sandbox behave like those of common tokens.
    function _givePermit2InfiniteAllowance() internal pure override returns (bool) {
        return false;
    }
}
