using System.Buffers.Binary;
using System.Collections.Concurrent;
using Keystone.Dev;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Nethereum.Contracts;

namespace Keystone.SystemBench;

/// <summary>A seller and a buyer for each settlement, with what they deliver, and with approvals for the escrow.</summary>
sealed class Parties : IDisposable
{
    public const ulong Bonds = 1_000, Cash = 50;

    const int AtOnce = 16;

    readonly Started _started;
    readonly ConcurrentDictionary<Hash32, ReadOnlyMemory<byte>> _sent = new();

    Parties(Started started, Pair[] pairs) => (_started, Pairs) = (started, pairs);

    public Pair[] Pairs { get; }

    /// <summary>Signed bytes of a deposit, by hash.</summary>
    public IReadOnlyDictionary<Hash32, ReadOnlyMemory<byte>> Sent => _sent;

    public static async Task<Parties> FundAsync(Started started, int count)
    {
        Parties parties = new(started, [.. Enumerable.Range(0, count).Select(number => new Pair(WalletOf(number * 2), WalletOf(number * 2 + 1)))]);
        Address escrow = Address.Parse(started.File.Escrow), bond = started.File.Token("KBOND").Contract, cash = started.File.Token("USDC").Contract;
        await EachAsync(parties.Pairs, async pair =>
        {
            await parties.PrepareAsync(pair.Seller, bond, Bonds, cash, escrow);
            await parties.PrepareAsync(pair.Buyer, cash, Cash, bond, escrow);
        });
        for (int i = 0; i < 10 + count / 4; i++) await started.AskAsync("anvil_mine", 1);
        return parties;
    }

    /// <summary>Deposits both legs of a settlement.</summary>
    public async Task DepositAsync(Pair pair, EscrowTerms terms)
    {
        for (int leg = 0; leg < terms.Legs.Length; leg++)
        {
            PrivateKeySigner wallet = terms.Legs[leg].From == pair.Seller.Address ? pair.Seller : pair.Buyer;
            SignedTransaction signed = await SendAsync(wallet, 3, Address.Parse(_started.File.Escrow), EscrowMessages.Deposit(terms, leg));
            _sent[signed.Hash] = signed.Raw.ToArray();
        }
    }

    public static Task EachAsync(Pair[] pairs, Func<Pair, Task> work) =>
        Parallel.ForEachAsync(pairs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (pair, _) => await work(pair));

    public void Dispose()
    {
        foreach (Pair pair in Pairs)
        {
            pair.Seller.Dispose();
            pair.Buyer.Dispose();
        }
    }

    // Something of the other token, too: the swap then writes no new balance, as between parties who trade often.
    async Task PrepareAsync(PrivateKeySigner wallet, Address token, ulong amount, Address other, Address escrow)
    {
        await _started.AskAsync("anvil_setBalance", wallet.Address.ToString(), "0xde0b6b3a7640000");
        await SendAsync(wallet, 0, token, TokenMessages.Mint(wallet.Address, amount));
        await SendAsync(wallet, 1, token, TokenMessages.Approve(escrow, amount));
        await SendAsync(wallet, 2, other, TokenMessages.Mint(wallet.Address, 1UL));
    }

    async Task<SignedTransaction> SendAsync<T>(PrivateKeySigner wallet, ulong nonce, Address to, T message) where T : FunctionMessage, new()
    {
        SignedTransaction signed = await wallet.SignAsync(
            new Eip1559Transaction(DevEnvironment.ChainId, nonce, 2_000_000_000UL, 100_000_000_000UL, 250_000, to, UInt256.Zero, message.GetCallData()), CancellationToken.None);
        SendResponse answer = await _started.Environment.Node.SendRawTransactionAsync(signed.Raw, CancellationToken.None);
        return answer.Accepted ? signed : throw new InvalidOperationException($"{wallet.Address} nonce {nonce}: {answer.ErrorMessage}");
    }

    static PrivateKeySigner WalletOf(int number)
    {
        byte[] key = new byte[32];
        key[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(28), number + 1);
        return new PrivateKeySigner(key);
    }

    /// <summary>The parties of a settlement.</summary>
    internal sealed record Pair(PrivateKeySigner Seller, PrivateKeySigner Buyer);
}
