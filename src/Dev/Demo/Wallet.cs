using Keystone.Cli.Deploy;
using Keystone.Escrow.Contracts;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Web3;
using Nethereum.Contracts;
using Nethereum.Contracts.ContractHandlers;
using Nethereum.RPC.Eth.DTOs;
using TransactionReceipt = Keystone.Ethereum.TransactionReceipt;

namespace Keystone.Dev.Demo;

/// <summary>A party at its own wallet: it reads the chain and signs its own transactions, with the published definitions of the contracts and nothing else of ours.</summary>
internal sealed class Wallet(string name, PrivateKeySigner signer, IEthereumNode node) : IDisposable
{
    readonly TransactionSender _sender = new(node, signer);

    public string Name => name;

    public Address Address => signer.Address;

    /// <summary>Mints test tokens to itself.</summary>
    public Task<TransactionReceipt> MintAsync(Address token, UInt256 amount, CancellationToken cancellationToken) =>
        _sender.SendAsync(token, new MintableTokenMintFunction { To = Address.ToString(), Amount = amount.ToBigInteger() }, cancellationToken);

    /// <summary>Approves the escrow and deposits a leg, after checking on the chain that the published terms are what was agreed.</summary>
    /// <param name="escrow">The escrow.</param>
    /// <param name="id">The settlement's id on the chain.</param>
    /// <param name="index">The leg.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Receipt of the deposit.</returns>
    public async Task<TransactionReceipt> DepositAsync(Address escrow, Hash32 id, int index, CancellationToken cancellationToken)
    {
        ContractHandler contract = NodeWeb3.Create(node, cancellationToken).Eth.GetContractHandler(escrow.ToString());
        SettlementTerms terms = await TermsAsync(contract, id);
        SettlementLeg mine = terms.Legs[index];
        StoryFault.Unless(Address.Parse(mine.From) == Address && Address.Parse(mine.RefundTo) == Address,
            $"{name} is asked for leg {index}, which is of {mine.From} and goes back to {mine.RefundTo}.");
        List<byte[]> hashes = [];
        foreach (SettlementLeg leg in terms.Legs) hashes.Add(await contract.QueryAsync<LegHashOfFunction, byte[]>(new LegHashOfFunction { Leg = leg }));
        await _sender.SendAsync(Address.Parse(mine.Token), new ApproveFunction { Spender = escrow.ToString(), Amount = mine.Amount }, cancellationToken);
        return await _sender.SendAsync(escrow, new DepositFunction
        {
            Header = new SettlementHeader
            {
                Ref = terms.Ref,
                NotBefore = terms.NotBefore,
                Deadline = terms.Deadline,
                Operator = terms.Operator,
                Gate = terms.Gate,
                Commitment = terms.Commitment,
            },
            LegHashes = hashes,
            Index = index,
            Leg = mine,
        }, cancellationToken);
    }

    // The definitions do not compare the terms with the id: the escrow does, here by a question.
    static async Task<SettlementTerms> TermsAsync(ContractHandler contract, Hash32 id)
    {
        Event<RegisteredEvent> registered = contract.GetEvent<RegisteredEvent>();
        List<EventLog<RegisteredEvent>> logs = await registered.GetAllChangesAsync(registered.CreateFilterInput<byte[]>(new[] { id.ToBytes() }, BlockParameter.CreateEarliest(), BlockParameter.CreateLatest()));
        SettlementTerms terms = logs.Count == 1 ? logs[0].Event.Settlement : throw new StoryFault($"The terms of {id} are not on the chain.");
        byte[] theirs = await contract.QueryAsync<IdOfFunction, byte[]>(new IdOfFunction { Settlement = terms });
        StoryFault.Unless(id.ToBytes().AsSpan().SequenceEqual(theirs), $"The terms that were published as {id} have another id.");
        return terms;
    }

    public void Dispose() => signer.Dispose();
}
