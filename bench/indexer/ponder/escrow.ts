import { parseAbi } from "viem";

export const escrow = parseAbi([
  "struct Leg { uint8 kind; uint8 mode; address token; address from; address to; address refundTo; uint256 tokenId; uint256 amount; }",
  "struct Settlement { bytes32 ref; uint64 notBefore; uint64 deadline; address operator; address gate; bytes32 commitment; Leg[] legs; }",
  "event Registered(bytes32 indexed id, address indexed by, Settlement settlement)",
  "event Deposited(bytes32 indexed id, address indexed from, uint256 index, Leg leg)",
  "event Executed(bytes32 indexed id, address indexed by, uint64 fromWallets)",
]);
