using System.Collections.Immutable;
using System.Text.Json;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;

namespace Keystone.Domain.Tests.Escrow;

/// <summary>tests/vectors/settlement-ids.json: the same ids in Solidity, in viem and here.</summary>
public sealed class EscrowTermsTests
{
    public static TheoryData<string> Names()
    {
        TheoryData<string> names = [];
        foreach (JsonElement vector in SharedVectors.All) names.Add(vector.GetProperty("name").GetString()!);
        return names;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Hashes_and_id_of_the_shared_vectors(string name)
    {
        JsonElement vector = SharedVectors.Named(name);
        EscrowTerms terms = SharedVectors.Terms(vector);
        Assert.Equal(vector.GetProperty("domainSeparator").GetString(), terms.DomainSeparator.ToString());
        Assert.Equal(vector.GetProperty("legHashes").EnumerateArray().Select(hash => hash.GetString()), terms.LegHashes.Select(hash => hash.ToString()));
        Assert.Equal(vector.GetProperty("legsHash").GetString(), terms.LegsHash.ToString());
        Assert.Equal(vector.GetProperty("id").GetString(), terms.Id.ToString());
        Assert.Equal(terms.Id, EscrowTerms.IdOf(terms.ChainId, terms.Contract, terms.Header, terms.LegsHash));
        Hash32 cancel = TypedData.HashStruct(AbiCall.Topic("Cancel(bytes32 settlement)"), AbiValue.Bytes32(terms.Id));
        Assert.Equal(vector.GetProperty("cancelDigest").GetString(), TypedData.Digest(terms.DomainSeparator, cancel).ToString());
    }

    // Where a migration of the settlements reads it.
    [Theory]
    [MemberData(nameof(Names))]
    public void The_operator_stands_at_byte_204_of_the_stored_bytes(string name)
    {
        EscrowTerms terms = SharedVectors.Terms(SharedVectors.Named(name));
        Assert.Equal(terms.Header.Operator.ToBytes(), terms.Encode()[204..224]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stored_bytes_give_the_same_terms_back(string name)
    {
        EscrowTerms terms = SharedVectors.Terms(SharedVectors.Named(name));
        EscrowTerms read = EscrowTerms.Decode(terms.Encode());
        Assert.Equal(terms.Id, read.Id);
        Assert.Equal(terms.Header, read.Header);
        Assert.Equal(terms.Legs, read.Legs.AsEnumerable());
    }

    [Fact]
    public void The_id_depends_on_every_member()
    {
        EscrowTerms terms = SharedVectors.Terms(SharedVectors.All.First());
        EscrowHeader header = terms.Header;
        EscrowLeg leg = terms.Legs[0];
        Address other = Address.Parse("0x00000000000000000000000000000000000000aa");
        ImmutableArray<EscrowTerms> changed =
        [
            new(terms.ChainId + 1, terms.Contract, header, terms.Legs),
            new(terms.ChainId, other, header, terms.Legs),
            new(terms.ChainId, terms.Contract, header with { Ref = Keccak256.Hash([1]) }, terms.Legs),
            new(terms.ChainId, terms.Contract, header with { NotBefore = header.NotBefore.Next }, terms.Legs),
            new(terms.ChainId, terms.Contract, header with { Deadline = header.Deadline.Next }, terms.Legs),
            new(terms.ChainId, terms.Contract, header with { Operator = other }, terms.Legs),
            new(terms.ChainId, terms.Contract, header with { Gate = other }, terms.Legs),
            new(terms.ChainId, terms.Contract, header with { Commitment = Keccak256.Hash([2]) }, terms.Legs),
            new(terms.ChainId, terms.Contract, header, [leg with { Kind = TokenKind.Erc1155 }]),
            new(terms.ChainId, terms.Contract, header, [leg with { Mode = CustodyMode.Direct }]),
            new(terms.ChainId, terms.Contract, header, [leg with { Token = other }]),
            new(terms.ChainId, terms.Contract, header, [leg with { From = other }]),
            new(terms.ChainId, terms.Contract, header, [leg with { To = other }]),
            new(terms.ChainId, terms.Contract, header, [leg with { RefundTo = other }]),
            new(terms.ChainId, terms.Contract, header, [leg with { TokenId = leg.TokenId + 1UL }]),
            new(terms.ChainId, terms.Contract, header, [leg with { Amount = leg.Amount + 1UL }]),
            new(terms.ChainId, terms.Contract, header, [leg, leg]),
        ];
        Assert.Equal(changed.Length + 1, changed.Append(terms).Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public void Zero_legs_and_sixty_five_legs_are_refused()
    {
        EscrowTerms terms = SharedVectors.Terms(SharedVectors.All.First());
        Assert.Throws<ArgumentException>(() => new EscrowTerms(1, terms.Contract, terms.Header, []));
        Assert.Throws<ArgumentException>(() => new EscrowTerms(1, terms.Contract, terms.Header, [.. Enumerable.Repeat(terms.Legs[0], 65)]));
    }
}
