using Keystone.Cli;
using Keystone.Cli.Integrator;
using Keystone.Client.Models;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.EndToEnd;

/// <summary>What <c>keystone deposit --send</c> lets itself be told: whoever answers in the place of the API moves nothing but a deposit.</summary>
public sealed class DepositRulesTests
{
    static readonly Address Escrow = Address.Parse("0x4D29eF6a3555C5319095558515fD793c892451CC"), Token = Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"),
        Thief = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

    static readonly DepositInstructions Instructions = new()
    {
        SettlementId = Guid.Empty,
        ChainId = 1,
        EscrowAddress = Escrow.ToString(),
        EscrowId = "0x" + new string('0', 64),
        Deadline = DateTimeOffset.UnixEpoch,
        Legs = [],
    };

    static LegInstructions Leg(string? tokenId = null) => new()
    {
        LegId = Guid.Empty,
        Index = 0,
        Role = "seller",
        Depositor = Thief.ToString(),
        TokenAddress = Token.ToString(),
        TokenStandard = "ERC-20",
        TokenId = tokenId,
        Amount = "100",
        Status = "pending",
        SignedPath = null!,
        Operations = [],
        Documents = [],
        Preflight = [],
    };

    static DepositOperation Operation(string step, Address to, byte[] data, string value = "0", long chain = 1) => new()
    {
        Step = step,
        Needed = true,
        To = to.ToString(),
        Value = value,
        Data = Hex.Encode(data),
        Function = "f()",
        Arguments = [],
        ChainId = chain,
        GasEstimate = 1,
        GasBasis = "node",
        Detail = "",
    };

    static byte[] Approve(Address spender, ulong amount) => AbiCall.Encode("approve(address,uint256)", AbiValue.Address(spender), AbiValue.Uint(amount));

    static byte[] ForAll(Address spender, bool approved) => AbiCall.Encode("setApprovalForAll(address,bool)", AbiValue.Address(spender), AbiValue.Bool(approved));

    [Fact]
    public void The_operations_of_a_deposit_are_sent()
    {
        DepositRules.Require(Instructions, Leg(), Operation("approve_zero", Token, Approve(Escrow, 0)));
        DepositRules.Require(Instructions, Leg(), Operation("approve", Token, Approve(Escrow, 100)));
        DepositRules.Require(Instructions, Leg("42"), Operation("approve", Token, Approve(Escrow, 42)));
        DepositRules.Require(Instructions, Leg(), Operation("approve_for_all", Token, ForAll(Escrow, true)));
        DepositRules.Require(Instructions, Leg(), Operation("deposit", Escrow, [1, 2, 3, 4]));
    }

    [Fact]
    public void Nothing_else_is()
    {
        (string Why, DepositOperation Operation)[] refused =
        [
            ("sends ether", Operation("deposit", Escrow, [], value: "1")),
            ("for chain 2", Operation("deposit", Escrow, [], chain: 2)),
            ("it calls", Operation("deposit", Thief, [])),
            ("it calls", Operation("approve", Thief, Approve(Escrow, 100))),
            ("it calls", Operation("transfer", Token, Approve(Escrow, 100))),
            ("another function", Operation("approve", Token, AbiCall.Encode("transfer(address,uint256)", AbiValue.Address(Escrow), AbiValue.Uint(100)))),
            ("another function", Operation("approve", Token, [.. Approve(Escrow, 100), 0])),
            ("another account", Operation("approve", Token, Approve(Thief, 100))),
            ("approves 101", Operation("approve", Token, Approve(Escrow, 101))),
            ("approves 1", Operation("approve_zero", Token, Approve(Escrow, 1))),
            ("another account", Operation("approve_for_all", Token, ForAll(Thief, true))),
            ("approves 0", Operation("approve_for_all", Token, ForAll(Escrow, false))),
        ];
        Assert.All(refused, one => Assert.Contains(one.Why, Assert.Throws<CommandFault>(() => DepositRules.Require(Instructions, Leg(), one.Operation)).Message, StringComparison.Ordinal));
    }
}
