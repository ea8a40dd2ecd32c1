// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

// What the escrow's gas is compared with. Measured, never deployed.

interface IToken {
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @notice The least that two deliveries in one transaction can cost: two `transferFrom`, no state, no check.
contract Floor {
    function swap(address tokenA, address a, uint256 amountA, address tokenB, address b, uint256 amountB) external {
        IToken(tokenA).transferFrom(a, b, amountA);
        IToken(tokenB).transferFrom(b, a, amountB);
    }
}

/// @notice The least that an escrow can cost: one `transferFrom` and one word per deposit, one `transfer` per leg at the end. Checks nothing.
contract EscrowFloor {
    mapping(uint256 id => uint256) private words;

    function deposit(uint256 id, uint256 bit, address token, uint256 amount) external {
        words[id] |= bit;
        IToken(token).transferFrom(msg.sender, address(this), amount);
    }

    function execute(uint256 id, address tokenA, address a, uint256 amountA, address tokenB, address b, uint256 amountB) external {
        words[id] = 4;
        IToken(tokenA).transfer(b, amountA);
        IToken(tokenB).transfer(a, amountB);
    }
}

/// @notice The escrow of a textbook: a counter for ids, every leg in storage, a flag per deposit.
contract Textbook {
    struct Leg {
        address token;
        address from;
        address to;
        uint256 amount;
        bool deposited;
    }

    struct Deal {
        uint64 deadline;
        bool executed;
        uint32 deposits;
        Leg[] legs;
    }

    uint256 public count;
    mapping(uint256 id => Deal) private deals;

    event Created(uint256 indexed id);
    event Deposited(uint256 indexed id, uint256 index);
    event Executed(uint256 indexed id);

    function create(uint64 deadline, Leg[] calldata legs) external returns (uint256 id) {
        require(deadline > block.timestamp, "deadline");
        id = ++count;
        Deal storage deal = deals[id];
        deal.deadline = deadline;
        for (uint256 i; i < legs.length; ++i) {
            require(legs[i].amount > 0 && legs[i].to != address(0) && !legs[i].deposited, "leg");
            deal.legs.push(legs[i]);
        }
        emit Created(id);
    }

    function deposit(uint256 id, uint256 index) external {
        Deal storage deal = deals[id];
        Leg storage leg = deal.legs[index];
        require(block.timestamp <= deal.deadline && !deal.executed, "closed");
        require(msg.sender == leg.from && !leg.deposited, "depositor");
        leg.deposited = true;
        deal.deposits += 1;
        emit Deposited(id, index);
        require(IToken(leg.token).transferFrom(msg.sender, address(this), leg.amount), "transfer");
    }

    function execute(uint256 id) external {
        Deal storage deal = deals[id];
        require(block.timestamp <= deal.deadline && !deal.executed, "closed");
        require(deal.deposits == deal.legs.length, "missing");
        deal.executed = true;
        emit Executed(id);
        for (uint256 i; i < deal.legs.length; ++i) {
            Leg storage leg = deal.legs[i];
            require(IToken(leg.token).transfer(leg.to, leg.amount), "transfer");
        }
    }
}
