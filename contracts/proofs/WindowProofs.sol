// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {MAX_TERM} from "../src/interfaces/ISettlementEscrow.sol";

/// @notice What the SMTChecker proves of the windows of time, for all values; see contracts/tools/smt.mjs. Never deployed. The conditions are those of
/// SettlementEscrow `_requireInWindow`, `_requireInTime`, `_requireOver` and `_checkHeader`.
contract WindowProofs {
    function _opens(uint64 notBefore, uint64 deadline, uint64 time) private pure returns (bool) {
        return !(time > deadline) && !(notBefore > deadline || deadline > time + MAX_TERM);
    }

    function _executes(uint64 notBefore, uint64 deadline, uint64 time) private pure returns (bool) {
        return !(time < notBefore) && !(time > deadline);
    }

    function _refunds(uint64 deadline, uint64 time) private pure returns (bool) {
        return !(time <= deadline);
    }

    /// @notice Nothing can be executed and refunded at the same time.
    function neverBoth(uint64 notBefore, uint64 deadline, uint64 time) external pure {
        assert(!(_executes(notBefore, deadline, time) && _refunds(deadline, time)));
    }

    /// @notice From the first second of its window on, an open settlement can be executed or refunded at every time.
    function neverNeither(uint64 notBefore, uint64 deadline, uint64 time) external pure {
        require(time >= notBefore);
        assert(_executes(notBefore, deadline, time) || _refunds(deadline, time));
    }

    /// @notice A refund that is possible stays possible, and no execution follows it.
    function refundStays(uint64 notBefore, uint64 deadline, uint64 time, uint64 later) external pure {
        require(later >= time && _refunds(deadline, time));
        assert(_refunds(deadline, later));
        assert(!_executes(notBefore, deadline, later));
    }

    /// @notice What was opened has a second in which it can be executed, and is refundable 366 days and one second later at the latest.
    function opened(uint64 notBefore, uint64 deadline, uint64 time, uint64 later) external pure {
        require(_opens(notBefore, deadline, time));
        assert(_executes(notBefore, deadline, deadline));
        require(later > time + MAX_TERM);
        assert(_refunds(deadline, later));
    }
}
