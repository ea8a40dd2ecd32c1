// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

/// @notice Takes deposits, and burns all gas from then on.
contract Burner {
    mapping(address holder => uint256) private balances;
    bool private burning;

    function start() external {
        burning = true;
    }

    function balanceOf(address holder) external view returns (uint256) {
        if (burning) {
            assembly {
                invalid()
            }
        }
        return balances[holder];
    }

    function transferFrom(address, address to, uint256 amount) external returns (bool) {
        balances[to] += amount;
        return true;
    }
}
