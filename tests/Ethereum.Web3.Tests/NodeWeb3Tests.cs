using System.Numerics;
using Keystone.Escrow.Contracts;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Nethereum.Contracts;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using SignedTransaction = Keystone.Ethereum.Transactions.SignedTransaction;

namespace Keystone.Ethereum.Web3.Tests;

/// <summary>Nethereum.Web3 over our node and our signer, on a real chain.</summary>
public sealed class NodeWeb3Tests(TestChain chain) : IClassFixture<TestChain>
{
    static readonly BigInteger Most = (BigInteger.One << 256) - 1;

    [Fact]
    public async Task A_contract_handler_estimates_sends_and_reads_the_largest_amount()
    {
        Nethereum.Web3.Web3 web3 = NodeWeb3.Create(chain.Node, chain.Accounts[1], TestChain.ChainId);
        Nethereum.RPC.Eth.DTOs.TransactionReceipt created = await web3.Eth.GetContractDeploymentHandler<MintableTokenDeployment>()
            .SendRequestAndWaitForReceiptAsync(new MintableTokenDeployment { Name = "Bond", Symbol = "KBOND", Decimals = 18 });
        Nethereum.Contracts.ContractHandlers.ContractHandler token = web3.Eth.GetContractHandler(created.ContractAddress);
        string owner = chain.Accounts[1].Address.ToString();
        Nethereum.RPC.Eth.DTOs.TransactionReceipt minted = await token.SendRequestAndWaitForReceiptAsync(new MintableTokenMintFunction { To = owner, Amount = Most });
        Assert.Equal(BigInteger.One, minted.Status.Value);
        Assert.Equal(2, (int)minted.Type.Value);
        Assert.Equal(Most, await token.QueryAsync<BalanceOfFunction, BigInteger>(new BalanceOfFunction { Owner = owner }));
        Assert.Equal(Most, Assert.Single(minted.DecodeAllEvents<TransferEvent>()).Event.Amount);
        Assert.Equal("KBOND", await token.QueryAsync<SymbolFunction, string>());
        Assert.Equal(18, await token.QueryAsync<DecimalsFunction, byte>());
        // A node that is asked through a set of nodes gives the same.
        Assert.Equal(Most, await web3.Eth.ERC20.GetContractService(created.ContractAddress).BalanceOfQueryAsync(owner));
    }

    [Fact]
    public async Task An_estimate_that_reverts_is_reported_by_the_name_of_the_error()
    {
        SettlementTerms nobody = new()
        {
            Ref = new byte[32],
            Deadline = 1,
            Operator = Address.Zero.ToString(),
            Gate = Address.Zero.ToString(),
            Commitment = new byte[32],
            Legs = [new SettlementLeg { Token = chain.Escrow.ToString(), From = chain.Escrow.ToString(), To = chain.Escrow.ToString(), RefundTo = chain.Escrow.ToString() }],
        };
        SmartContractCustomErrorRevertException fault = await Assert.ThrowsAsync<SmartContractCustomErrorRevertException>(
            () => NodeWeb3.Create(chain.Node, chain.Accounts[1], TestChain.ChainId).Eth.GetContractHandler(chain.Escrow.ToString())
                .SendRequestAsync(new ExecuteSwapFunction { Settlement = nobody }));
        Assert.True(fault.IsCustomErrorFor<UnknownSettlementError>());
        Assert.StartsWith("UnknownSettlement(id: 0x", ContractErrors.Describe(fault.ExceptionEncodedData), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_without_a_gas_limit_is_refused_before_anything_is_sent()
    {
        Nethereum.Web3.Web3 web3 = NodeWeb3.Create(chain.Node, chain.Accounts[2], TestChain.ChainId);
        ulong before = await chain.Node.GetTransactionCountAsync(chain.Accounts[2].Address, BlockTag.Pending, CancellationToken.None);
        TransactionInput input = new() { From = chain.Accounts[2].Address.ToString(), To = chain.Escrow.ToString(), Data = "0x01" };
        Assert.Contains("gas limit", (await Assert.ThrowsAsync<InvalidOperationException>(() => web3.Eth.TransactionManager.SendTransactionAsync(input))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => web3.Eth.TransactionManager.SignTransactionAsync(input));
        await Assert.ThrowsAsync<InvalidOperationException>(() => web3.Eth.TransactionManager.SendTransactionAndWaitForReceiptAsync(input, CancellationToken.None));
        input.Gas = new HexBigInteger(100_000);
        input.GasPrice = new HexBigInteger(1);
        await Assert.ThrowsAsync<NotSupportedException>(() => web3.Eth.TransactionManager.SendTransactionAsync(input));
        Assert.Equal(before, await chain.Node.GetTransactionCountAsync(chain.Accounts[2].Address, BlockTag.Pending, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_of_another_chain_refuses_and_the_nonce_is_not_lost()
    {
        Address token = await chain.DeployTokenAsync("Bond", "KBOND", 18);
        MintableTokenMintFunction mint = TokenMessages.Mint(chain.Accounts[2].Address, 1UL);
        Nethereum.Web3.Web3 wrong = NodeWeb3.Create(chain.Node, chain.Accounts[2], TestChain.ChainId + 1);
        await Assert.ThrowsAsync<RpcResponseException>(() => wrong.Eth.GetContractHandler(token.ToString()).SendRequestAsync(mint));
        Nethereum.Web3.Web3 right = NodeWeb3.Create(chain.Node, chain.Accounts[2], TestChain.ChainId);
        await right.Eth.GetContractHandler(token.ToString()).SendRequestAndWaitForReceiptAsync(mint);
        Assert.Equal(1UL, await chain.BalanceAsync(token, chain.Accounts[2].Address));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    public async Task A_key_with_leading_zero_bytes_signs(int zeros)
    {
        byte[] key = new byte[32];
        key.AsSpan(zeros).Fill(7);
        using PrivateKeySigner signer = new(key);
        await chain.AskAsync("anvil_setBalance", signer.Address.ToString(), "0xde0b6b3a7640000");
        Address token = await chain.DeployTokenAsync("Bond", "KBOND", 18);
        await NodeWeb3.Create(chain.Node, signer, TestChain.ChainId).Eth.GetContractHandler(token.ToString())
            .SendRequestAndWaitForReceiptAsync(TokenMessages.Mint(signer.Address, 3UL));
        Assert.Equal(3UL, await chain.BalanceAsync(token, signer.Address));
    }

    [Fact]
    public async Task Cancelling_in_the_middle_of_the_wait_for_a_receipt_ends_it()
    {
        using CancellationTokenSource stop = new();
        Address token = await chain.DeployTokenAsync("Bond", "KBOND", 18);
        await chain.SetAutomineAsync(false);
        try
        {
            Nethereum.Web3.Web3 web3 = NodeWeb3.Create(chain.Node, chain.Accounts[3], TestChain.ChainId, stop.Token);
            string hash = await web3.Eth.GetContractHandler(token.ToString()).SendRequestAsync(TokenMessages.Mint(chain.Accounts[3].Address, 1UL));
            Task<Nethereum.RPC.Eth.DTOs.TransactionReceipt> waiting = web3.TransactionReceiptPolling.PollForReceiptAsync(hash, stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }
        finally
        {
            await chain.SetAutomineAsync(true);
            await chain.MineAsync();
        }
    }

    [Fact]
    public async Task A_signer_that_signs_something_else_is_found_out_before_it_is_sent()
    {
        using OtherSigner signer = new(chain.Accounts[0]);
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => NodeWeb3.Create(chain.Node, signer, TestChain.ChainId).Eth.TransactionManager.SendTransactionAsync(new TransactionInput
            {
                From = signer.Address.ToString(),
                To = chain.Escrow.ToString(),
                Gas = new HexBigInteger(100_000),
                Data = "0x01",
                MaxFeePerGas = new HexBigInteger(100_000_000_000),
                MaxPriorityFeePerGas = new HexBigInteger(1),
            }));
        Assert.Contains("another transaction", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Doubles the gas limit of what it signs.</summary>
    sealed class OtherSigner(PrivateKeySigner inner) : ITransactionSigner, IDisposable
    {
        public Address Address => inner.Address;

        public ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken) =>
            inner.SignAsync(transaction with { GasLimit = transaction.GasLimit * 2 }, cancellationToken);

        public void Dispose()
        {
            // The key is the fixture's.
        }
    }
}
