using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.IndexerBench.Peers;

/// <summary>The escrow's events of the bench's chain, as Nethereum's decoder wants them. Names and types are those of the published ABI.</summary>
[Event("Registered")]
internal sealed class RegisteredDefinition : IEventDTO
{
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = [];

    [Parameter("address", "by", 2, true)]
    public string By { get; set; } = "";

    [Parameter("tuple", "settlement", 3, false)]
    public SettlementDefinition Settlement { get; set; } = new();
}

[Event("Deposited")]
internal sealed class DepositedDefinition : IEventDTO
{
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = [];

    [Parameter("address", "from", 2, true)]
    public string From { get; set; } = "";

    [Parameter("uint256", "index", 3, false)]
    public BigInteger Index { get; set; }

    [Parameter("tuple", "leg", 4, false)]
    public LegDefinition Leg { get; set; } = new();
}

[Event("Executed")]
internal sealed class ExecutedDefinition : IEventDTO
{
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = [];

    [Parameter("address", "by", 2, true)]
    public string By { get; set; } = "";

    [Parameter("uint64", "fromWallets", 3, false)]
    public ulong FromWallets { get; set; }
}

[Struct("Settlement")]
internal sealed class SettlementDefinition
{
    [Parameter("bytes32", "ref", 1)]
    public byte[] Reference { get; set; } = [];

    [Parameter("uint64", "notBefore", 2)]
    public ulong NotBefore { get; set; }

    [Parameter("uint64", "deadline", 3)]
    public ulong Deadline { get; set; }

    [Parameter("address", "operator", 4)]
    public string Operator { get; set; } = "";

    [Parameter("address", "gate", 5)]
    public string Gate { get; set; } = "";

    [Parameter("bytes32", "commitment", 6)]
    public byte[] Commitment { get; set; } = [];

    [Parameter("tuple[]", "legs", 7, "Leg")]
    public List<LegDefinition> Legs { get; set; } = [];
}

[Struct("Leg")]
internal sealed class LegDefinition
{
    [Parameter("uint8", "kind", 1)]
    public byte Kind { get; set; }

    [Parameter("uint8", "mode", 2)]
    public byte Mode { get; set; }

    [Parameter("address", "token", 3)]
    public string Token { get; set; } = "";

    [Parameter("address", "from", 4)]
    public string From { get; set; } = "";

    [Parameter("address", "to", 5)]
    public string To { get; set; } = "";

    [Parameter("address", "refundTo", 6)]
    public string RefundTo { get; set; } = "";

    [Parameter("uint256", "tokenId", 7)]
    public BigInteger TokenId { get; set; }

    [Parameter("uint256", "amount", 8)]
    public BigInteger Amount { get; set; }
}
