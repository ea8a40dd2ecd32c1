// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

/// @title Emitter
/// @notice Emits what the escrow emits for settlements that never were: the same logs, with ids that follow from their terms, at the price of the logs
/// alone. The bench puts its code at the escrow's address of a chain of its own.
contract Emitter {
    struct Leg {
        uint8 kind;
        uint8 mode;
        address token;
        address from;
        address to;
        address refundTo;
        uint256 tokenId;
        uint256 amount;
    }

    struct Settlement {
        bytes32 ref;
        uint64 notBefore;
        uint64 deadline;
        address operator;
        address gate;
        bytes32 commitment;
        Leg[] legs;
    }

    event Registered(bytes32 indexed id, address indexed by, Settlement settlement);
    event Deposited(bytes32 indexed id, address indexed from, uint256 index, Leg leg);
    event Executed(bytes32 indexed id, address indexed by, uint64 fromWallets);

    bytes32 constant LEG =
        keccak256("Leg(uint8 kind,uint8 mode,address token,address from,address to,address refundTo,uint256 tokenId,uint256 amount)");
    bytes32 constant SETTLEMENT = keccak256(
        "Settlement(bytes32 ref,uint64 notBefore,uint64 deadline,address operator,address gate,bytes32 commitment,Leg[] legs)Leg(uint8 kind,uint8 mode,address token,address from,address to,address refundTo,uint256 tokenId,uint256 amount)"
    );
    bytes32 constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// @notice Registers the settlements numbered from `first`.
    function register(uint256 first, uint256 count) external {
        for (uint256 i; i < count; ++i) {
            Settlement memory terms = termsOf(first + i);
            emit Registered(idOf(terms), msg.sender, terms);
        }
    }

    /// @notice Deposits one leg of each.
    function deposit(uint256 first, uint256 count, uint256 index) external {
        for (uint256 i; i < count; ++i) {
            Settlement memory terms = termsOf(first + i);
            emit Deposited(idOf(terms), terms.legs[index].from, index, terms.legs[index]);
        }
    }

    /// @notice Executes each.
    function execute(uint256 first, uint256 count) external {
        for (uint256 i; i < count; ++i) {
            emit Executed(idOf(termsOf(first + i)), msg.sender, 0);
        }
    }

    function termsOf(uint256 n) internal pure returns (Settlement memory terms) {
        terms.ref = bytes32(bytes16(keccak256(abi.encode("ref", n))));
        terms.deadline = 4_000_000_000;
        terms.operator = account("operator", 0);
        terms.commitment = keccak256(abi.encode("commitment", n));
        terms.legs = new Leg[](2);
        address seller = account("party", n % 997);
        address buyer = account("party", (n * 31 + 7) % 997);
        terms.legs[0] = Leg(0, 0, account("bond", n % 20), seller, buyer, seller, 0, (n % 1000 + 1) * 1e18);
        terms.legs[1] = Leg(0, 0, account("cash", 0), buyer, seller, buyer, 0, (n % 1000 + 1) * 985e6);
    }

    function idOf(Settlement memory terms) internal view returns (bytes32) {
        bytes32[] memory legs = new bytes32[](terms.legs.length);
        for (uint256 i; i < legs.length; ++i) {
            legs[i] = keccak256(abi.encode(LEG, terms.legs[i]));
        }
        bytes32 content = keccak256(
            abi.encode(
                SETTLEMENT,
                terms.ref,
                terms.notBefore,
                terms.deadline,
                terms.operator,
                terms.gate,
                terms.commitment,
                keccak256(abi.encodePacked(legs))
            )
        );
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Keystone SettlementEscrow"), keccak256("1"), block.chainid, address(this)));
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }

    function account(string memory kind, uint256 n) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(kind, n)))));
    }
}
