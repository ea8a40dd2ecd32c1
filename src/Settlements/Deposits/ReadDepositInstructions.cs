using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Deposits;

/// <summary>Use case: how the caller's own legs are deposited.</summary>
public sealed class ReadDepositInstructions
{
    readonly SettlementReadStore _reads;
    readonly DepositAccess _access;
    readonly DepositPreflight _preflight;
    readonly PreflightReads _checks;
    readonly IEthereumNodes _nodes;

    internal ReadDepositInstructions(SettlementReadStore reads, DepositAccess access, DepositPreflight preflight, PreflightReads checks, IEthereumNodes nodes) =>
        (_reads, _access, _preflight, _checks, _nodes) = (reads, access, preflight, checks, nodes);

    /// <summary>The instructions, as the chain is now.</summary>
    public async Task<Result<DepositInstructionsView>> ExecuteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is not { } settlement)
            return DomainError.NotFound("Settlement");
        return await ReadAsync(settlement, caller.EnvironmentId, party => party.EnvironmentId == caller.EnvironmentId, await _access.IsSettleOfferedAsync(settlement, cancellationToken), cancellationToken);
    }

    /// <summary>Of one role alone, without consent to the whole settlement.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="counted">By what the questions to the chain are counted.</param>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal Task<Result<DepositInstructionsView>> OfRoleAsync(SettlementRecord settlement, Guid counted, string role, CancellationToken cancellationToken) =>
        ReadAsync(settlement, counted, party => party.Role == role, settles: false, cancellationToken);

    async Task<Result<DepositInstructionsView>> ReadAsync(SettlementRecord settlement, Guid counted, Func<PartyRecord, bool> isOwn, bool settles, CancellationToken cancellationToken)
    {
        if (DepositAccess.Refusal(settlement) is { } refused)
            return refused;
        EscrowTerms terms = settlement.Terms!;
        try
        {
            IEthereumNode node = _nodes.For(settlement.ChainId);
            bool permit2 = (await node.GetCodeAsync(Consents.Permit2, BlockTag.Latest, cancellationToken)).Length > 0;
            List<LegInstructionsView> legs = [];
            // What legs in front of this one take of the same approval.
            Dictionary<(Address Token, Address From), UInt256> left = [];
            foreach (LegRecord leg in settlement.Legs.OrderBy(leg => leg.Index))
                if (settlement.Parties.FirstOrDefault(party => party.Role == leg.GiverRole) is { } giver && isOwn(giver))
                    legs.Add(await LegAsync(node, counted, settlement, leg, giver.Role, settles, permit2, left, cancellationToken));
            return new DepositInstructionsView(settlement.Id, settlement.ChainId, terms.Contract.ToString(), terms.Id.ToString(), terms.Header.Deadline.ToDateTime(), legs);
        }
        catch (PreflightReadsException exhausted)
        {
            return exhausted.Error;
        }
        catch (NodeException)
        {
            return DepositAccess.NodeUnavailable("Nothing can be said of the deposits now");
        }
    }

    async Task<LegInstructionsView> LegAsync(IEthereumNode node, Guid reader, SettlementRecord settlement, LegRecord leg, string role, bool settles, bool permit2,
        Dictionary<(Address, Address), UInt256> left, CancellationToken cancellationToken)
    {
        EscrowTerms terms = settlement.Terms!;
        EscrowLeg one = terms.Legs[leg.Index];
        LegSnapshot? mirrored = settlement.InEscrow(leg);
        LegInstructionsView view = new(leg.Id, leg.Index, role, one.From.ToString(), one.Token.ToString(), leg.Standard, one.Kind == TokenKind.Erc20 ? null : leg.TokenId, leg.Amount,
            DepositAccess.StatusOf(mirrored), new SignedPathView(false, null, "The leg is in."), [], [], []);
        if (mirrored?.Status is not (null or LegStatus.Pending or LegStatus.Withdrawn)) return view;

        _checks.Take(reader);
        LegToDeposit check = LegToDeposit.Of(terms, leg.Index);
        TokenQuestions token = new(node, one.Token);
        TokenSigning signing = one.Kind == TokenKind.Erc20 ? await token.SigningAsync(terms.ChainId, cancellationToken) : TokenSigning.None;
        bool isVoid = mirrored?.Status == LegStatus.Withdrawn;
        bool canRelay = !isVoid && one is { Kind: TokenKind.Erc20, Mode: not CustodyMode.Direct };
        UInt256 permitted = canRelay && permit2 ? await token.AllowanceAsync(check, Consents.Permit2, cancellationToken) : UInt256.Zero;
        UInt256 allowance = await token.AllowanceAsync(check, terms.Contract, cancellationToken);
        // An unlimited approval stays what it is; of another one each deposit takes its own amount, and an exact one behind it begins at zero.
        bool first = one.Kind != TokenKind.Erc20 || !left.TryGetValue((one.Token, one.From), out UInt256 rest);
        UInt256 available = first ? allowance : left[(one.Token, one.From)];
        if (one.Kind == TokenKind.Erc20)
            left[(one.Token, one.From)] = allowance == UInt256.MaxValue ? allowance : available >= one.Amount ? available - one.Amount : UInt256.Zero;

        string symbol = settlement.Registry.View(leg.Token, one.TokenId, leg.Decimals, leg.ClaimedSymbol).Symbol is { } known ? $"{leg.Quantity} {known}" : $"{leg.Amount} smallest units of the token {one.Token}";
        string quantity = one.Kind == TokenKind.Erc20 ? symbol : $"{leg.Amount} of the token {leg.TokenId} of {one.Token}";
        bool byPermit2 = canRelay && permit2, bySettle = settles && !isVoid;
        return view with
        {
            Operations = await new DepositOperations(node, terms, leg.Index, quantity).BuildAsync(available, first, cancellationToken),
            Documents = await DocumentsAsync(token, terms, leg, role, signing, canRelay, byPermit2, bySettle, cancellationToken),
            Preflight = await _preflight.CheckAsync(node, check, isVoid ? TokenSigning.None : signing, canSign: byPermit2 || bySettle, cancellationToken),
            SignedPath = isVoid ? new SignedPathView(false, "deposit", "The leg was withdrawn once, which ends every signature for it: only the depositor's own transactions put it in.")
                : PathOf(check, signing, canRelay, byPermit2, bySettle, allowance, permitted),
        };
    }

    static async Task<IReadOnlyList<SigningDocumentView>> DocumentsAsync(TokenQuestions token, EscrowTerms terms, LegRecord leg, string role, TokenSigning signing, bool canRelay, bool byPermit2, bool bySettle,
        CancellationToken cancellationToken)
    {
        SigningDocuments documents = new(terms);
        List<SigningDocumentView> all = [];
        if (canRelay && signing is { HasAuthorization: true, Domain: { } transfers }) all.Add(documents.Authorization(role, leg.Id, leg.Index, transfers));
        if (byPermit2) all.Add(documents.Permit2(role, leg.Id, leg.Index));
        if ((bySettle || byPermit2) && signing is { HasPermit: true, Domain: { } approvals } && await token.PermitNonceAsync(terms.Legs[leg.Index].From, cancellationToken) is { } nonce)
            all.Add(documents.Permit(role, leg.Id, leg.Index, approvals, bySettle ? terms.Contract : Consents.Permit2, nonce));
        if (bySettle) all.Add(documents.Settle(role));
        return all;
    }

    static SignedPathView PathOf(LegToDeposit leg, TokenSigning signing, bool canRelay, bool byPermit2, bool bySettle, UInt256 allowance, UInt256 permitted)
    {
        if (canRelay && signing.HasAuthorization) return new SignedPathView(true, null, "Sign authorization: the token has signed transfers (ERC-3009).");
        if (byPermit2 && permitted >= leg.Amount) return new SignedPathView(true, null, "Sign permit2: the wallet has approved Permit2.");
        if (bySettle && allowance >= leg.Amount) return new SignedPathView(true, null, "Sign settle: the escrow is approved.");
        if (bySettle && signing.HasPermit) return new SignedPathView(true, null, "Sign permit and settle: the token has signed approvals (EIP-2612).");
        if (byPermit2 && signing.HasPermit) return new SignedPathView(true, null, "Sign permit, for Permit2, and permit2: the token has signed approvals (EIP-2612).");
        if (bySettle)
            return new SignedPathView(false, leg.Kind == TokenKind.Erc1155 ? "approve_for_all" : "approve",
                "Not by signatures alone: the token has neither signed transfers (ERC-3009) nor signed approvals (EIP-2612), so the wallet has to send one approval, with ether for its gas. Then sign settle.");
        return byPermit2
            ? new SignedPathView(false, "approve_permit2", $"Not by signatures alone: the wallet has to approve Permit2 ({Consents.Permit2}) by a transaction. Then sign permit2.")
            : new SignedPathView(false, "deposit", "Not by signatures: make the operations, with ether for their gas.");
    }
}
