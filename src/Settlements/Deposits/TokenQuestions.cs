using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;
using Keystone.Ethereum.Nodes;

namespace Keystone.Settlements.Deposits;

/// <summary>Questions to one token. It is a stranger's contract: what it does not answer in the form of its standard counts as no answer.</summary>
/// <param name="node">Node of the token's chain.</param>
/// <param name="token">The token.</param>
internal sealed class TokenQuestions(IEthereumNode node, Address token)
{
    // A name is signed by people; no standard bounds it.
    const int LongestName = 256;

    static readonly string[] CommonVersions = ["1", "2", ""];

    /// <summary>Balance of the leg's asset, smallest units; 1 for the owner of an ERC-721 token. Null without an answer.</summary>
    public async Task<UInt256?> BalanceAsync(LegToDeposit leg, CancellationToken cancellationToken)
    {
        switch (leg.Kind)
        {
            case TokenKind.Erc20:
                return await NumberAsync(cancellationToken, "balanceOf(address)", AbiValue.Address(leg.From));
            case TokenKind.Erc1155:
                return await NumberAsync(cancellationToken, "balanceOf(address,uint256)", AbiValue.Address(leg.From), AbiValue.Uint(leg.TokenId));
            default:
                Hash32? owner = await WordAsync(cancellationToken, "ownerOf(uint256)", AbiValue.Uint(leg.TokenId));
                return owner is null ? null : owner == WordOf(leg.From) ? UInt256.One : UInt256.Zero;
        }
    }

    /// <summary>What a spender may take of the leg's asset: smallest units; of an ERC-721 token 1, or all for an operator of ERC-721 and ERC-1155. Zero without an answer.</summary>
    public async Task<UInt256> AllowanceAsync(LegToDeposit leg, Address spender, CancellationToken cancellationToken)
    {
        if (leg.Kind == TokenKind.Erc20)
            return await NumberAsync(cancellationToken, "allowance(address,address)", AbiValue.Address(leg.From), AbiValue.Address(spender)) ?? UInt256.Zero;
        if (await TruthAsync(cancellationToken, "isApprovedForAll(address,address)", AbiValue.Address(leg.From), AbiValue.Address(spender)) == true)
            return UInt256.MaxValue;
        return leg.Kind == TokenKind.Erc721 && await WordAsync(cancellationToken, "getApproved(uint256)", AbiValue.Uint(leg.TokenId)) == WordOf(spender) ? UInt256.One : UInt256.Zero;
    }

    /// <summary>Whether the token says that it is paused; null for one that does not know pauses.</summary>
    public Task<bool?> IsPausedAsync(CancellationToken cancellationToken) => TruthAsync(cancellationToken, "paused()");

    /// <summary>The owner's nonce for EIP-2612; null for a token without it.</summary>
    public Task<UInt256?> PermitNonceAsync(Address owner, CancellationToken cancellationToken) => NumberAsync(cancellationToken, "nonces(address)", AbiValue.Address(owner));

    /// <summary>Registry of verified wallets of an ERC-3643 token; null for a token that is open to everybody.</summary>
    public async Task<Address?> RegistryAsync(CancellationToken cancellationToken) => await AddressAsync(cancellationToken, "identityRegistry()");

    /// <summary>Rules of an ERC-3643 token; null where there are none.</summary>
    public async Task<Address?> ComplianceAsync(CancellationToken cancellationToken) => await AddressAsync(cancellationToken, "compliance()");

    /// <summary>Smallest units that a wallet has and may not move, as issuers of ERC-3643 tokens order it; zero without an answer.</summary>
    public async Task<UInt256> FrozenAsync(Address wallet, CancellationToken cancellationToken) =>
        await NumberAsync(cancellationToken, "getFrozenTokens(address)", AbiValue.Address(wallet)) ?? UInt256.Zero;

    /// <summary>True or false as a contract says it in one word; null for any other answer.</summary>
    public async Task<bool?> TruthAsync(CancellationToken cancellationToken, string function, params AbiValue[] arguments) =>
        await NumberAsync(cancellationToken, function, arguments) is not { } number ? null : number == UInt256.Zero ? false : number == UInt256.One ? true : null;

    /// <summary>True when a call of an account to the token would succeed, and does not answer false.</summary>
    public async Task<bool> WouldSucceedAsync(Address from, byte[] data, CancellationToken cancellationToken) =>
        await ContractQuestion.AskAsync(node, from, token, data, cancellationToken) is { } answer
        && (answer.Length < 32 || new UInt256(answer.AsSpan(0, 32)) != UInt256.Zero);

    /// <summary>Which signatures the token takes.</summary>
    public async Task<TokenSigning> SigningAsync(ulong chainId, CancellationToken cancellationToken)
    {
        if (await WordAsync(cancellationToken, "DOMAIN_SEPARATOR()") is not { } separator || await DomainAsync(chainId, separator, cancellationToken) is not { } domain)
            return TokenSigning.None;
        // Other types under the same names are other documents: DAI's permit, for one.
        bool permit = await PermitNonceAsync(Address.Zero, cancellationToken) is not null
            && (await WordAsync(cancellationToken, "PERMIT_TYPEHASH()") is not { } type || type == Consents.PermitTypeHash);
        bool authorization = await TruthAsync(cancellationToken, "authorizationState(address,bytes32)", AbiValue.Address(Address.Zero), AbiValue.Bytes32(Hash32.Zero)) is not null
            && (await WordAsync(cancellationToken, "RECEIVE_WITH_AUTHORIZATION_TYPEHASH()") is not { } other || other == Consents.AuthorizationTypeHash);
        return new TokenSigning(domain, authorization, permit);
    }

    // Only a domain that hashes to the token's own separator is the one that its signatures are made under.
    async Task<TokenDomain?> DomainAsync(ulong chainId, Hash32 separator, CancellationToken cancellationToken)
    {
        string? name = await TextAsync("name()", cancellationToken);
        if (name is null) return null;
        string? version = await TextAsync("version()", cancellationToken);
        foreach (string candidate in version is null ? CommonVersions : [version, .. CommonVersions])
            if (TypedData.DomainSeparator(name, candidate, chainId, token) == separator) return new TokenDomain(name, candidate, separator);
        return null;
    }

    async Task<UInt256?> NumberAsync(CancellationToken cancellationToken, string function, params AbiValue[] arguments) =>
        await WordAsync(cancellationToken, function, arguments) is { } word ? new UInt256(word.ToBytes()) : null;

    async Task<Hash32?> WordAsync(CancellationToken cancellationToken, string function, params AbiValue[] arguments) =>
        await ContractQuestion.AskAsync(node, token, AbiCall.Encode(function, arguments), cancellationToken) is { Length: 32 } answer ? new Hash32(answer) : null;

    async Task<Address?> AddressAsync(CancellationToken cancellationToken, string function)
    {
        if (await WordAsync(cancellationToken, function) is not { } word) return null;
        byte[] bytes = word.ToBytes();
        return !word.IsZero && !bytes.AsSpan(0, 12).ContainsAnyExcept((byte)0) ? new Address(bytes.AsSpan(12)) : null;
    }

    async Task<string?> TextAsync(string function, CancellationToken cancellationToken)
    {
        if (await ContractQuestion.AskAsync(node, token, AbiCall.Encode(function), cancellationToken) is not { } answer) return null;
        try
        {
            AbiReader reader = new(answer);
            string text = reader.ReadString();
            return text.Length <= LongestName ? text : null;
        }
        catch (AbiException)
        {
            return null;
        }
    }

    static Hash32 WordOf(Address address)
    {
        byte[] word = new byte[32];
        address.CopyTo(word.AsSpan(12));
        return new Hash32(word);
    }
}
