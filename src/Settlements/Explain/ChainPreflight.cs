using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Deposits;

namespace Keystone.Settlements.Explain;

/// <summary>The checks of <c>deposit-instructions</c>, read from the chain.</summary>
internal sealed class ChainPreflight(DepositPreflight preflight, PreflightReads reads) : ILegPreflight
{
    public async Task<IReadOnlyList<CheckView>> CheckAsync(PreflightLeg leg, CancellationToken cancellationToken)
    {
        TokenKind kind = leg.Standard switch { "ERC-721" => TokenKind.Erc721, "ERC-1155" => TokenKind.Erc1155, _ => TokenKind.Erc20 };
        LegToDeposit subject = new(kind, CustodyMode.Custody, leg.Token, leg.Depositor, leg.Recipient ?? default(Address), leg.TokenId, leg.Amount, leg.Escrow);
        try
        {
            reads.Take(leg.Reader);
            return [.. (await preflight.CheckAsync(leg.ChainId, subject, cancellationToken)).Select(check => new CheckView(check.Check, check.Ok, check.Have, check.Need, check.Detail))];
        }
        catch (PreflightReadsException exhausted)
        {
            return [new CheckView("chain", null, null, null, exhausted.Error.Detail)];
        }
        catch (NodeException)
        {
            // What the node said is the operator's.
            return [new CheckView("chain", null, null, null, "The chain cannot be read now, so the deposit was not checked. Ask again.")];
        }
    }
}
