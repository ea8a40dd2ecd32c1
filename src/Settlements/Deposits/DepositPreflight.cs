using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;

namespace Keystone.Settlements.Deposits;

/// <summary>
/// What would stop a deposit, read from the chain now: the usual causes of one that does not come. It asks strangers' contracts, so its answers are advice;
/// the escrow has the last word.
/// </summary>
internal sealed class DepositPreflight(IEthereumNodes nodes)
{
    /// <summary>Checks a leg that is not in yet.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="leg">The leg.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One check each of balance, allowance, sender, pause, verification and gas_money, in this order.</returns>
    /// <exception cref="NodeException">The node does not answer.</exception>
    public async Task<IReadOnlyList<PreflightCheck>> CheckAsync(long chainId, LegToDeposit leg, CancellationToken cancellationToken)
    {
        IEthereumNode node = nodes.For(chainId);
        TokenSigning signing = leg.Kind == TokenKind.Erc20 ? await new TokenQuestions(node, leg.Token).SigningAsync((ulong)chainId, cancellationToken) : TokenSigning.None;
        return await CheckAsync(node, leg, signing, canSign: true, cancellationToken);
    }

    /// <inheritdoc cref="CheckAsync(long, LegToDeposit, CancellationToken)"/>
    /// <param name="node">Node of the chain.</param>
    /// <param name="leg">The leg.</param>
    /// <param name="signing">Signatures that its token takes.</param>
    /// <param name="canSign">True where a signature can put in an approved leg too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<IReadOnlyList<PreflightCheck>> CheckAsync(IEthereumNode node, LegToDeposit leg, TokenSigning signing, bool canSign, CancellationToken cancellationToken)
    {
        TokenQuestions token = new(node, leg.Token);
        Task<UInt256?> balance = token.BalanceAsync(leg, cancellationToken);
        Task<UInt256> allowance = token.AllowanceAsync(leg, leg.Escrow, cancellationToken);
        Task<bool?> paused = token.IsPausedAsync(cancellationToken);
        Task<byte[]> code = node.GetCodeAsync(leg.From, BlockTag.Latest, cancellationToken);
        Task<PreflightCheck> verified = VerifiedAsync(node, token, leg, cancellationToken);
        await Task.WhenAll(balance, allowance, paused, code, verified);
        return
        [
            Balance(leg, await balance),
            Allowance(leg, await allowance, signing),
            Sender(leg, await code),
            Pause(await paused),
            await verified,
            await GasMoneyAsync(node, leg, await allowance, signing, canSign, cancellationToken),
        ];
    }

    static PreflightCheck Balance(LegToDeposit leg, UInt256? balance) => new("balance", balance >= leg.Amount, balance?.ToString(), leg.Amount.ToString(),
        balance is null ? $"The contract {leg.Token} does not answer what {leg.From} has."
        : balance >= leg.Amount ? "The wallet has what it is to deposit."
        : leg.Kind == TokenKind.Erc721 ? $"{leg.From} is not the owner of the token {leg.TokenId}."
        : $"{leg.From} has too little: transfer {leg.Amount - balance.Value} smallest units to it first.");

    static PreflightCheck Allowance(LegToDeposit leg, UInt256 allowance, TokenSigning signing) => new("allowance", allowance >= leg.Amount,
        allowance == UInt256.MaxValue ? "all" : allowance.ToString(), leg.Amount.ToString(),
        allowance >= leg.Amount ? "The escrow may take the asset."
        : signing.HasAuthorization ? "The escrow may not take the asset yet: approve it, or sign the transfer (authorization), which needs no approval."
        : signing.HasPermit ? "The escrow may not take the asset yet: approve it by a transaction, or by a signature (permit)."
        : "The escrow may not take the asset yet: approve it first.");

    static PreflightCheck Sender(LegToDeposit leg, byte[] code) => new("sender", true, null, leg.From.ToString(), code.Length == 0
        ? $"The deposit comes from {leg.From} itself; the escrow refuses it from every other account."
        : $"The deposit comes from {leg.From}, which is a contract: the wallet has to make the call, not one of its owners.");

    static PreflightCheck Pause(bool? paused) => new("pause", paused != true, paused is null ? null : paused.Value ? "paused" : "not paused", "not paused", paused switch
    {
        true => "The token is paused: nobody can move it until its issuer ends the pause.",
        false => "The token is not paused.",
        null => "The token knows no pause.",
    });

    static async Task<PreflightCheck> VerifiedAsync(IEthereumNode node, TokenQuestions token, LegToDeposit leg, CancellationToken cancellationToken)
    {
        if (leg.Kind != TokenKind.Erc20 || await token.RegistryAsync(cancellationToken) is not { } registry)
            return new PreflightCheck("verification", true, null, null, "The token asks for no verified holders.");
        TokenQuestions identities = new(node, registry);
        List<string> faults = [];
        Address holder = leg.Mode == CustodyMode.Direct ? leg.To : leg.Escrow;
        foreach (Address wallet in ((Address[])[leg.From, holder, leg.To]).Where(wallet => !wallet.IsZero).Distinct())
        {
            string who = wallet == leg.Escrow ? $"the escrow {wallet}" : wallet.ToString();
            if (await identities.TruthAsync(cancellationToken, "isVerified(address)", AbiValue.Address(wallet)) != true)
                faults.Add($"{who} is not verified by the token's registry {registry}");
            if (await token.TruthAsync(cancellationToken, "isFrozen(address)", AbiValue.Address(wallet)) == true)
                faults.Add($"{who} is frozen");
        }
        if (await token.FrozenAsync(leg.From, cancellationToken) is var frozen && frozen > UInt256.Zero && await token.BalanceAsync(leg, cancellationToken) is { } balance
            && (frozen > balance || balance - frozen < leg.Amount))
            faults.Add($"{frozen} smallest units of {leg.From} are frozen, which leaves too little");
        if (await token.ComplianceAsync(cancellationToken) is { } compliance)
        {
            TokenQuestions rules = new(node, compliance);
            foreach ((Address from, Address to) in ((Address, Address)[])[(leg.From, holder), (holder, leg.To)])
                if (from != to && !from.IsZero && !to.IsZero && await rules.TruthAsync(cancellationToken, "canTransfer(address,address,uint256)", AbiValue.Address(from), AbiValue.Address(to), AbiValue.Uint(leg.Amount)) == false)
                    faults.Add($"the token's rules do not let {from} transfer {leg.Amount} to {to}");
        }
        return faults.Count == 0
            ? new PreflightCheck("verification", true, "verified", "verified", "The token's registry knows depositor, escrow and recipient, and its rules let the transfers pass.")
            : new PreflightCheck("verification", false, "not verified", "verified", $"Ask the issuer: {string.Join("; ", faults)}.");
    }

    static async Task<PreflightCheck> GasMoneyAsync(IEthereumNode node, LegToDeposit leg, UInt256 allowance, TokenSigning signing, bool canSign, CancellationToken cancellationToken)
    {
        UInt256 have = await node.GetBalanceAsync(leg.From, BlockTag.Latest, cancellationToken);
        UInt256 price = await PriceAsync(node, cancellationToken);
        bool approved = allowance >= leg.Amount;
        UInt256 approval = price * DepositGas.Approve, need = price * (ulong)(DepositGas.Deposit(leg.Kind) + (approved ? 0 : DepositGas.Approve));
        string about = $"The operations take about {need} wei of the chain's own coin from {leg.From}.";
        bool signs = signing.HasAuthorization || (canSign && (approved || signing.HasPermit));
        if (have >= need) return new PreflightCheck("gas_money", true, have.ToString(), need.ToString(), about);
        return signs
            ? new PreflightCheck("gas_money", true, have.ToString(), "0", $"{about} It has too little for that, and needs nothing for the documents: sign them instead.")
            : !canSign ? new PreflightCheck("gas_money", false, have.ToString(), need.ToString(), about + " It has too little for that.")
            : new PreflightCheck("gas_money", have >= approval, have.ToString(), approval.ToString(),
                $"{about} One approval by a transaction of the wallet is needed in any case, about {approval} wei: the token takes no signature in its place. The deposit itself can be signed.");
    }

    // What a wallet offers as its highest price: twice the base fee, so that the next blocks may become more expensive, and the tip.
    internal static async Task<UInt256> PriceAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        BlockHeader? head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken);
        UInt256 tip = await node.GetMaxPriorityFeePerGasAsync(cancellationToken);
        return (head?.BaseFeePerGas is { } fee ? fee + fee : UInt256.Zero) + tip;
    }
}
