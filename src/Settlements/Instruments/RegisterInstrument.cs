using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Instruments;

/// <summary>Use case: a platform registers a token under its own word for it. The chain is asked once, now; a settlement relies on what it said.</summary>
public sealed class RegisterInstrument
{
    readonly TokenReader _tokens;
    readonly InstrumentStore _store;
    readonly TimeProvider _time;

    internal RegisterInstrument(TokenReader tokens, InstrumentStore store, TimeProvider time) => (_tokens, _store, _time) = (tokens, store, time);

    /// <summary>
    /// The token under its symbol. Errors: <c>validation_failed</c>, <c>symbol_taken</c>, <c>symbol_confusable</c>, <c>quota_reached</c>, <c>node_unavailable</c>; then nothing was stored.
    /// </summary>
    /// <param name="caller">Whose word it is.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="found">Faults that the host found while it read the request.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<RegisteredInstrument>> ExecuteAsync(Caller caller, RegisterInstrumentRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.InstrumentsManage) is { } forbidden) return forbidden;
        Faults faults = found ?? new Faults();
        MemberRules rules = new(faults);
        rules.Chain(request.ChainId, caller);
        Address? address = rules.Text("address", request.Address, required: true) is { } text ? MemberRules.ReadAddress(text, rules.At("address"), faults) : null;
        string? symbol = request.Symbol;
        if (symbol is not null && InstrumentStore.Fault(symbol) is { } wrong) faults.Add(wrong);
        string? standard = rules.Word("standard", request.Standard, required: false, TokenStandards.Erc20, TokenStandards.Erc721, TokenStandards.Erc1155);
        string? isin = rules.Text("isin", request.Isin);
        if (isin is not null && !Isin.IsValid(isin)) rules.Bad("isin", "invalid_isin", "Not an ISIN: 12 characters in capital letters with the right check digit (ISO 6166).");
        UInt256? tokenId = null;
        if (rules.Text("token_id", request.TokenId, min: 0) is { } digits && (tokenId = TokenIds.Read(digits)) is null)
            rules.Bad("token_id", "invalid_token_id", "Use the id in decimal digits as a string, such as \"7\", at most 2^256-1.");
        if (faults.Any || address is null) return DomainError.Validation(faults.All);

        (Instrument? token, string? reason) read;
        try
        {
            read = await _tokens.ReadAsync(caller, Guid.CreateVersion7(_time.GetUtcNow()), address.Value, cancellationToken);
        }
        catch (TokenReadsException reached)
        {
            return reached.Error;
        }
        catch (NodeException)
        {
            return new DomainError(ErrorCodes.NodeUnavailable, "The chain's node does not answer, so the token could not be read. Nothing was stored; try again.") { RetryAfterSeconds = 5 };
        }
        if (read.token is not { } token)
        {
            rules.Bad("address", "not_a_token", read.reason!);
            return DomainError.Validation(faults.All);
        }
        if (standard is not null && standard != token.Standard) rules.Bad("standard", "token_standard_differs", $"The contract at this address is an {token.Standard} token.");
        if (tokenId is not null && token.Standard == TokenStandards.Erc20) rules.Bad("token_id", "unexpected_token_id", "The contract at this address is an ERC-20 token; its units have no ids.");
        // What a contract calls itself may be no symbol: too long, or like an address.
        symbol ??= token.ClaimedSymbol is { } claimed && InstrumentStore.Fault(claimed) is null ? claimed : null;
        if (symbol is null) rules.Bad("symbol", "missing", "The contract does not call itself anything that can be a symbol; name one.");
        if (faults.Any) return DomainError.Validation(faults.All);
        return await _store.RegisterAsync(caller.EnvironmentId, caller.ChainId, new NewInstrument(token.Address, symbol!, token.Decimals, token.CodeHash)
        {
            Standard = token.Standard,
            ClaimedSymbol = NameKey.Clean(token.ClaimedSymbol),
            TokenId = tokenId,
            Isin = isin,
        }, cancellationToken);
    }
}
