// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {IERC1271, IPermit2} from "src/interfaces/ITokens.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";

/// @notice An ERC-20 with ERC-3009 in both forms, as USDC 2.2 has them: the form with bytes asks a contract wallet (ERC-1271).
/// It takes calls of exactly the length that the ABI says.
contract TestERC3009 is MintableToken {
    bytes32 public constant TYPEHASH =
        keccak256("ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)");

    mapping(address owner => mapping(bytes32 nonce => bool)) public used;

    constructor() MintableToken("Authorized", "AUTH", 6) {}

    function authorizationDigest(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce)
        public
        view
        returns (bytes32)
    {
        bytes32 structHash = keccak256(abi.encode(TYPEHASH, from, to, value, validAfter, validBefore, nonce));
        return keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), structHash));
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        require(msg.data.length == 4 + 9 * 32, "length");
        bytes32 digest = authorizationDigest(from, to, value, validAfter, validBefore, nonce);
        require(ecrecover(digest, v, r, s) == from, "signature");
        _receive(from, to, value, validAfter, validBefore, nonce);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        require(msg.data.length == 4 + (8 + (signature.length + 31) / 32) * 32, "length");
        bytes32 digest = authorizationDigest(from, to, value, validAfter, validBefore, nonce);
        require(IERC1271(from).isValidSignature(digest, signature) == IERC1271.isValidSignature.selector, "signature");
        _receive(from, to, value, validAfter, validBefore, nonce);
    }

    function _receive(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce) private {
        require(msg.sender == to, "caller must be the payee");
        require(block.timestamp > validAfter && block.timestamp < validBefore, "time");
        require(!used[from][nonce], "used");
        used[from][nonce] = true;
        _transfer(from, to, value);
    }
}

/// @notice What the escrow asks of Permit2, written from its published EIP-712 types, for runs without the real bytecode.
contract StandInPermit2 is IPermit2 {
    bytes32 private constant TOKEN_PERMISSIONS = keccak256("TokenPermissions(address token,uint256 amount)");
    string private constant STUB = "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,";

    mapping(address owner => mapping(uint256 word => uint256)) public nonceBitmap;

    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        bytes32 typeHash = keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(typeHash, keccak256("Permit2"), block.chainid, address(this)));
    }

    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external {
        require(block.timestamp <= permit.deadline, "SignatureExpired");
        require(transferDetails.requestedAmount <= permit.permitted.amount, "InvalidAmount");
        uint256 bit = 1 << (permit.nonce & 0xff);
        uint256 bitmap = nonceBitmap[owner][permit.nonce >> 8];
        require(bitmap & bit == 0, "InvalidNonce");
        nonceBitmap[owner][permit.nonce >> 8] = bitmap | bit;
        _verify(_digest(permit, witness, witnessTypeString), owner, signature);
        bool moved = MintableToken(permit.permitted.token).transferFrom(owner, transferDetails.to, transferDetails.requestedAmount);
        require(moved, "TRANSFER_FROM_FAILED");
    }

    function _digest(PermitTransferFrom calldata permit, bytes32 witness, string calldata witnessTypeString)
        private
        view
        returns (bytes32)
    {
        bytes32 permitted = keccak256(abi.encode(TOKEN_PERMISSIONS, permit.permitted.token, permit.permitted.amount));
        bytes32 typeHash = keccak256(abi.encodePacked(STUB, witnessTypeString));
        bytes32 structHash = keccak256(abi.encode(typeHash, permitted, msg.sender, permit.nonce, permit.deadline, witness));
        return keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), structHash));
    }

    function _verify(bytes32 digest, address owner, bytes calldata signature) private view {
        if (owner.code.length > 0) {
            require(IERC1271(owner).isValidSignature(digest, signature) == IERC1271.isValidSignature.selector, "InvalidContractSignature");
            return;
        }
        require(signature.length == 65, "InvalidSignatureLength");
        require(ecrecover(digest, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64])) == owner, "InvalidSigner");
    }
}

enum WalletAnswer {
    Honest,
    No,
    Empty,
    Short,
    Huge,
    Dirty,
    Reverts,
    BurnsGas,
    Reenters
}

/// @notice A contract wallet with one owner (ERC-1271), which can answer in every way.
contract TestWallet is IERC1271 {
    address private immutable OWNER;
    WalletAnswer private answer;
    bytes private reentry;

    constructor(address owner) {
        OWNER = owner;
    }

    function set(WalletAnswer value) external {
        answer = value;
    }

    function reenterWith(bytes calldata call) external {
        answer = WalletAnswer.Reenters;
        reentry = call;
    }

    function act(address target, bytes calldata data) external {
        (bool ok,) = target.call(data);
        require(ok, "failed");
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        WalletAnswer how = answer;
        bytes32 magic = this.isValidSignature.selector;
        if (how == WalletAnswer.No) return 0xffffffff;
        if (how == WalletAnswer.Reverts) revert("no");
        if (how == WalletAnswer.Reenters) {
            (bool ok, bytes memory reason) = msg.sender.staticcall(reentry);
            require(!ok && bytes4(reason) == bytes4(keccak256("Locked()")), "not locked");
        }
        assembly ("memory-safe") {
            if eq(how, 2) { return(0, 0) }
            if eq(how, 7) { invalid() }
            if eq(how, 3) {
                mstore(0, magic)
                return(0, 31)
            }
            if eq(how, 4) {
                mstore(0, magic)
                return(0, 1000000)
            }
            if eq(how, 5) {
                mstore(0, or(magic, 1))
                return(0, 32)
            }
        }
        if (how == WalletAnswer.Reenters) return bytes4(magic);
        if (signature.length != 65) return 0xffffffff;
        address signer = ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        return signer == OWNER ? bytes4(magic) : bytes4(0xffffffff);
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }
}
