using Keystone.Domain.Escrow;

namespace Keystone.Settlements.Deposits;

/// <summary>
/// Gas of whole transactions as <c>contracts/gas</c> has it, under the rules of Prague, for steps that a node cannot estimate yet: a deposit before its approval
/// reverts. The first deposit into an escrow that holds nothing of the token, which is the most expensive one.
/// </summary>
internal static class DepositGas
{
    /// <summary>More than an approval of a common token takes; where a node is asked, its estimate holds.</summary>
    public const long Approve = 60_000;

    /// <summary>Gas of <c>deposit</c>.</summary>
    public static long Deposit(TokenKind kind) => kind switch
    {
        TokenKind.Erc721 => 120_000,
        TokenKind.Erc1155 => 110_000,
        _ => 97_664,
    };
}
