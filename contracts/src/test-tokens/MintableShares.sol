// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MintableToken} from "./MintableToken.sol";

/// @title MintableShares
/// @notice FOR SANDBOXES ONLY. A permissioned token (ERC-3643) of which anyone can be issuer: verified holders, frozen wallets and a pause. It is its own identity
/// registry and its own compliance.
contract MintableShares is MintableToken {
    bool public paused;
    mapping(address wallet => bool) public isVerified;
    mapping(address wallet => bool) public isFrozen;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) MintableToken(name_, symbol_, decimals_) {}

    function identityRegistry() external view returns (address) {
        return address(this);
    }

    function compliance() external view returns (address) {
        return address(this);
    }

    /// @notice Takes a wallet among the verified holders, or out of them. Open to everyone.
    function verify(address wallet, bool value) external {
        isVerified[wallet] = value;
    }

    /// @notice Freezes a wallet or ends that. Open to everyone.
    function freeze(address wallet, bool value) external {
        isFrozen[wallet] = value;
    }

    /// @notice Stops all transfers or ends that. Open to everyone.
    function pause(bool value) external {
        paused = value;
    }

    function canTransfer(address from, address to, uint256) external view returns (bool) {
        return _allowed(from, to);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        require(_allowed(msg.sender, to), "transfer not allowed");
        return super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        require(_allowed(from, to), "transfer not allowed");
        return super.transferFrom(from, to, amount);
    }

    function _allowed(address from, address to) private view returns (bool) {
        return !paused && isVerified[to] && !isFrozen[from] && !isFrozen[to];
    }
}
