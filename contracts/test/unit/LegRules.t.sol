// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, Leg, LegFault, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {TestERC3643, TestERC721} from "../mocks/TestTokens.sol";
import {EscrowTest} from "../support/EscrowTest.sol";

/// @notice Every fault of a leg, through `register` and through `deposit`.
contract LegRulesTest is EscrowTest {
    Leg private fungible;
    Leg private nft;
    Leg private multi;

    function setUp() public override {
        super.setUp();
        fungible = leg20(address(cash), alice, bob, 100);
        nft = leg(TokenKind.ERC721, address(deed), alice, bob, 7, 1);
        multi = leg(TokenKind.ERC1155, address(share), alice, bob, 9, 5);
    }

    function test_ZeroAddress() public {
        Leg memory one = fungible;
        one.token = address(0);
        _refused(one, LegFault.ZeroAddress);
        one = fungible;
        one.from = address(0);
        _refused(one, LegFault.ZeroAddress);
        one = fungible;
        one.to = address(0);
        _refused(one, LegFault.ZeroAddress);
        one = fungible;
        one.refundTo = address(0);
        _refused(one, LegFault.ZeroAddress);
    }

    function test_IsEscrow() public {
        Leg memory one = fungible;
        one.token = address(escrow);
        _refused(one, LegFault.IsEscrow);
        one = fungible;
        one.from = address(escrow);
        _refused(one, LegFault.IsEscrow);
        one = fungible;
        one.to = address(escrow);
        _refused(one, LegFault.IsEscrow);
        one = fungible;
        one.refundTo = address(escrow);
        _refused(one, LegFault.IsEscrow);
    }

    function test_IsToken() public {
        Leg memory one = fungible;
        one.from = one.token;
        _refused(one, LegFault.IsToken);
        one = fungible;
        one.to = one.token;
        _refused(one, LegFault.IsToken);
        one = fungible;
        one.refundTo = one.token;
        _refused(one, LegFault.IsToken);
    }

    function test_SelfTransfer() public {
        Leg memory one = fungible;
        one.to = one.from;
        _refused(one, LegFault.SelfTransfer);
    }

    function test_ZeroAmount() public {
        Leg memory one = fungible;
        one.amount = 0;
        _refused(one, LegFault.ZeroAmount);
        one = multi;
        one.amount = 0;
        _refused(one, LegFault.ZeroAmount);
    }

    function testFuzz_AmountNotOne(uint256 amount) public {
        vm.assume(amount != 1);
        Leg memory one = nft;
        one.amount = amount;
        _refused(one, LegFault.AmountNotOne);
    }

    function testFuzz_TokenIdNotZero(uint256 tokenId) public {
        vm.assume(tokenId != 0);
        Leg memory one = fungible;
        one.tokenId = tokenId;
        _refused(one, LegFault.TokenIdNotZero);
    }

    function test_NoCode() public {
        Leg memory one = fungible;
        one.token = stranger;
        _refused(one, LegFault.NoCode);
        one = nft;
        one.token = stranger;
        _refused(one, LegFault.NoCode);
        one = multi;
        one.token = stranger;
        _refused(one, LegFault.NoCode);
    }

    /// @notice Erc20KindOnErc721Id1: token number 1 of an ERC-721 must not come in as one unit of an ERC-20.
    function test_Disguised721() public {
        Leg memory one = leg20(address(deed), alice, bob, 1);
        deed.mint(alice, 1);
        vm.prank(alice);
        deed.setApprovalForAll(address(escrow), true);
        _refused(one, LegFault.Disguised721);
        assertEq(deed.ownerOf(1), alice);
    }

    /// @notice One unit of an honest ERC-20 is fine, whatever it answers to an unknown selector.
    function test_Disguised721_OneUnitOfAnErc20() public {
        Leg memory one = leg20(address(cash), alice, bob, 1);
        _accepted(one);
        one.token = address(new GasBurningErc20());
        _accepted(one);
        one.token = address(new ShortAnswerErc20());
        _accepted(one);
    }

    /// @notice The probe is bounded: a token that burns what it gets costs little.
    function test_Disguised721_ProbeIsBounded() public {
        Settlement memory s = terms(leg20(address(new GasBurningErc20()), alice, bob, 1));
        escrow.register{gas: 150_000}(s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Open));
    }

    /// @notice Other amounts cannot be an ERC-721 token: the balance of the escrow grows by one.
    function test_Erc20KindOnErc721_OtherIds() public {
        deed.mint(alice, 100);
        vm.prank(alice);
        deed.setApprovalForAll(address(escrow), true);
        Settlement memory s = terms(leg20(address(deed), alice, bob, 100));
        vm.expectRevert();
        deposit(s, 0);
        assertEq(deed.ownerOf(100), alice);
    }

    /// @notice The other way round: an ERC-20 does not say that it is an ERC-721.
    function test_NotErc721_Erc20() public {
        cash.mint(alice, 50);
        vm.prank(alice);
        cash.approve(address(escrow), 50);
        _refused(leg(TokenKind.ERC721, address(cash), alice, bob, 50, 1), LegFault.NotErc721);
        assertEq(cash.balanceOf(alice), 50);
    }

    /// @notice ERC-165 answers with a word that is exactly one; what follows the word does not matter.
    function testFuzz_NotErc721_Answer(bytes calldata answer, bool canonical, bytes calldata behind) public {
        AnsweringErc721 token = new AnsweringErc721();
        Leg memory one = leg(TokenKind.ERC721, address(token), alice, bob, 7, 1);
        // The answer lies in storage, and a longer one would cost more than the question may.
        behind = behind[:behind.length > 128 ? 128 : behind.length];
        answer = answer[:answer.length > 128 ? 128 : answer.length];
        token.answer(canonical ? bytes.concat(bytes32(uint256(1)), behind) : answer);
        if (canonical || (answer.length >= 32 && uint256(bytes32(answer[:32])) == 1)) _accepted(one);
        else _refused(one, LegFault.NotErc721);
    }

    function test_NotErc721_EdgesOfTheAnswer() public {
        AnsweringErc721 token = new AnsweringErc721();
        Leg memory one = leg(TokenKind.ERC721, address(token), alice, bob, 7, 1);
        bytes[5] memory wrong = [bytes(""), abi.encode(false), abi.encode(2), abi.encode(type(uint256).max), new bytes(31)];
        wrong[4][30] = 0x01;
        for (uint256 i; i < wrong.length; ++i) {
            token.answer(wrong[i]);
            _refused(one, LegFault.NotErc721);
        }
        token.answer(bytes.concat(abi.encode(true), new bytes(100_000)));
        _refused(one, LegFault.NotErc721);
        token.answer(bytes.concat(abi.encode(true), hex"ff"));
        _accepted(one);
    }

    /// @notice The question is bounded: a token that burns what it gets costs little, and is refused.
    function test_NotErc721_ProbeIsBounded() public {
        Settlement memory s = terms(leg(TokenKind.ERC721, address(new GasBurningErc20()), alice, bob, 7, 1));
        expectInvalidLeg(0, LegFault.NotErc721);
        escrow.register{gas: 150_000}(s);
    }

    function test_CheckedNotErc20() public {
        Leg memory one = nft;
        one.mode = CustodyMode.CHECKED;
        _refused(one, LegFault.CheckedNotErc20);
        one = multi;
        one.mode = CustodyMode.CHECKED;
        _refused(one, LegFault.CheckedNotErc20);
    }

    function test_DirectRefundTo() public {
        Leg[3] memory all = [fungible, nft, multi];
        for (uint256 i; i < 3; ++i) {
            all[i].mode = CustodyMode.DIRECT;
            all[i].refundTo = vault;
            _refused(all[i], LegFault.DirectRefundTo);
            all[i].refundTo = alice;
            _accepted(all[i]);
        }
    }

    /// @notice A leg with several faults reports the first in the order of `LegFault`.
    function test_FirstFaultWins() public {
        Leg memory one = leg20(stranger, stranger, stranger, 0);
        one.tokenId = 1;
        one.mode = CustodyMode.DIRECT;
        one.refundTo = address(0);
        _refused(one, LegFault.ZeroAddress);
        one.refundTo = address(escrow);
        _refused(one, LegFault.IsEscrow);
        one.refundTo = vault;
        _refused(one, LegFault.IsToken);
        one.from = alice;
        one.to = alice;
        _refused(one, LegFault.SelfTransfer);
        one.to = bob;
        _refused(one, LegFault.ZeroAmount);
        one.amount = 1;
        _refused(one, LegFault.TokenIdNotZero);
        one.tokenId = 0;
        _refused(one, LegFault.NoCode);
        one.token = address(deed);
        _refused(one, LegFault.Disguised721);
        one.token = address(cash);
        _refused(one, LegFault.DirectRefundTo);
        one.mode = CustodyMode.CHECKED;
        _accepted(one);
        one.kind = TokenKind.ERC721;
        _refused(one, LegFault.CheckedNotErc20);
        one.mode = CustodyMode.DIRECT;
        _refused(one, LegFault.DirectRefundTo);
        one.refundTo = one.from;
        _refused(one, LegFault.NotErc721);
    }

    function test_ToMayBeRefundTo() public {
        Leg memory one = fungible;
        one.refundTo = bob;
        _accepted(one);
    }

    function _refused(Leg memory one, LegFault fault) private {
        Settlement memory s = terms(one);
        expectInvalidLeg(0, fault);
        register(s);
        expectInvalidLeg(0, fault);
        deposit(s, 0);
    }

    function _accepted(Leg memory one) private {
        Settlement memory s = terms(one);
        register(s);
        assertEq(uint8(known(idOf(s)).state), uint8(State.Open));
    }
}

/// @notice An old token whose fallback burns all gas.
contract GasBurningErc20 {
    fallback() external {
        assembly {
            invalid()
        }
    }
}

/// @notice A token whose answer to `supportsInterface` can be set to any bytes.
contract AnsweringErc721 {
    bytes private bytesOfAnswer;

    function answer(bytes calldata value) external {
        bytesOfAnswer = value;
    }

    function supportsInterface(bytes4) external view {
        bytes memory value = bytesOfAnswer;
        assembly ("memory-safe") {
            return(add(value, 0x20), mload(value))
        }
    }
}

/// @notice A token whose fallback answers half a word.
contract ShortAnswerErc20 {
    fallback() external {
        assembly {
            mstore(0, not(0))
            return(0, 16)
        }
    }
}
