using System.Text.Json;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;

namespace Keystone.Ethereum.Tests.Eip712;

public sealed class TypedDataTests
{
    [Fact]
    public void Digests_as_viem_does()
    {
        foreach (JsonElement vector in Vectors.Of("typed_data"))
        {
            Hash32 domain = TypedData.DomainSeparator(
                vector.Text("name"), vector.Text("version"), (ulong)vector.Integer("chain_id"), Address.Parse(vector.Text("verifying_contract")));
            Hash32 deposit = TypedData.HashStruct(AbiCall.Topic("Deposit(bytes32 settlement,uint256 leg)"),
                AbiValue.Bytes32(Hash32.Parse(vector.Text("settlement"))), AbiValue.Uint(vector.Integer("leg")));
            Assert.Equal(vector.Text("digest"), TypedData.Digest(domain, deposit).ToString());
        }
    }
}
