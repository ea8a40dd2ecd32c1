// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {Vm} from "forge-std/Vm.sol";
import {CustodyMode, ISettlementEscrow, Leg, PERMIT2, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {IERC1155, IERC20, IERC721} from "src/interfaces/ITokens.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {AmountModule, MaxBalanceModule, PermissionedToken} from "../mocks/IssuerTokens.sol";
import {Oddity, OddToken} from "../mocks/OddToken.sol";
import {Answer, TestGate} from "../mocks/TestGates.sol";
import {MeekERC721, TestERC1155} from "../mocks/TestTokens.sol";
import {History} from "./History.sol";
import {ReferenceEscrow} from "../../reference/ReferenceEscrow.sol";
import {Signing} from "./Signing.sol";

/// @notice Takes the steps of random histories, in the escrow and in the reference. See Invariants.t.sol for what it checks.
contract Handler is Signing {
    using History for mapping(bytes32 id => History.Told);

    uint256 private constant DEALS = 8;
    uint256 private constant PLENTY = 1_000_000;

    /// @dev 0: the escrow's. 1: the reference's, the same tokens once more.
    OddToken[2] private odds;
    PermissionedToken[2] private issued;
    PermissionedToken[2] private securities;
    MintableToken[2] private cashes;
    MeekERC721[2] private deeds;
    TestERC1155[2] private shares;
    MaxBalanceModule private most;
    AmountModule private amounts;
    TestGate private gate;
    ReferenceEscrow private reference_;
    address[2] private holders;

    address[6] private actors;
    bytes[DEALS] private deals;
    bytes32[DEALS] private ids;
    /// @dev What each leg delivers, for the sums that every step asks for.
    address[3][DEALS] private tokens;
    uint256[3][DEALS] private amountsOf;
    mapping(bytes32 id => History.Told) private folded;

    /// @dev What actors had in each of the escrow's fungible tokens after the last step.
    mapping(address token => mapping(address actor => uint256)) private had;
    /// @dev What an issuer took out of the escrow.
    uint256 private taken;
    bool private honest;

    uint256 public steps;
    uint256 public acts;

    /* THE WORLD */

    function build() external {
        setUp();
        deployPermit2();
        reference_ = new ReferenceEscrow();
        holders = [address(escrow), address(reference_)];
        actors = [alice, bob, carol, makeAddr("dave"), makeAddr("erin"), makeAddr("frank")];
        gate = new TestGate();
        (most, amounts) = (new MaxBalanceModule(), new AmountModule());
        for (uint256 w; w < 2; ++w) {
            odds[w] = new OddToken();
            issued[w] = new PermissionedToken();
            securities[w] = new PermissionedToken();
            cashes[w] = new MintableToken("Cash", "CASH", 6);
            deeds[w] = new MeekERC721();
            shares[w] = new TestERC1155();
            securities[w].addModule(most);
            securities[w].addModule(amounts);
            _admit(w, holders[w]);
            _admit(w, vault);
            most.spare(holders[w]);
            for (uint256 a; a < 6; ++a) {
                _admit(w, actors[a]);
            }
        }
        for (uint256 a; a < 6; ++a) {
            _fund(actors[a]);
        }
        _buildDeals();
        honest = true;
        _remember();
    }

    function _admit(uint256 w, address wallet) private {
        issued[w].verify(wallet, true);
        securities[w].verify(wallet, true);
    }

    function _fund(address actor) private {
        for (uint256 w; w < 2; ++w) {
            _mint(odds[w], actor, holders[w]);
            _mint(issued[w], actor, holders[w]);
            _mint(securities[w], actor, holders[w]);
            _mint(cashes[w], actor, holders[w]);
            shares[w].mint(actor, 9, PLENTY);
            vm.startPrank(actor);
            shares[w].setApprovalForAll(holders[w], true);
            deeds[w].setApprovalForAll(holders[w], true);
            issued[w].approve(PERMIT2, type(uint256).max);
            vm.stopPrank();
        }
    }

    function _mint(MintableToken token, address actor, address holder) private {
        token.mint(actor, PLENTY);
        vm.prank(actor);
        token.approve(holder, type(uint256).max);
    }

    function _buildDeals() private {
        address odd = address(odds[0]);
        address iss = address(issued[0]);
        address sec = address(securities[0]);
        address money = address(cashes[0]);
        (address dave, address erin, address frank) = (actors[3], actors[4], actors[5]);
        // 0: one of each standard in custody.
        _add(0, 0, 40, _legs(leg20(odd, alice, bob, 100), leg20(money, bob, carol, 50), _nft(carol, alice, 7)));
        // 1: an issuer's token that comes back elsewhere, cash that stays in its wallet, an ERC-1155.
        Leg[] memory legs = _legs(leg20(iss, dave, erin, 30), leg20(money, erin, dave, 60), _share(frank, dave, 5));
        legs[0].refundTo = vault;
        legs[1].mode = CustodyMode.DIRECT;
        _add(1, 0, 60, legs);
        // 2: a permissioned token, checked.
        legs = _legs(leg20(sec, alice, dave, 20), leg20(iss, dave, alice, 10));
        legs[0].mode = CustodyMode.CHECKED;
        _add(2, 0, 80, legs);
        // 3: nothing in custody, behind a gate.
        legs = _legs(leg20(odd, bob, frank, 40), _nft(frank, bob, 8));
        legs[0].mode = CustodyMode.DIRECT;
        legs[1].mode = CustodyMode.DIRECT;
        _add(3, 0, 100, legs);
        // 4: two equal legs and a window that opens later.
        _add(4, 20, 60, _legs(leg20(iss, alice, erin, 10), leg20(iss, alice, erin, 10), leg20(money, erin, alice, 3)));
        // 5: a ring in which the recipient of one leg pays the next with the same token.
        _add(5, 0, 50, _legs(leg20(odd, alice, bob, 9), leg20(odd, bob, carol, 9), leg20(odd, carol, alice, 9)));
        // 6: everything from one owner, back to another wallet of hers.
        legs = _legs(leg20(odd, carol, frank, 5), _share(carol, frank, 6));
        legs[1].refundTo = vault;
        _add(6, 0, 70, legs);
        // 7: an ERC-721 in the clothes of an ERC-20, and somebody who claims the deed of settlement 0, whose token refuses without a revert.
        _add(7, 0, 70, _legs(leg20(address(deeds[0]), erin, frank, 1), leg20(money, frank, erin, 1), _nft(dave, erin, 7)));
        for (uint256 w; w < 2; ++w) {
            deeds[w].mint(carol, 7);
            deeds[w].mint(frank, 8);
            deeds[w].mint(erin, 1);
        }
    }

    function _nft(address from, address to, uint256 tokenId) private view returns (Leg memory) {
        return leg(TokenKind.ERC721, address(deeds[0]), from, to, tokenId, 1);
    }

    function _share(address from, address to, uint256 amount) private view returns (Leg memory) {
        return leg(TokenKind.ERC1155, address(shares[0]), from, to, 9, amount);
    }

    function _legs(Leg memory a, Leg memory b) private pure returns (Leg[] memory legs) {
        legs = new Leg[](2);
        (legs[0], legs[1]) = (a, b);
    }

    function _legs(Leg memory a, Leg memory b, Leg memory c) private pure returns (Leg[] memory legs) {
        legs = new Leg[](3);
        (legs[0], legs[1], legs[2]) = (a, b, c);
    }

    function _add(uint256 d, uint64 opensIn, uint64 endsIn, Leg[] memory legs) private {
        Settlement memory s = Settlement(
            bytes32(d), opensIn == 0 ? 0 : START + opensIn, START + endsIn, operator, d == 3 ? address(gate) : address(0), 0, legs
        );
        deals[d] = abi.encode(s);
        ids[d] = idOf(s);
        for (uint256 i; i < legs.length; ++i) {
            (tokens[d][i], amountsOf[d][i]) = (legs[i].token, legs[i].amount);
            legs[i].token = _twin(legs[i].token);
        }
        reference_.add(s);
    }

    function _twin(address token) private view returns (address) {
        if (token == address(odds[0])) return address(odds[1]);
        if (token == address(issued[0])) return address(issued[1]);
        if (token == address(securities[0])) return address(securities[1]);
        if (token == address(cashes[0])) return address(cashes[1]);
        return token == address(deeds[0]) ? address(deeds[1]) : address(shares[1]);
    }

    /* STEPS */

    function doRegister(uint256 which) external {
        (uint256 d, Settlement memory s) = _pick(which);
        _step(stranger, abi.encodeCall(escrow.register, (s)), abi.encodeCall(reference_.register, (d)));
    }

    /// @notice Mostly by the owner of the leg.
    function doDeposit(uint256 which, uint256 position, uint256 who) external {
        (uint256 d, Settlement memory s) = _pick(which);
        uint256 i = position % s.legs.length;
        address caller = who % 8 == 0 ? actors[who / 8 % 6] : s.legs[i].from;
        bytes memory call = abi.encodeCall(escrow.deposit, (headerOf(s), hashesOf(s), i, s.legs[i]));
        _step(caller, call, abi.encodeCall(reference_.deposit, (d, i)));
    }

    /// @notice The next leg that is missing, by its owner: so that settlements become full.
    function doDepositNext(uint256 which) external {
        (uint256 d, Settlement memory s) = _pick(which);
        Known memory word = known(ids[d]);
        uint256 i;
        while (i + 1 < s.legs.length && ((word.held | word.armed) >> i) & 1 == 1) ++i;
        bytes memory call = abi.encodeCall(escrow.deposit, (headerOf(s), hashesOf(s), i, s.legs[i]));
        _step(s.legs[i].from, call, abi.encodeCall(reference_.deposit, (d, i)));
    }

    /// @notice Two legs, mostly of one owner, sometimes the same one twice.
    function doDepositMany(uint256 which, uint256 first, uint256 second) external {
        (uint256 d, Settlement memory s) = _pick(which);
        uint256[] memory indexes = list(first % s.legs.length, second % s.legs.length);
        Leg[] memory legs = new Leg[](2);
        (legs[0], legs[1]) = (s.legs[indexes[0]], s.legs[indexes[1]]);
        bytes memory call = abi.encodeCall(escrow.depositMany, (headerOf(s), hashesOf(s), indexes, legs));
        _step(legs[0].from, call, abi.encodeCall(reference_.depositMany, (d, indexes)));
    }

    /// @notice Of settlements whose first leg is the issuer's token: a stranger relays the owner's signature.
    function doDepositPermit2(uint256 which) external {
        (uint256 d, Settlement memory s) = _pick(which % 2 == 0 ? 1 : 4);
        uint256 i = d == 4 ? which / 2 % 2 : 0;
        uint256 nonce = steps;
        bytes memory signature = signPermit2(s, i, nonce);
        bytes memory call =
            abi.encodeCall(escrow.depositWithPermit2, (headerOf(s), hashesOf(s), i, s.legs[i], nonce, s.deadline, signature));
        signers = ascending(s.legs[i].from);
        _step(stranger, call, abi.encodeCall(reference_.depositRelayed, (d, i)));
    }

    /// @notice By the owner of some leg, or of all that are missing.
    function doDepositAndExecute(uint256 which, uint256 position) external {
        (uint256 d, Settlement memory s) = _pick(which);
        address caller = s.legs[position % s.legs.length].from;
        _step(caller, abi.encodeCall(escrow.depositAndExecute, (s)), abi.encodeCall(reference_.depositAndExecute, (d)));
    }

    /// @notice Every second time one that is full, if there is one.
    function doExecute(uint256 which) public {
        for (uint256 k; which % 2 == 0 && k < DEALS; ++k) {
            Known memory word = known(ids[(which / 2 + k) % DEALS]);
            if (word.state != State.Open || (word.held | word.armed) != (1 << word.legCount) - 1) continue;
            which = (which / 2 + k) % DEALS;
            break;
        }
        (uint256 d, Settlement memory s) = _pick(which);
        bool sure = honest && _payable(d, s) && block.timestamp >= s.notBefore && block.timestamp <= s.deadline;
        bool ok = _step(stranger, abi.encodeCall(escrow.executeSwap, (s)), abi.encodeCall(reference_.executeSwap, (d)));
        require(ok || !sure, "a full settlement did not execute");
    }

    function doExecuteSwaps(uint256 first, uint256 second) external {
        Settlement[] memory batch = new Settlement[](2);
        uint256[] memory ds = new uint256[](2);
        (ds[0], batch[0]) = _pick(first);
        (ds[1], batch[1]) = _pick(second);
        _step(stranger, abi.encodeCall(escrow.executeSwaps, (batch, 5_000_000)), abi.encodeCall(reference_.executeSwaps, (ds)));
    }

    /// @notice With the signatures of all owners, or of all but one.
    function doSettleSigned(uint256 which, uint256 without) public {
        (uint256 d, Settlement memory s) = _pick(which);
        signers = _ownersOf(s, without);
        bytes memory call = abi.encodeCall(escrow.settleSigned, (s, signers, signAll(signers, ids[d])));
        _step(stranger, call, abi.encodeCall(reference_.settleSigned, (d, signers)));
    }

    function doWithdraw(uint256 which, uint256 position) public {
        (uint256 d, Settlement memory s) = _pick(which);
        uint256 i = position % s.legs.length;
        Known memory word = known(ids[d]);
        uint256 bits = word.held | word.armed;
        bool sure =
            honest && word.state == State.Open && block.timestamp <= s.deadline && (bits >> i) & 1 == 1 && bits != (1 << s.legs.length) - 1;
        bytes memory call = abi.encodeCall(escrow.withdrawLeg, (headerOf(s), hashesOf(s), i, s.legs[i]));
        bool ok = _step(s.legs[i].from, call, abi.encodeCall(reference_.withdrawLeg, (d, i)));
        require(ok || !sure, "a depositor could not leave");
    }

    /// @dev Cancellations are rare, or every history would end with them.
    function doCancel(uint256 which, uint256 position) external {
        if (position % 7 != 0) return;
        (uint256 d, Settlement memory s) = _pick(which);
        uint256 i = position / 7 % s.legs.length;
        bytes memory call = abi.encodeCall(escrow.cancel, (headerOf(s), hashesOf(s), i, s.legs[i]));
        _step(s.legs[i].from, call, abi.encodeCall(reference_.cancel, (d, i)));
    }

    function doCancelAsOperator(uint256 which, uint256 who) external {
        if (which % 5 != 0) return;
        (uint256 d, Settlement memory s) = _pick(which / 5);
        bytes memory call = abi.encodeCall(escrow.cancelAsOperator, (headerOf(s), legsHashOf(s)));
        _step(who % 4 == 0 ? stranger : operator, call, abi.encodeCall(reference_.cancelAsOperator, (d)));
    }

    function doCancelSigned(uint256 which, uint256 without) public {
        if (which % 5 != 0) return;
        (uint256 d, Settlement memory s) = _pick(which / 5);
        address[] memory consenting = _ownersOf(s, without);
        bytes memory call = abi.encodeCall(escrow.cancelSigned, (s, consenting, signAll(consenting, cancelDigest(s))));
        _step(stranger, call, abi.encodeCall(reference_.cancelSigned, (d, consenting)));
    }

    /// @notice Every second time a leg that is held.
    function doRefund(uint256 which, uint256 position) public {
        (uint256 d, Settlement memory s) = _pick(which);
        uint256 i = position % s.legs.length;
        for (uint256 k; position % 2 == 0 && k < DEALS * 3; ++k) {
            uint256 c = (which % DEALS + k / 3) % DEALS;
            if ((folded[ids[c]].held >> (k % 3)) & 1 == 0) continue;
            (d, s) = _pick(c);
            i = k % 3;
            break;
        }
        Known memory word = known(ids[d]);
        bool over = word.state == State.Cancelled || (word.state == State.Open && block.timestamp > s.deadline);
        bool sure = honest && over && (word.held >> i) & 1 == 1;
        bytes memory call = abi.encodeCall(escrow.refund, (headerOf(s), hashesOf(s), i, s.legs[i]));
        bool ok = _step(stranger, call, abi.encodeCall(reference_.refund, (d, i)));
        require(ok || !sure, "a held leg did not come back");
    }

    function doRefundMany(uint256 which, uint256 first, uint256 second) external {
        (uint256 d, Settlement memory s) = _pick(which);
        uint256[] memory indexes = list(first % s.legs.length, second % s.legs.length);
        Leg[] memory legs = new Leg[](2);
        (legs[0], legs[1]) = (s.legs[indexes[0]], s.legs[indexes[1]]);
        bytes memory call = abi.encodeCall(escrow.refundMany, (headerOf(s), hashesOf(s), indexes, legs, 5_000_000));
        _step(stranger, call, abi.encodeCall(reference_.refundMany, (d, indexes)));
    }

    /// @notice One step under another chain id, as after a fork.
    function doAbroad(uint256 what, uint256 which, uint256 position) external {
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        if (what % 5 == 0) doSettleSigned(which, position);
        if (what % 5 == 1) doCancelSigned(which, position);
        if (what % 5 == 2) doRefund(which, position);
        if (what % 5 == 3) doWithdraw(which, position);
        if (what % 5 == 4) doExecute(which);
        vm.chainId(home);
    }

    /* THE WORLD MOVES */

    function passTime(uint256 seconds_) external {
        ++acts;
        vm.warp(block.timestamp + seconds_ % 30);
    }

    function turnToken(uint256 which) external {
        ++acts;
        Oddity[10] memory oddities = [
            Oddity.None,
            Oddity.None,
            Oddity.None,
            Oddity.ReturnsFalse,
            Oddity.ReturnsNothing,
            Oddity.RecipientFee,
            Oddity.SenderSurcharge,
            Oddity.MovesNothing,
            Oddity.MovesTwice,
            Oddity.Hook
        ];
        Oddity oddity = oddities[which % 10];
        if (oddity == Oddity.Hook) {
            // Calls back into the escrow; its twin into nothing, which is what the lock makes of it.
            (, Settlement memory s) = _pick(which / 10);
            bytes[] memory calls = new bytes[](3);
            calls[0] = abi.encodeCall(escrow.executeSwap, (s));
            calls[1] = abi.encodeCall(escrow.refund, (headerOf(s), hashesOf(s), 0, s.legs[0]));
            calls[2] = abi.encodeCall(escrow.register, (s));
            odds[0].onTransfer(address(escrow), calls);
        } else {
            odds[0].turn(oddity);
        }
        odds[1].turn(oddity == Oddity.Hook ? Oddity.None : oddity);
        _judge();
    }

    /// @notice Pause, deny, unverify, freeze, change a module, take by force, rebase, close the gate; or make everything good again.
    function doIssuerAct(uint256 what, uint256 who) external {
        ++acts;
        address wallet = actors[who % 6];
        uint256 act = what % 12;
        if (act == 7) amounts.set(19);
        if (act == 8) most.set(PLENTY);
        if (act == 9) gate.set(Answer.No);
        if (act > 9) {
            amounts.set(type(uint256).max);
            most.set(type(uint256).max);
            gate.set(Answer.Yes);
        }
        for (uint256 w; w < 2; ++w) {
            if (act == 0) issued[w].pause(true);
            if (act == 1) issued[w].deny(wallet, true);
            if (act == 2) issued[w].freeze(wallet, true);
            if (act == 3) securities[w].verify(wallet, false);
            if (act == 4) securities[w].freeze(wallet, true);
            if (act == 5 && issued[w].balanceOf(holders[w]) >= 7) issued[w].forcedTransfer(holders[w], vault, 7);
            if (act == 6 && issued[w].balanceOf(holders[w]) >= 3) issued[w].burn(holders[w], 3);
            if (act > 9) _forgive(w);
        }
        taken = _shortage();
        _judge();
        _remember();
    }

    function _forgive(uint256 w) private {
        issued[w].pause(false);
        for (uint256 a; a < 6; ++a) {
            issued[w].deny(actors[a], false);
            issued[w].freeze(actors[a], false);
            securities[w].freeze(actors[a], false);
            securities[w].verify(actors[a], true);
        }
        // The issuer gives back what it took.
        uint256 owed = _owed(address(issued[0]));
        uint256 has = issued[w].balanceOf(holders[w]);
        if (has < owed) issued[w].mint(holders[w], owed - has);
    }

    /// @notice Gifts to the escrow, and back to actors what recipients gathered.
    function doFund(uint256 who, uint256 amount) external {
        ++acts;
        address to = who % 7 == 6 ? address(0) : actors[who % 7];
        for (uint256 w; w < 2; ++w) {
            address wallet = to == address(0) ? holders[w] : to;
            odds[w].mint(wallet, amount % 1000);
            cashes[w].mint(wallet, amount % 1000);
        }
        _remember();
    }

    /* CHECKS */

    /// @notice 1 to 5.
    function checkEverything() external view {
        for (uint256 d; d < DEALS; ++d) {
            Known memory word = known(ids[d]);
            Known memory other;
            (other.state, other.held, other.armed, other.left, other.legCount, other.registered) = reference_.known(d);
            _same(_packed(word), _packed(other), "the reference disagrees");
            History.Told memory told = folded[ids[d]];
            Known memory said = Known(told.state, told.held, told.armed, told.left, word.legCount, told.registered);
            _same(_packed(word), _packed(said), "the events disagree");
            if (word.state == State.None) _same(word.held | word.armed | word.left | word.legCount, 0, "bits that should be gone");
            if (word.state == State.Executed) _same(word.held | word.armed, 0, "bits that should be gone");
            if (word.state == State.Cancelled) _same(word.armed, 0, "bits that should be gone");
        }
        require(!escrow.entered(), "entered");
        _checkSolvent();
        _checkTwins();
    }

    function _checkSolvent() private view {
        require(odds[0].balanceOf(address(escrow)) >= _owed(address(odds[0])), "insolvent: odd");
        require(issued[0].balanceOf(address(escrow)) + taken >= _owed(address(issued[0])), "insolvent: issued");
        require(securities[0].balanceOf(address(escrow)) >= _owed(address(securities[0])), "insolvent: security");
        require(cashes[0].balanceOf(address(escrow)) >= _owed(address(cashes[0])), "insolvent: cash");
        require(shares[0].balanceOf(address(escrow), 9) >= _owed(address(shares[0])), "insolvent: share");
        if (known(ids[0]).held & 4 != 0) require(deeds[0].ownerOf(7) == address(escrow), "deed");
        require(known(ids[7]).held & 4 == 0, "a deed that another leg gave into custody");
        require(deeds[0].ownerOf(8) != address(escrow), "a deed that no leg gives into custody");
        require(deeds[0].ownerOf(1) == actors[4], "the disguised deed");
    }

    /// @notice What held legs add up to.
    function _owed(address token) private view returns (uint256 owed) {
        for (uint256 d; d < DEALS; ++d) {
            uint64 held = folded[ids[d]].held;
            if (held == 0) continue;
            for (uint256 i; i < 3; ++i) {
                if ((held >> i) & 1 == 1 && tokens[d][i] == token) owed += amountsOf[d][i];
            }
        }
    }

    function _checkTwins() private view {
        for (uint256 a; a < 8; ++a) {
            address one = a < 6 ? actors[a] : a == 6 ? vault : holders[0];
            address other = a < 7 ? one : holders[1];
            _same(shares[0].balanceOf(one, 9), shares[1].balanceOf(other, 9), "share");
            // The actors' units of the others are compared in each step.
            if (a < 6) continue;
            _same(odds[0].balanceOf(one), odds[1].balanceOf(other), "odd");
            _same(issued[0].balanceOf(one), issued[1].balanceOf(other), "issued");
            _same(securities[0].balanceOf(one), securities[1].balanceOf(other), "security");
            _same(cashes[0].balanceOf(one), cashes[1].balanceOf(other), "cash");
        }
        for (uint256 tokenId = 7; tokenId < 9; ++tokenId) {
            address owner = deeds[0].ownerOf(tokenId);
            require((owner == holders[0] ? holders[1] : owner) == deeds[1].ownerOf(tokenId), "deed");
        }
    }

    function _same(uint256 a, uint256 b, string memory what) private pure {
        require(a == b, what);
    }

    function _packed(Known memory word) private pure returns (uint256) {
        uint256 bits = uint256(word.held) | uint256(word.armed) << 64 | uint256(word.left) << 128;
        return bits | uint256(word.legCount) << 192 | uint256(word.state) << 200 | (word.registered ? 1 << 208 : 0);
    }

    /* ONE STEP */

    /// @dev Whose signatures the step brings, and who armed a leg that it executed.
    address[] private signers;

    /// @notice 6 and 7, and the events folded.
    function _step(address caller, bytes memory call, bytes memory twin) private returns (bool) {
        ++steps;
        uint64[DEALS] memory armed;
        for (uint256 d; d < DEALS; ++d) {
            armed[d] = folded[ids[d]].armed;
        }
        vm.recordLogs();
        vm.prank(caller);
        (bool ok, bytes memory answer) = address(escrow).call(call);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.prank(caller);
        (bool twinOk, bytes memory twinAnswer) = address(reference_).call(twin);
        require(ok == twinOk, "the reference disagrees about the outcome");
        if (ok) {
            // Counts of batches are the same; ids are not.
            if (bytes4(call) != escrow.register.selector) assertEq(answer, twinAnswer, "answer");
            bool batch = bytes4(call) == escrow.executeSwaps.selector || bytes4(call) == escrow.refundMany.selector;
            for (uint256 i; i < logs.length; ++i) {
                // The logs of an item that was taken back are recorded too: then the words say what happened.
                if (logs[i].emitter == address(escrow) && !batch) folded.fold(logs[i]);
            }
            if (batch) _foldWords();
        } else {
            _sameError(answer, twinAnswer);
        }
        _addArmed(armed);
        for (uint256 a; a < 6; ++a) {
            _checkDebit(odds[0], odds[1], actors[a], caller);
            _checkDebit(issued[0], issued[1], actors[a], caller);
            _checkDebit(securities[0], securities[1], actors[a], caller);
            _checkDebit(cashes[0], cashes[1], actors[a], caller);
        }
        delete signers;
        require(_shortage() <= taken, "a step made a shortage");
        return ok;
    }

    function _sameError(bytes memory answer, bytes memory twinAnswer) private pure {
        require(answer.length >= 4, "reverted without a reason");
        if (bytes4(answer) == ISettlementEscrow.UnknownSettlement.selector) {
            assertEq(bytes4(answer), bytes4(twinAnswer), "error");
        } else {
            assertEq(answer, twinAnswer, "error");
        }
    }

    /// @dev After a batch the ledger takes over the words, which are compared with the reference anyway.
    function _foldWords() private {
        for (uint256 d; d < DEALS; ++d) {
            Known memory word = known(ids[d]);
            History.Told storage told = folded[ids[d]];
            bool ended = told.state == State.Executed || told.state == State.Cancelled;
            require(!ended || told.state == word.state, "an ended settlement changed");
            require(word.left == told.left && word.registered == told.registered, "a batch changed a mark");
            (told.state, told.held, told.armed) = (word.state, word.held, word.armed);
        }
    }

    function _checkDebit(MintableToken token, MintableToken twin, address actor, address caller) private {
        uint256 has = token.balanceOf(actor);
        _same(has, twin.balanceOf(actor), "the reference disagrees about a balance");
        uint256 before = had[address(token)][actor];
        if (has == before) return;
        if (has < before) require(actor == caller || _signed(actor), "a wallet was debited without a consent");
        had[address(token)][actor] = has;
    }

    /// @dev An armed leg moves when its settlement executes, whoever calls: its owner consented before.
    function _addArmed(uint64[DEALS] memory armed) private {
        for (uint256 d; d < DEALS; ++d) {
            if (armed[d] == 0 || folded[ids[d]].state != State.Executed) continue;
            Settlement memory s = abi.decode(deals[d], (Settlement));
            for (uint256 i; i < s.legs.length; ++i) {
                if ((armed[d] >> i) & 1 == 1) signers.push(s.legs[i].from);
            }
        }
    }

    function _signed(address actor) private view returns (bool) {
        for (uint256 i; i < signers.length; ++i) {
            if (signers[i] == actor) return true;
        }
        return false;
    }

    function _remember() private {
        for (uint256 a; a < 6; ++a) {
            had[address(odds[0])][actors[a]] = odds[0].balanceOf(actors[a]);
            had[address(issued[0])][actors[a]] = issued[0].balanceOf(actors[a]);
            had[address(securities[0])][actors[a]] = securities[0].balanceOf(actors[a]);
            had[address(cashes[0])][actors[a]] = cashes[0].balanceOf(actors[a]);
        }
    }

    /// @dev What the escrow owes of the issuer's token and does not have. Only an issuer's acts make it larger.
    function _shortage() private view returns (uint256) {
        uint256 owed = _owed(address(issued[0]));
        uint256 has = issued[0].balanceOf(address(escrow));
        return owed > has ? owed - has : 0;
    }

    /// @dev Whether every token does what it should, for everybody.
    function _judge() private {
        bool good = odds[0].oddity() == Oddity.None || odds[0].oddity() == Oddity.ReturnsNothing || odds[0].oddity() == Oddity.Hook;
        good = good && !issued[0].paused() && gate.answer() == Answer.Yes && taken == 0;
        good = good && amounts.limit() > PLENTY && most.limit() > PLENTY;
        for (uint256 a; a < 6 && good; ++a) {
            good = !issued[0].denied(actors[a]) && !issued[0].isFrozen(actors[a]) && !securities[0].isFrozen(actors[a])
                && securities[0].isVerified(actors[a]);
        }
        honest = good;
    }

    /// @dev Full, and the wallets of armed legs still have what they promised.
    function _payable(uint256 d, Settlement memory s) private view returns (bool) {
        Known memory word = known(ids[d]);
        if (word.state != State.Open || (word.held | word.armed) != (1 << s.legs.length) - 1) return false;
        for (uint256 i; i < s.legs.length; ++i) {
            if ((word.armed >> i) & 1 == 0) continue;
            Leg memory one = s.legs[i];
            bool has = one.kind == TokenKind.ERC721
                ? IERC721(one.token).ownerOf(one.tokenId) == one.from
                : IERC20(one.token).balanceOf(one.from) >= one.amount;
            if (!has) return false;
        }
        return true;
    }

    function _pick(uint256 which) private view returns (uint256 d, Settlement memory s) {
        d = which % DEALS;
        s = abi.decode(deals[d], (Settlement));
    }

    /// @dev Everybody who delivers, ascending, without one of them if `without` says so.
    function _ownersOf(Settlement memory s, uint256 without) private pure returns (address[] memory owners) {
        owners = new address[](s.legs.length);
        uint256 count;
        address last;
        while (true) {
            address next = address(type(uint160).max);
            for (uint256 i; i < s.legs.length; ++i) {
                if (s.legs[i].from > last && s.legs[i].from < next) next = s.legs[i].from;
            }
            if (next == address(type(uint160).max)) break;
            last = next;
            owners[count++] = next;
        }
        if (without % 4 == 0) {
            uint256 left = without / 4 % count;
            count -= 1;
            owners[left] = owners[count];
        }
        assembly ("memory-safe") {
            mstore(owners, count)
        }
        if (count == 2 && owners[0] > owners[1]) (owners[0], owners[1]) = (owners[1], owners[0]);
    }
}
