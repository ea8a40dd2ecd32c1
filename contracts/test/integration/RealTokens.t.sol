// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {CustodyMode, ISettlementEscrow, Leg, PERMIT2, Settlement, State, TokenKind} from "src/interfaces/ISettlementEscrow.sol";
import {LegReason} from "src/interfaces/IEscrowLens.sol";
import {IERC20, IERC20Permit, IERC3009, IERC3009Bytes} from "src/interfaces/ITokens.sol";
import {EscrowLens} from "src/EscrowLens.sol";
import {Terms} from "src/libraries/Terms.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {Signing} from "../support/Signing.sol";
import {NewSlots} from "../support/NewSlots.sol";

/// @dev Circle's FiatTokenV2_2, what the tests need of it.
interface IUsdc is IERC20, IERC20Permit, IERC3009, IERC3009Bytes {
    function initialize(string calldata, string calldata, string calldata, uint8, address, address, address, address) external;
    function initializeV2(string calldata) external;
    function initializeV2_1(address) external;
    function initializeV2_2(address[] calldata, string calldata) external;
    function configureMinter(address, uint256) external;
    function mint(address, uint256) external;
    function approve(address, uint256) external returns (bool);
    function blacklist(address) external;
    function unBlacklist(address) external;
    function pause() external;
    function unpause() external;
    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
    function PERMIT_TYPEHASH() external view returns (bytes32);
    function authorizationState(address, bytes32) external view returns (bool);
}

/// @dev T-REX 4.1.6: token, registries, compliance and module, what the tests need of them.
interface ITrex is IERC20 {
    function init() external;
    function init(address, address, address) external;
    function init(address, address, string calldata, string calldata, uint8, address) external;
    function initialize() external;
    function bindIdentityRegistry(address) external;
    function addAgent(address) external;
    function registerIdentity(address, address, uint16) external;
    function deleteIdentity(address) external;
    function addModule(address) external;
    function callModuleFunction(bytes calldata, address) external;
    function addCountryRestriction(uint16) external;
    function setMaxBalance(uint256) external;
    function setID(address, address, address) external;
    function mint(address, uint256) external;
    function approve(address, uint256) external returns (bool);
    function pause() external;
    function unpause() external;
    function setAddressFrozen(address, bool) external;
    function freezePartialTokens(address, uint256) external;
    function unfreezePartialTokens(address, uint256) external;
    function forcedTransfer(address, address, uint256) external returns (bool);
}

/// @notice The escrow with code that others published, from the file that REAL_TOKENS names (contracts/tools/real-tokens.mjs). Without it these tests are
/// skipped with the reason; with KEYSTONE_REAL_TOKENS=required they fail.
abstract contract RealTokens is Signing {
    string private codes;

    modifier withRealCode() {
        vm.skip(bytes(codes).length == 0, "REAL_TOKENS names no file with the code of real tokens: see contracts/tools/real-tokens.mjs");
        _;
    }

    function setUp() public virtual override {
        super.setUp();
        string memory file = vm.envOr("REAL_TOKENS", string(""));
        if (bytes(file).length == 0) {
            bool required = keccak256(bytes(vm.envOr("KEYSTONE_REAL_TOKENS", string("")))) == keccak256("required");
            require(!required, "KEYSTONE_REAL_TOKENS is required, but REAL_TOKENS names no file");
            return;
        }
        codes = vm.readFile(file);
        build();
    }

    function build() internal virtual;

    function codeOf(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(codes, string.concat(".", name));
    }
}

/// @notice USDC 2.2 behind its proxy.
contract RealUsdcTest is RealTokens {
    IUsdc private usdc;
    address private issuer = makeAddr("issuer");

    function build() internal override {
        deployAt(0x5ec0000000000000000000000000000000005EC0, codeOf("SignatureChecker"));
        address code = deployFrom(codeOf("FiatTokenV2_2"));
        bytes memory proxy = bytes.concat(codeOf("FiatTokenProxy"), abi.encode(code));
        // The proxy's admin is who creates it, and cannot use the token.
        vm.prank(makeAddr("admin"));
        usdc = IUsdc(deployFrom(proxy));
        vm.startPrank(issuer);
        usdc.initialize("USD Coin", "USDC", "USD", 6, issuer, issuer, issuer, issuer);
        usdc.initializeV2("USD Coin");
        usdc.initializeV2_1(issuer);
        usdc.initializeV2_2(new address[](0), "USDC");
        usdc.configureMinter(issuer, type(uint256).max);
        usdc.mint(bob, 10 * CASH_AMOUNT);
        vm.stopPrank();
    }

    /// @notice Bond from alice to bob, USDC from bob to alice, no allowance for the USDC.
    function _terms() private returns (Settlement memory s) {
        s = terms(leg20(address(bond), alice, bob, BOND_AMOUNT), leg20(address(usdc), bob, alice, CASH_AMOUNT));
        supply(s.legs[0]);
    }

    function _approved() private returns (Settlement memory s) {
        s = _terms();
        vm.prank(bob);
        usdc.approve(address(escrow), CASH_AMOUNT);
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), structHash));
    }

    function _authorization(Settlement memory s, uint256 index) private view returns (bytes32) {
        Leg memory one = s.legs[index];
        bytes32 nonce = Terms.depositWitness(idOf(s), index);
        bytes32 typeHash = usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH();
        return _digest(keccak256(abi.encode(typeHash, one.from, address(escrow), one.amount, 0, DEADLINE, nonce)));
    }

    function _relay(Settlement memory s, uint256 index, bytes memory signature) private {
        vm.prank(stranger);
        escrow.depositWithAuthorization(headerOf(s), hashesOf(s), index, s.legs[index], 0, DEADLINE, signature);
    }

    function test_Usdc_Custody() public withRealCode {
        Settlement memory s = _approved();
        depositAll(s);
        execute(s);
        assertEq(usdc.balanceOf(alice), CASH_AMOUNT);
        assertEq(usdc.balanceOf(address(escrow)), 0);
        assertEq(bond.balanceOf(bob), BOND_AMOUNT);
    }

    function test_Usdc_LastDepositorAndSigned() public withRealCode {
        Settlement memory s = _approved();
        deposit(s, 0);
        depositAndExecuteAs(bob, s);
        assertEq(usdc.balanceOf(alice), CASH_AMOUNT);

        Settlement memory other = _approved();
        other.ref = "signed";
        settleSigned(other);
        assertEq(usdc.balanceOf(alice), 2 * CASH_AMOUNT);
    }

    function test_Usdc_Permit() public withRealCode {
        Settlement memory s = _terms();
        bytes32 structHash = keccak256(abi.encode(usdc.PERMIT_TYPEHASH(), bob, address(escrow), CASH_AMOUNT, 0, DEADLINE));
        bytes memory signature = sign(bob, _digest(structHash));
        (bytes32 r, bytes32 sv) = abi.decode(signature, (bytes32, bytes32));
        vm.prank(bob);
        escrow.depositWithPermit(headerOf(s), hashesOf(s), 1, s.legs[1], DEADLINE, uint8(signature[64]), r, sv);
        assertEq(usdc.balanceOf(address(escrow)), CASH_AMOUNT);
        assertEq(known(idOf(s)).held, 2);
    }

    function test_Usdc_Permit2() public withRealCode {
        deployPermit2();
        Settlement memory s = _terms();
        vm.prank(bob);
        usdc.approve(PERMIT2, CASH_AMOUNT);
        depositPermit2(s, 1, 1);
        assertEq(usdc.balanceOf(address(escrow)), CASH_AMOUNT);
    }

    /// @notice The token accepts exactly the nonce of this leg of this settlement, once, and from the escrow only.
    function test_Usdc_Authorization() public withRealCode {
        Settlement memory s = _terms();
        bytes memory signature = sign(bob, _authorization(s, 1));
        Settlement memory other = _terms();
        other.ref = "other";
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        _relay(other, 1, signature);

        bytes32 nonce = Terms.depositWitness(idOf(s), 1);
        (bytes32 r, bytes32 sv) = abi.decode(signature, (bytes32, bytes32));
        vm.prank(stranger);
        vm.expectRevert("FiatTokenV2: caller must be the payee");
        usdc.receiveWithAuthorization(bob, address(escrow), CASH_AMOUNT, 0, DEADLINE, nonce, uint8(signature[64]), r, sv);

        _relay(s, 1, signature);
        assertTrue(usdc.authorizationState(bob, nonce));
        assertEq(usdc.balanceOf(address(escrow)), CASH_AMOUNT);
        assertEq(known(idOf(s)).held, 2);
        withdraw(s, 1);
        expectError(ISettlementEscrow.ConsentWithdrawn.selector, uint256(1));
        _relay(s, 1, signature);
    }

    /// @notice A contract wallet with a long signature: the form with bytes, which asks the wallet (ERC-1271).
    function test_Usdc_Authorization_ContractWallet() public withRealCode {
        TwoKeys wallet = new TwoKeys(alice, carol);
        Settlement memory s = terms(leg20(address(usdc), address(wallet), bob, CASH_AMOUNT));
        vm.prank(bob);
        assertTrue(usdc.transfer(address(wallet), CASH_AMOUNT));
        bytes32 digest = _authorization(s, 0);
        bytes memory half = sign(alice, digest);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        _relay(s, 0, bytes.concat(half, half));
        _relay(s, 0, bytes.concat(half, sign(carol, digest)));
        assertEq(usdc.balanceOf(address(escrow)), CASH_AMOUNT);
    }

    /// @notice A recipient on the deny list: nothing is delivered, everybody else gets their own back, the denied one as soon as it may.
    function test_Usdc_DenyList() public withRealCode {
        Settlement memory s = _approved();
        depositAll(s);
        vm.prank(issuer);
        usdc.blacklist(alice);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        execute(s);
        vm.prank(issuer);
        usdc.blacklist(bob);
        afterDeadline();
        refund(s, 0);
        assertEq(bond.balanceOf(alice), BOND_AMOUNT);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        refund(s, 1);
        assertKnown(idOf(s), Known(State.Open, 2, 0, 0, 2, false));
        vm.prank(issuer);
        usdc.unBlacklist(bob);
        refund(s, 1);
        assertEq(usdc.balanceOf(bob), 10 * CASH_AMOUNT);
    }

    function test_Usdc_Paused() public withRealCode {
        Settlement memory s = _approved();
        depositAll(s);
        vm.prank(issuer);
        usdc.pause();
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(1));
        execute(s);
        vm.prank(issuer);
        usdc.unpause();
        execute(s);
        assertEq(usdc.balanceOf(alice), CASH_AMOUNT);
    }
}

/// @dev Both keys sign.
contract TwoKeys {
    address private immutable ONE;
    address private immutable OTHER;

    constructor(address one, address other) {
        (ONE, OTHER) = (one, other);
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool both = signature.length == 130 && _signer(hash, signature[:65]) == ONE && _signer(hash, signature[65:]) == OTHER;
        return both ? this.isValidSignature.selector : bytes4(0);
    }

    function _signer(bytes32 hash, bytes calldata signature) private pure returns (address) {
        return ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
    }
}

/// @notice T-REX, the reference implementation of ERC-3643, with its registries, its compliance and two of its modules.
contract RealErc3643Test is RealTokens {
    uint16 private constant COUNTRY = 276;
    uint16 private constant OTHER_COUNTRY = 840;

    ITrex private security;
    ITrex private registry;
    ITrex private stored;
    ITrex private topics;
    ITrex private issuers;
    ITrex private compliance;
    ITrex private countries;
    ITrex private most;

    function build() internal override {
        registry = _deploy("IdentityRegistry");
        stored = _deploy("IdentityRegistryStorage");
        topics = _deploy("ClaimTopicsRegistry");
        issuers = _deploy("TrustedIssuersRegistry");
        compliance = _deploy("ModularCompliance");
        security = _deploy("Token");
        topics.init();
        issuers.init();
        stored.init();
        registry.init(address(issuers), address(topics), address(stored));
        stored.bindIdentityRegistry(address(registry));
        compliance.init();
        security.init(address(registry), address(compliance), "Real Bond", "RBOND", 18, address(0));
        registry.addAgent(address(this));
        security.addAgent(address(this));
        security.unpause();

        countries = _deploy("CountryRestrictModule");
        countries.initialize();
        compliance.addModule(address(countries));
        compliance.callModuleFunction(abi.encodeCall(ITrex.addCountryRestriction, (OTHER_COUNTRY)), address(countries));
        most = _deploy("MaxBalanceModule");
        most.initialize();
        compliance.addModule(address(most));
        compliance.callModuleFunction(abi.encodeCall(ITrex.setMaxBalance, (3 * BOND_AMOUNT)), address(most));

        _admit(alice, COUNTRY);
        _admit(bob, COUNTRY);
        security.mint(alice, 2 * BOND_AMOUNT);
        vm.prank(alice);
        security.approve(address(escrow), type(uint256).max);
    }

    function _deploy(string memory name) private returns (ITrex) {
        return ITrex(deployFrom(codeOf(name)));
    }

    /// @dev No claim topics are required, so every registered wallet is verified.
    function _admit(address wallet, uint16 country) private {
        registry.registerIdentity(wallet, address(new Identity()), country);
    }

    function _terms(CustodyMode mode) private returns (Settlement memory s) {
        s = terms(leg20(address(security), alice, bob, BOND_AMOUNT), leg20(address(cash), bob, alice, CASH_AMOUNT));
        s.legs[0].mode = mode;
        supply(s.legs[1]);
    }

    /// @notice In custody, with the escrow as a verified holder.
    function test_Erc3643_Checked() public withRealCode {
        _admit(address(escrow), COUNTRY);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        depositAll(s);
        assertEq(security.balanceOf(address(escrow)), BOND_AMOUNT);
        execute(s);
        assertEq(security.balanceOf(bob), BOND_AMOUNT);
        assertEq(cash.balanceOf(alice), CASH_AMOUNT);
        assertKnown(idOf(s), Known(State.Executed, 0, 0, 0, 2, false));
    }

    /// @notice Slots that a delivery to a wallet without any units writes: its balance, and that of its identity in the module that bounds balances. The
    /// keeper reserves gas for four, see docs/security/escrow-gas.md.
    function test_Erc3643_NewSlots() public withRealCode {
        _admit(address(escrow), COUNTRY);
        for (uint256 mode = 1; mode < 3; ++mode) {
            uint256 snapshot = vm.snapshotState();
            Settlement memory s = terms(leg20(address(security), alice, bob, BOND_AMOUNT));
            s.legs[0].mode = CustodyMode(mode);
            depositAll(s);
            vm.startStateDiffRecording();
            execute(s);
            assertEq(NewSlots.count(vm.stopAndReturnStateDiff(), address(escrow)), 2);
            vm.revertToState(snapshot);
        }
    }

    /// @notice A DIRECT leg never comes into the escrow, which is no holder of the token then.
    function test_Erc3643_Direct() public withRealCode {
        Settlement memory s = _terms(CustodyMode.DIRECT);
        depositAll(s);
        execute(s);
        assertEq(security.balanceOf(bob), BOND_AMOUNT);

        Settlement memory other = _terms(CustodyMode.DIRECT);
        other.ref = "signed";
        settleSigned(other);
        assertEq(security.balanceOf(bob), 2 * BOND_AMOUNT);
    }

    function test_Erc3643_EscrowIsNotVerified() public withRealCode {
        Settlement memory s = _terms(CustodyMode.CHECKED);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        deposit(s, 0);
    }

    /// @notice The real pair is asked at the deposit, so that nothing comes in that could not go to its recipient.
    function test_Erc3643_PairRefusedAtDeposit() public withRealCode {
        _admit(address(escrow), COUNTRY);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        s.legs[0].to = carol;
        _depositRefused(s);
        _admit(carol, OTHER_COUNTRY);
        _depositRefused(s);
        registry.deleteIdentity(carol);
        _admit(carol, COUNTRY);
        security.setAddressFrozen(carol, true);
        _depositRefused(s);
        security.setAddressFrozen(carol, false);
        security.setAddressFrozen(alice, true);
        _depositRefused(s);
        security.setAddressFrozen(alice, false);
        compliance.callModuleFunction(abi.encodeCall(ITrex.setMaxBalance, (BOND_AMOUNT - 1)), address(most));
        _depositRefused(s);
        compliance.callModuleFunction(abi.encodeCall(ITrex.setMaxBalance, (BOND_AMOUNT)), address(most));
        deposit(s, 0);
        assertEq(known(idOf(s)).held, 1);
    }

    function _depositRefused(Settlement memory s) private {
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        deposit(s, 0);
    }

    /// @notice The recipient loses its verification between deposit and execution: nothing is delivered, everything comes back.
    function test_Erc3643_VerificationLost() public withRealCode {
        _admit(address(escrow), COUNTRY);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        depositAll(s);
        registry.deleteIdentity(bob);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
        afterDeadline();
        refund(s, 0);
        refund(s, 1);
        assertEq(security.balanceOf(alice), 2 * BOND_AMOUNT);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
    }

    /// @notice Paused, the depositor frozen or no longer verified, the escrow's own units frozen: the refund waits, and the other leg does not.
    function test_Erc3643_RefundWaits() public withRealCode {
        _admit(address(escrow), COUNTRY);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        depositAll(s);
        cancelAsOperator(s);
        refund(s, 1);
        security.pause();
        _refundWaits(s);
        security.unpause();
        security.setAddressFrozen(alice, true);
        _refundWaits(s);
        security.setAddressFrozen(alice, false);
        registry.deleteIdentity(alice);
        _refundWaits(s);
        _admit(alice, COUNTRY);
        security.freezePartialTokens(address(escrow), 1);
        _refundWaits(s);
        security.unfreezePartialTokens(address(escrow), 1);
        refund(s, 0);
        assertEq(security.balanceOf(alice), 2 * BOND_AMOUNT);
    }

    function _refundWaits(Settlement memory s) private {
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        refund(s, 0);
    }

    /// @notice The agent takes the units out of the escrow: that leg cannot be delivered or refunded, the other comes back.
    function test_Erc3643_ForcedTransfer() public withRealCode {
        _admit(address(escrow), COUNTRY);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        depositAll(s);
        security.forcedTransfer(address(escrow), alice, BOND_AMOUNT);
        expectError(ISettlementEscrow.TokenCallFailed.selector, uint256(0));
        execute(s);
        afterDeadline();
        _refundWaits(s);
        refund(s, 1);
        assertEq(cash.balanceOf(bob), CASH_AMOUNT);
        assertEq(security.balanceOf(alice), 2 * BOND_AMOUNT);
    }

    /// @notice The lens names the refusals of the real token, and its estimate holds for the token's own questions too.
    function test_Erc3643_Lens() public withRealCode {
        EscrowLens lens = deployLens(escrow);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        _told(lens, s, LegReason.NotVerified);
        _admit(address(escrow), COUNTRY);
        assertEq(lens.preflight(s, address(0)).legs[0].reasons.length, 0);
        security.pause();
        _told(lens, s, LegReason.Paused);
        security.unpause();
        security.setAddressFrozen(bob, true);
        _told(lens, s, LegReason.PairNotAllowed);
        security.setAddressFrozen(bob, false);

        _estimateHolds(lens, s);
        s.legs[0].mode = CustodyMode.CUSTODY;
        s.ref = "custody";
        _estimateHolds(lens, s);
        s.legs[0].mode = CustodyMode.DIRECT;
        s.ref = "direct";
        _estimateHolds(lens, s);
    }

    function _estimateHolds(EscrowLens lens, Settlement memory s) private {
        security.mint(alice, BOND_AMOUNT);
        supply(s.legs[1]);
        depositAll(s);
        _cool();
        uint256 estimate = lens.preflight(s, address(0)).executionGas;
        _cool();
        bytes memory call = abi.encodeCall(escrow.executeSwap, (s));
        uint256 before = gasleft();
        (bool ok,) = address(escrow).call(call);
        uint256 used = before - gasleft() + 21_000;
        for (uint256 i; i < call.length; ++i) {
            used += call[i] == 0 ? 4 : 16;
        }
        assertTrue(ok);
        assertGe(estimate, used, "too low");
        assertLe(estimate, used * 2, "far too high");
    }

    /// @dev As at the start of a transaction.
    function _cool() private {
        vm.cool(address(escrow));
        vm.cool(address(cash));
        vm.cool(address(security));
        vm.cool(address(registry));
        vm.cool(address(stored));
        vm.cool(address(topics));
        vm.cool(address(issuers));
        vm.cool(address(compliance));
        vm.cool(address(countries));
        vm.cool(address(most));
    }

    function _told(EscrowLens lens, Settlement memory s, LegReason reason) private view {
        LegReason[] memory reasons = lens.preflight(s, address(0)).legs[0].reasons;
        assertEq(reasons.length, 1);
        assertEq(uint8(reasons[0]), uint8(reason));
    }

    /// @notice What a verified but unhelpful recipient cannot do: there is no hook, and its balance limit is asked before anything moves.
    function test_Erc3643_LimitReachedBeforeExecution() public withRealCode {
        _admit(address(escrow), COUNTRY);
        Settlement memory s = _terms(CustodyMode.CHECKED);
        depositAll(s);
        security.mint(bob, 3 * BOND_AMOUNT);
        expectError(ISettlementEscrow.TransferNotAllowed.selector, uint256(0));
        execute(s);
        cancelAsOperator(s);
        refund(s, 0);
        assertEq(security.balanceOf(alice), 2 * BOND_AMOUNT);
    }
}

/// @dev Stands for an ONCHAINID, of which only the address counts here.
contract Identity {}
