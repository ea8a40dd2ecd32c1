// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MintableToken} from "src/test-tokens/MintableToken.sol";

/// @notice An ERC-20 whose issuer can pause it, deny wallets, move anybody's units and change everybody's balance.
contract IssuerToken is MintableToken {
    bool public paused;
    mapping(address wallet => bool) public denied;

    constructor() MintableToken("Issued", "ISS", 6) {}

    function pause(bool value) external {
        paused = value;
    }

    function deny(address wallet, bool value) external {
        denied[wallet] = value;
    }

    function forcedTransfer(address from, address to, uint256 amount) external {
        super._transfer(from, to, amount);
    }

    /// @notice A rebase of one wallet.
    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    function transfer(address to, uint256 amount) public virtual override returns (bool) {
        _check(msg.sender, to, amount);
        return super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public virtual override returns (bool) {
        _check(from, to, amount);
        return super.transferFrom(from, to, amount);
    }

    function _check(address from, address to, uint256) internal view virtual {
        require(!paused, "paused");
        require(!denied[from] && !denied[to], "denied");
    }
}

/// @notice A rule of a permissioned token.
interface IModule {
    function allows(address token, address from, address to, uint256 amount) external view returns (bool);
}

/// @notice At most so many units in one wallet, except for exempt ones.
contract MaxBalanceModule is IModule {
    uint256 public limit = type(uint256).max;
    mapping(address wallet => bool) public exempt;

    function set(uint256 value) external {
        limit = value;
    }

    function spare(address wallet) external {
        exempt[wallet] = true;
    }

    function allows(address token, address, address to, uint256 amount) external view returns (bool) {
        return exempt[to] || MintableToken(token).balanceOf(to) + amount <= limit;
    }
}

/// @notice At most so many units in one transfer.
contract AmountModule is IModule {
    uint256 public limit = type(uint256).max;

    function set(uint256 value) external {
        limit = value;
    }

    function allows(address, address, address, uint256 amount) external view returns (bool) {
        return amount <= limit;
    }
}

/// @notice A token after ERC-3643: a registry of verified wallets, a compliance of modules, freezing, forced transfer. It holds its transfers to them.
contract PermissionedToken is IssuerToken {
    mapping(address wallet => bool) public isVerified;
    mapping(address wallet => bool) public isFrozen;
    IModule[] public modules;

    function identityRegistry() external view returns (address) {
        return address(this);
    }

    function compliance() external view returns (address) {
        return address(this);
    }

    function verify(address wallet, bool value) external {
        isVerified[wallet] = value;
    }

    function freeze(address wallet, bool value) external {
        isFrozen[wallet] = value;
    }

    function addModule(IModule module) external {
        modules.push(module);
    }

    function canTransfer(address from, address to, uint256 amount) public view returns (bool) {
        for (uint256 i; i < modules.length; ++i) {
            if (!modules[i].allows(address(this), from, to, amount)) return false;
        }
        return true;
    }

    function _check(address from, address to, uint256 amount) internal view override {
        super._check(from, to, amount);
        require(isVerified[to], "not verified");
        require(!isFrozen[from] && !isFrozen[to], "frozen");
        require(canTransfer(from, to, amount), "not compliant");
    }
}
