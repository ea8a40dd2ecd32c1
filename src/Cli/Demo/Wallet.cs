using Keystone.Cli.Deploy;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Settlement.Escrow;

namespace Keystone.Cli.Demo;

/// <summary>A party at its own wallet: it reads the chain and signs its own transactions.</summary>
internal sealed class Wallet(string name, PrivateKeySigner signer, IEthereumNode node) : IDisposable
{
    readonly TransactionSender _sender = new(node, signer);

    public string Name => name;

    public Address Address => signer.Address;

    /// <summary>Mints test tokens to itself.</summary>
    public Task<TransactionReceipt> MintAsync(Address token, UInt256 amount, CancellationToken cancellationToken) =>
        _sender.SendAsync(token, AbiCall.Encode("mint(address,uint256)", AbiValue.Address(Address), AbiValue.Uint(amount)), cancellationToken);

    /// <summary>Approves the escrow and deposits a leg, after checking on the chain that the published terms are what was agreed.</summary>
    /// <returns>Receipt of the deposit.</returns>
    public async Task<TransactionReceipt> DepositAsync(EscrowTerms terms, int leg, CancellationToken cancellationToken)
    {
        EscrowLeg mine = terms.Legs[leg];
        StoryFault.Unless(mine.From == Address && mine.RefundTo == Address, $"{name} is asked for leg {leg}, which is of {mine.From} and goes back to {mine.RefundTo}.");
        await _sender.SendAsync(mine.Token,
            AbiCall.Encode("approve(address,uint256)", AbiValue.Address(terms.Contract), AbiValue.Uint(mine.Amount)), cancellationToken);
        return await _sender.SendAsync(terms.Contract, EscrowCalls.Deposit(terms, leg), cancellationToken);
    }

    public void Dispose() => signer.Dispose();
}
