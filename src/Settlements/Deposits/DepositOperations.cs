using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;

namespace Keystone.Settlements.Deposits;

/// <summary>Composes the transactions that deposit one leg.</summary>
/// <param name="node">Node of the chain.</param>
/// <param name="terms">Terms of the settlement.</param>
/// <param name="index">The leg.</param>
/// <param name="quantity">The leg's amount and token in words, for people who approve.</param>
internal sealed class DepositOperations(IEthereumNode node, EscrowTerms terms, int index, string quantity)
{
    const string DepositFunction = "deposit((bytes32,uint64,uint64,address,address,bytes32),bytes32[],uint256,(uint8,uint8,address,address,address,address,uint256,uint256))";

    readonly EscrowLeg _leg = terms.Legs[index];

    /// <summary>The operations in order.</summary>
    /// <param name="allowance">What the escrow may take when the first of them is made: what it may now, without what the legs before this one take.</param>
    /// <param name="isAlone">True when nothing has to be mined before the first of them, so that the node can estimate it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DepositOperationView>> BuildAsync(UInt256 allowance, bool isAlone, CancellationToken cancellationToken)
    {
        bool approved = allowance >= _leg.Amount;
        List<DepositOperationView> operations = [];
        if (_leg.Kind == TokenKind.Erc20)
        {
            byte[] approve = Approve(_leg.Amount);
            if (!approved && allowance > UInt256.Zero && !await new TokenQuestions(node, _leg.Token).WouldSucceedAsync(_leg.From, approve, cancellationToken))
                operations.Add(await OperationAsync("approve_zero", true, _leg.Token, Approve(UInt256.Zero), "approve(address,uint256)", ApproveArguments(UInt256.Zero), isAlone, DepositGas.Approve,
                    $"Takes back the older approval of {allowance} smallest units: this token refuses to change one that is not zero.", null, cancellationToken));
            // Behind an approval of zero it would revert now.
            operations.Add(await OperationAsync("approve", !approved, _leg.Token, approve, "approve(address,uint256)", ApproveArguments(_leg.Amount), isAlone && operations.Count == 0, DepositGas.Approve,
                $"Lets the escrow take exactly {quantity}.", null, cancellationToken));
        }
        else if (_leg.Kind == TokenKind.Erc721)
        {
            operations.Add(await OperationAsync("approve", !approved, _leg.Token, AbiCall.Encode("approve(address,uint256)", AbiValue.Address(terms.Contract), AbiValue.Uint(_leg.TokenId)),
                "approve(address,uint256)", [new("to", "address", terms.Contract.ToString()), new("tokenId", "uint256", _leg.TokenId.ToString())], isAlone, DepositGas.Approve,
                $"Lets the escrow take the token {_leg.TokenId}, and no other.", null, cancellationToken));
        }
        else
        {
            operations.Add(await OperationAsync("approve_for_all", !approved, _leg.Token, AbiCall.Encode("setApprovalForAll(address,bool)", AbiValue.Address(terms.Contract), AbiValue.Bool(true)),
                "setApprovalForAll(address,bool)", [new("operator", "address", terms.Contract.ToString()), new("approved", "bool", "true")], isAlone, DepositGas.Approve,
                $"Lets the escrow take {quantity}. ERC-1155 knows no approval of an amount.",
                "This approves every token of this contract that the wallet holds, now and later, until setApprovalForAll(escrow, false) is called. The escrow takes only what a deposit of the wallet, or its signature, names; take the approval back when the settlement is over.",
                cancellationToken));
        }
        operations.Add(await OperationAsync("deposit", true, terms.Contract, EscrowCalls.Deposit(terms, index), DepositFunction, DepositArguments(), isAlone && approved, DepositGas.Deposit(_leg.Kind),
            _leg.Mode == CustodyMode.Direct ? $"Agrees that the swap takes {quantity} from the wallet; nothing moves before." : $"Moves {quantity} into the escrow, which gives it to {_leg.To} in the swap or back to {_leg.RefundTo}.",
            null, cancellationToken));
        return operations;
    }

    async Task<DepositOperationView> OperationAsync(string step, bool needed, Address to, byte[] data, string function, IReadOnlyList<OperationArgumentView> arguments, bool canBeEstimated,
        long measured, string detail, string? warning, CancellationToken cancellationToken)
    {
        ulong? estimate = canBeEstimated && needed ? await EstimateAsync(to, data, cancellationToken) : null;
        return new DepositOperationView(step, needed, to.ToString(), "0", Hex.Encode(data), function, arguments, (long)terms.ChainId, estimate is { } gas ? (long)gas : measured,
            estimate is null ? "measured" : "node", detail, warning);
    }

    async Task<ulong?> EstimateAsync(Address to, byte[] data, CancellationToken cancellationToken)
    {
        try
        {
            return await node.EstimateGasAsync(new CallRequest(_leg.From, to, data), cancellationToken);
        }
        catch (CallRevertedException)
        {
            // The preflight says why.
            return null;
        }
        catch (NodeException fault) when (fault.Code is not null && fault.Kind == NodeFaultKind.Other)
        {
            return null;
        }
    }

    byte[] Approve(UInt256 amount) => AbiCall.Encode("approve(address,uint256)", AbiValue.Address(terms.Contract), AbiValue.Uint(amount));

    OperationArgumentView[] ApproveArguments(UInt256 amount) => [new("spender", "address", terms.Contract.ToString()), new("amount", "uint256", amount.ToString())];

    List<OperationArgumentView> DepositArguments()
    {
        EscrowHeader header = terms.Header;
        return
        [
            new("header.ref", "bytes32", header.Ref.ToString()), new("header.notBefore", "uint64", header.NotBefore.ToString()), new("header.deadline", "uint64", header.Deadline.ToString()),
            new("header.operator", "address", header.Operator.ToString()), new("header.gate", "address", header.Gate.ToString()), new("header.commitment", "bytes32", header.Commitment.ToString()),
            .. terms.LegHashes.Select((hash, i) => new OperationArgumentView($"legHashes[{i.ToString(CultureInfo.InvariantCulture)}]", "bytes32", hash.ToString())),
            new("index", "uint256", index.ToString(CultureInfo.InvariantCulture)),
            new("leg.kind", "uint8", Number((byte)_leg.Kind)), new("leg.mode", "uint8", Number((byte)_leg.Mode)), new("leg.token", "address", _leg.Token.ToString()),
            new("leg.from", "address", _leg.From.ToString()), new("leg.to", "address", _leg.To.ToString()), new("leg.refundTo", "address", _leg.RefundTo.ToString()),
            new("leg.tokenId", "uint256", _leg.TokenId.ToString()), new("leg.amount", "uint256", _leg.Amount.ToString()),
        ];

        static string Number(byte value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
