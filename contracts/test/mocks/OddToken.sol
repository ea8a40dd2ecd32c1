// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MintableToken} from "src/test-tokens/MintableToken.sol";

enum Oddity {
    None,
    ReturnsFalse,
    ReturnsNothing,
    ReturnsTwo,
    ReturnsShort,
    ReturnsHuge,
    RevertsHuge,
    RecipientFee,
    SenderSurcharge,
    MovesNothing,
    MovesTwice,
    RebasesAway,
    BalanceReverts,
    BalanceShort,
    Hook
}

/// @notice An ERC-20 that can turn odd at any time. A fee or surcharge is one unit.
contract OddToken is MintableToken {
    Oddity public oddity;
    address private hookTarget;
    bytes[] private hookCalls;

    /// @notice What the calls of the hook gave, in order.
    bool[] public hookSucceeded;
    bytes[] public hookAnswers;

    constructor() MintableToken("Odd", "ODD", 0) {}

    function turn(Oddity value) external {
        oddity = value;
    }

    function onTransfer(address target, bytes[] calldata calls) external {
        hookTarget = target;
        delete hookCalls;
        for (uint256 i; i < calls.length; ++i) {
            hookCalls.push(calls[i]);
        }
        oddity = Oddity.Hook;
    }

    function hookCount() external view returns (uint256) {
        return hookAnswers.length;
    }

    function balanceOf(address holder) public view override returns (uint256) {
        if (oddity == Oddity.BalanceReverts) revert("no balance");
        if (oddity == Oddity.BalanceShort) {
            assembly {
                return(0, 31)
            }
        }
        return super.balanceOf(holder);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _oddMove(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        return _oddMove(from, to, amount);
    }

    function _oddMove(address from, address to, uint256 amount) private returns (bool) {
        Oddity now_ = oddity;
        if (now_ == Oddity.RevertsHuge) {
            assembly {
                revert(0, 1000000)
            }
        }
        if (now_ == Oddity.Hook) {
            for (uint256 i; i < hookCalls.length; ++i) {
                (bool ok, bytes memory answer) = hookTarget.call(hookCalls[i]);
                hookSucceeded.push(ok);
                hookAnswers.push(answer);
            }
        }
        if (now_ != Oddity.MovesNothing && now_ != Oddity.ReturnsFalse) _transfer(from, to, amount);
        if (now_ == Oddity.MovesTwice) _transfer(from, to, amount);
        if (now_ == Oddity.RecipientFee) _burn(to, 1);
        if (now_ == Oddity.SenderSurcharge || now_ == Oddity.RebasesAway) _burn(from, 1);
        if (now_ == Oddity.ReturnsNothing) {
            assembly {
                return(0, 0)
            }
        }
        if (now_ == Oddity.ReturnsTwo) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        if (now_ == Oddity.ReturnsShort) {
            assembly {
                mstore(0, not(0))
                return(0, 31)
            }
        }
        if (now_ == Oddity.ReturnsHuge) {
            assembly {
                mstore(0, 1)
                return(0, 1000000)
            }
        }
        return now_ != Oddity.ReturnsFalse;
    }
}
