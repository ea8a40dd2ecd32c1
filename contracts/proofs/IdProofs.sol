// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Header, Leg, MAX_LEGS, Settlement} from "../src/interfaces/ISettlementEscrow.sol";

/// @notice The formula of the id without assembly, word by word, as EIP-712 has it. Never deployed.
/// @dev IdProofs proves of this formula that an id binds the terms; contracts/tools/bytecode-proofs.mjs proves that its bytecode computes what the published one does.
abstract contract PlainTerms {
    string private constant LEG_TYPE =
        "Leg(uint8 kind,uint8 mode,address token,address from,address to,address refundTo,uint256 tokenId,uint256 amount)";
    string private constant SETTLEMENT_TYPE =
        "Settlement(bytes32 ref,uint64 notBefore,uint64 deadline,address operator,address gate,bytes32 commitment,Leg[] legs)";

    function _hash(bytes32 a, bytes32 b) internal view virtual returns (bytes32) {
        return keccak256(abi.encode(a, b));
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c) internal view virtual returns (bytes32) {
        return keccak256(abi.encode(a, b, c));
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e) internal view virtual returns (bytes32) {
        return keccak256(abi.encode(a, b, c, d, e));
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e, bytes32 f, bytes32 g, bytes32 h)
        internal
        view
        virtual
        returns (bytes32)
    {
        return keccak256(abi.encode(a, b, c, d, e, f, g, h));
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e, bytes32 f, bytes32 g, bytes32 h, bytes32 i)
        internal
        view
        virtual
        returns (bytes32)
    {
        return keccak256(abi.encode(a, b, c, d, e, f, g, h, i));
    }

    function _legsHash(bytes32[] memory legHashes) internal view virtual returns (bytes32) {
        return keccak256(abi.encodePacked(legHashes));
    }

    function _digest(bytes32 domain, bytes32 structHash) internal view virtual returns (bytes32) {
        return keccak256(abi.encodePacked(bytes2(0x1901), domain, structHash));
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    function _domain(uint256 chainId, address escrow) internal view returns (bytes32) {
        return _hash(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("Keystone SettlementEscrow"),
            keccak256("1"),
            bytes32(chainId),
            _word(escrow)
        );
    }

    function _legHash(Leg memory leg) internal view returns (bytes32) {
        return _hash(
            keccak256(bytes(LEG_TYPE)),
            bytes32(uint256(leg.kind)),
            bytes32(uint256(leg.mode)),
            _word(leg.token),
            _word(leg.from),
            _word(leg.to),
            _word(leg.refundTo),
            bytes32(leg.tokenId),
            bytes32(leg.amount)
        );
    }

    function _structHash(Header memory header, bytes32 legsHash) internal view returns (bytes32) {
        return _hash(
            keccak256(abi.encodePacked(SETTLEMENT_TYPE, LEG_TYPE)),
            header.ref,
            bytes32(uint256(header.notBefore)),
            bytes32(uint256(header.deadline)),
            _word(header.operator),
            _word(header.gate),
            header.commitment,
            legsHash
        );
    }

    function _cancelHash(bytes32 id) internal view returns (bytes32) {
        return _hash(keccak256("Cancel(bytes32 settlement)"), id);
    }

    function _depositHash(bytes32 id, uint256 index) internal view returns (bytes32) {
        return _hash(keccak256("Deposit(bytes32 settlement,uint256 leg)"), id, bytes32(index));
    }
}

/// @notice `SettlementEscrow.idOf`, by the plain formula.
contract PlainIds is PlainTerms {
    function idOf(Settlement calldata settlement) external view returns (bytes32) {
        uint256 count = settlement.legs.length;
        require(count > 0 && count <= MAX_LEGS);
        bytes32[] memory legHashes = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            legHashes[i] = _legHash(settlement.legs[i]);
        }
        Header memory header = Header({
            ref: settlement.ref,
            notBefore: settlement.notBefore,
            deadline: settlement.deadline,
            operator: settlement.operator,
            gate: settlement.gate,
            commitment: settlement.commitment
        });
        return _digest(_domain(block.chainid, address(this)), _structHash(header, _legsHash(legHashes)));
    }
}

/// @notice What the SMTChecker proves of the id: terms with the same id are the same terms, on the same chain and escrow; see contracts/tools/smt.mjs. Never
/// deployed.
/// @dev The one premise is that hashes do not collide: for each hash that is taken, tables say how many words were hashed and which, and a table has one answer.
contract IdProofs is PlainTerms {
    mapping(bytes32 hash => uint256) private sizeOf;
    mapping(bytes32 hash => mapping(uint256 place => bytes32)) private wordOf;

    /// @dev A place in a list of legs, which is any.
    uint256 private place;

    function _hash(bytes32 a, bytes32 b) internal view override returns (bytes32 hash) {
        hash = super._hash(a, b);
        require(sizeOf[hash] == 2 && wordOf[hash][0] == a && wordOf[hash][1] == b);
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c) internal view override returns (bytes32 hash) {
        hash = super._hash(a, b, c);
        require(sizeOf[hash] == 3 && wordOf[hash][0] == a && wordOf[hash][1] == b && wordOf[hash][2] == c);
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e) internal view override returns (bytes32 hash) {
        hash = super._hash(a, b, c, d, e);
        require(sizeOf[hash] == 5 && wordOf[hash][0] == a && wordOf[hash][1] == b && wordOf[hash][2] == c);
        require(wordOf[hash][3] == d && wordOf[hash][4] == e);
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e, bytes32 f, bytes32 g, bytes32 h)
        internal
        view
        override
        returns (bytes32 hash)
    {
        hash = super._hash(a, b, c, d, e, f, g, h);
        require(sizeOf[hash] == 8 && wordOf[hash][0] == a && wordOf[hash][1] == b && wordOf[hash][2] == c && wordOf[hash][3] == d);
        require(wordOf[hash][4] == e && wordOf[hash][5] == f && wordOf[hash][6] == g && wordOf[hash][7] == h);
    }

    function _hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e, bytes32 f, bytes32 g, bytes32 h, bytes32 i)
        internal
        view
        override
        returns (bytes32 hash)
    {
        hash = super._hash(a, b, c, d, e, f, g, h, i);
        require(sizeOf[hash] == 9 && wordOf[hash][0] == a && wordOf[hash][1] == b && wordOf[hash][2] == c && wordOf[hash][3] == d);
        require(wordOf[hash][4] == e && wordOf[hash][5] == f && wordOf[hash][6] == g && wordOf[hash][7] == h && wordOf[hash][8] == i);
    }

    function _legsHash(bytes32[] memory legHashes) internal view override returns (bytes32 hash) {
        hash = super._legsHash(legHashes);
        require(sizeOf[hash] == legHashes.length);
        require(place >= legHashes.length || wordOf[hash][place] == legHashes[place]);
    }

    /// @dev Two words and two bytes: no number of words, and so never the hash of words.
    function _digest(bytes32 domain, bytes32 structHash) internal view override returns (bytes32 hash) {
        hash = super._digest(domain, structHash);
        require(sizeOf[hash] == type(uint256).max && wordOf[hash][0] == domain && wordOf[hash][1] == structHash);
    }

    function _same(Leg memory a, Leg memory b) private pure returns (bool) {
        return a.kind == b.kind && a.mode == b.mode && a.token == b.token && a.from == b.from && a.to == b.to && a.refundTo == b.refundTo
            && a.tokenId == b.tokenId && a.amount == b.amount;
    }

    function _same(Header memory a, Header memory b) private pure returns (bool) {
        return a.ref == b.ref && a.notBefore == b.notBefore && a.deadline == b.deadline && a.operator == b.operator && a.gate == b.gate
            && a.commitment == b.commitment;
    }

    /// @notice Legs with the same hash are the same leg.
    function oneLeg(Leg memory a, Leg memory b) external view {
        require(_legHash(a) == _legHash(b));
        assert(_same(a, b));
    }

    /// @notice Lists with the same hash have as many legs, and the same one at every place.
    function oneList(bytes32[] memory a, bytes32[] memory b) external view {
        require(_legsHash(a) == _legsHash(b));
        assert(a.length == b.length && (place >= a.length || a[place] == b[place]));
    }

    /// @notice The same id: the same header and the same list of legs, whatever the domain.
    function oneSettlement(bytes32 domainA, Header memory a, bytes32 legsA, bytes32 domainB, Header memory b, bytes32 legsB) external view {
        require(_digest(domainA, _structHash(a, legsA)) == _digest(domainB, _structHash(b, legsB)));
        assert(_same(a, b) && legsA == legsB);
    }

    /// @notice The same digest: the same chain and the same escrow. Nothing that is signed here counts elsewhere.
    function onePlace(uint256 chainA, address escrowA, bytes32 a, uint256 chainB, address escrowB, bytes32 b) external view {
        require(_digest(_domain(chainA, escrowA), a) == _digest(_domain(chainB, escrowB), b));
        assert(chainA == chainB && escrowA == escrowB && a == b);
    }

    /// @notice A consent to cancel names one settlement.
    function oneCancellation(bytes32 a, bytes32 b) external view {
        require(_cancelHash(a) == _cancelHash(b));
        assert(a == b);
    }

    /// @notice The witness of Permit2, which is the nonce of ERC-3009 too, names one leg of one settlement.
    function oneDeposit(bytes32 idA, uint256 a, bytes32 idB, uint256 b) external view {
        require(_depositHash(idA, a) == _depositHash(idB, b));
        assert(idA == idB && a == b);
    }

    /// @notice What is signed to settle, to cancel and to deposit is never one another.
    function threeConsents(bytes32 domain, Header memory header, bytes32 legsHash, bytes32 id, uint256 index) external view {
        bytes32 settle = _digest(domain, _structHash(header, legsHash));
        bytes32 cancel = _digest(domain, _cancelHash(id));
        bytes32 deposit = _depositHash(id, index);
        assert(settle != cancel && cancel != deposit && deposit != settle);
    }
}
