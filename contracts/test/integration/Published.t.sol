// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;

import {SettlementEscrow} from "src/SettlementEscrow.sol";
import {MintableDeed} from "src/test-tokens/MintableDeed.sol";
import {MintableLots} from "src/test-tokens/MintableLots.sol";
import {MintableToken} from "src/test-tokens/MintableToken.sol";
import {Deployed} from "../support/Deployed.sol";

/// @notice The committed artifacts deploy, at the address and with the code that they promise.
contract PublishedTest is Deployed {
    function test_Escrow_Create2() public {
        string memory json = vm.readFile(ARTIFACT);
        address deployer = vm.parseJsonAddress(json, ".create2.deployer");
        bytes memory code = publishedCreationCode();
        bytes32 salt = vm.parseJsonBytes32(json, ".create2.salt");
        assertEq(keccak256(code), vm.parseJsonBytes32(json, ".create2.initCodeHash"));
        assertGt(deployer.code.length, 0, "deterministic deployer");

        uint256[3] memory chains = [uint256(1), 11_155_111, 31_337];
        uint256 fresh = vm.snapshotState();
        for (uint256 i; i < chains.length; ++i) {
            vm.revertToState(fresh);
            vm.chainId(chains[i]);
            (bool ok, bytes memory answer) = deployer.call(bytes.concat(salt, code));
            assertTrue(ok);
            address deployed = address(bytes20(answer));
            assertEq(deployed, vm.parseJsonAddress(json, ".create2.address"));
            string memory key = string.concat(".codeHashes.", vm.toString(chains[i]));
            assertEq(deployed.codehash, vm.parseJsonBytes32(json, key), "code hash");
            (,,, uint256 chainId, address at,,) = SettlementEscrow(deployed).eip712Domain();
            assertEq(chainId, chains[i]);
            assertEq(at, deployed);
        }
    }

    function test_Escrow_Size() public view {
        bytes memory runtime = vm.parseJsonBytes(vm.readFile(ARTIFACT), ".deployedBytecode");
        assertLe(runtime.length, 16_384);
    }

    function test_MintableToken() public {
        bytes memory code = vm.parseJsonBytes(vm.readFile("contracts/artifacts/MintableToken.json"), ".bytecode");
        code = bytes.concat(code, abi.encode("Keystone Bond", "KBOND", uint8(18)));
        MintableToken token;
        assembly ("memory-safe") {
            token := create(0, add(code, 0x20), mload(code))
        }
        assertEq(token.name(), "Keystone Bond");
        assertEq(token.symbol(), "KBOND");
        assertEq(token.decimals(), 18);
        token.mint(address(this), 5);
        assertEq(token.balanceOf(address(this)), 5);
        assertEq(token.totalSupply(), 5);
        address permit2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
        assertEq(token.allowance(address(this), permit2), 0);
    }

    function test_MintableToken_Sources() public {
        MintableToken token = new MintableToken("Euro", "EURX", 2);
        assertEq(token.name(), "Euro");
        assertEq(token.symbol(), "EURX");
        assertEq(token.decimals(), 2);
        assertEq(token.allowance(address(this), 0x000000000022D473030F116dDEE9F6B43aC78BA3), 0);
    }

    function test_MintableDeedAndLots_Sources() public {
        MintableDeed deed = new MintableDeed();
        deed.mint(address(this), 7);
        assertEq(deed.ownerOf(7), address(this));
        assertEq(deed.name(), "Deed");
        assertEq(deed.symbol(), "DEED");
        assertEq(deed.tokenURI(7), "");

        MintableLots lots = new MintableLots();
        lots.mint(address(0xa11ce), 9, 50);
        assertEq(lots.balanceOf(address(0xa11ce), 9), 50);
        assertEq(lots.uri(9), "");
    }
}
