using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Deposits;

/// <summary>Finds out whether a signature is the depositor's, as the contracts will: by the key, or by the wallet's own code (ERC-1271).</summary>
internal sealed class SignatureVerifier(IEthereumNodes nodes)
{
    /// <summary>The signature in the form in which it is relayed; or why it is none.</summary>
    /// <param name="terms">Terms of the settlement.</param>
    /// <param name="kind">What was signed.</param>
    /// <param name="leg">The leg, or the first of the signer's for consent to all.</param>
    /// <param name="deadline">Deadline of the document, seconds.</param>
    /// <param name="signature">As sent.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="NodeException">The node does not answer.</exception>
    public async Task<Result<StoredSignature>> VerifyAsync(EscrowTerms terms, SignatureKind kind, int leg, ulong deadline, byte[] signature, CancellationToken cancellationToken)
    {
        IEthereumNode node = nodes.For((long)terms.ChainId);
        EscrowLeg one = terms.Legs[leg];
        switch (kind)
        {
            case SignatureKind.Settle:
                return await SignedAsync(node, terms.Id, signature, one.From, cancellationToken) is { } consent
                    ? new StoredSignature(kind, -1, one.From, deadline, null, consent) : Wrong(one.From);
            case SignatureKind.Permit2:
                return await SignedAsync(node, Consents.Permit2Digest(terms, leg, deadline), signature, one.From, cancellationToken) is { } transfer
                    ? new StoredSignature(kind, leg, one.From, deadline, null, transfer) : Wrong(one.From);
        }
        TokenQuestions token = new(node, one.Token);
        TokenSigning signing = await token.SigningAsync(terms.ChainId, cancellationToken);
        if (signing.Domain is not { } domain || !(kind == SignatureKind.Permit ? signing.HasPermit : signing.HasAuthorization))
            return Bad("/kind", "not_supported", kind == SignatureKind.Permit ? "The leg's token has no signed approvals (EIP-2612)." : "The leg's token has no signed transfers (ERC-3009).");
        if (kind == SignatureKind.Authorization)
            return await SignedAsync(node, Consents.AuthorizationDigest(terms, leg, domain.Separator, deadline), signature, one.From, cancellationToken) is { } authorization
                ? new StoredSignature(kind, leg, one.From, deadline, null, authorization) : Wrong(one.From);

        if (await token.PermitNonceAsync(one.From, cancellationToken) is not { } nonce) return Bad("/kind", "not_supported", "The leg's token does not answer the wallet's nonce.");
        UInt256 value = Consents.PermitValue(terms, leg);
        foreach (Address spender in (Address[])[terms.Contract, Consents.Permit2])
        {
            // The standard knows keys only.
            if (Consents.ByKey(Consents.PermitDigest(domain.Separator, one.From, spender, value, nonce, deadline), signature, one.From) is not { } permit) continue;
            // The token is a stranger's contract and its call is paid for here: what it refuses now is not taken.
            if (await ContractQuestion.AskAsync(node, one.Token, EscrowCalls.Permit(one.From, spender, value, deadline, permit), cancellationToken) is null)
                return Bad("/signature", "permit_refused", "The token refuses the permit: a call with this signature reverts.");
            return new StoredSignature(kind, leg, one.From, deadline, new PermitTerms(spender, value, nonce), permit);
        }
        return Wrong(one.From);
    }

    static async Task<byte[]?> SignedAsync(IEthereumNode node, Hash32 digest, byte[] signature, Address signer, CancellationToken cancellationToken)
    {
        if (Consents.ByKey(digest, signature, signer) is { } byKey) return byKey;
        if ((await node.GetCodeAsync(signer, BlockTag.Latest, cancellationToken)).Length == 0) return null;
        byte[]? answer = await ContractQuestion.AskAsync(node, signer, Consents.Erc1271Question(digest, signature), cancellationToken);
        return Consents.IsErc1271Consent(answer) ? signature : null;
    }

    static DomainError Bad(string pointer, string code, string message) => DomainError.Validation([new Fault(pointer, code, message)]);

    static DomainError Wrong(Address depositor) => DomainError.Validation([new Fault("/signature", ErrorCodes.SignatureInvalid,
        $"This is not a signature by {depositor} of the document that the deposit instructions give for this kind, leg and deadline.", Named: true)]);
}
