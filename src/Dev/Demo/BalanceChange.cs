using Keystone.Ethereum;

namespace Keystone.Dev.Demo;

/// <summary>What two wallets had before, to be compared with what they have after.</summary>
internal sealed class BalanceChange
{
    readonly StoryBook _book;
    readonly Wallet _seller, _buyer;
    readonly UInt256[] _before;

    BalanceChange(StoryBook book, Wallet seller, Wallet buyer, UInt256[] before) => (_book, _seller, _buyer, _before) = (book, seller, buyer, before);

    public static async Task<BalanceChange> BeginAsync(StoryBook book, Wallet seller, Wallet buyer, CancellationToken cancellationToken) =>
        new(book, seller, buyer, await ReadAsync(book, seller, buyer, cancellationToken));

    /// <summary>The seller gave exactly these bonds for exactly this cash; both zero for nothing moved.</summary>
    public async Task RequireAsync(UInt256 bonds, UInt256 cash, CancellationToken cancellationToken)
    {
        UInt256[] after = await ReadAsync(_book, _seller, _buyer, cancellationToken);
        UInt256[] expected = [_before[0] - bonds, _before[1] + cash, _before[2] + bonds, _before[3] - cash];
        StoryFault.Unless(after.SequenceEqual(expected),
            $"Balances of {_seller.Name} and {_buyer.Name} on the chain are {string.Join(", ", after)} instead of {string.Join(", ", expected)}.");
    }

    static async Task<UInt256[]> ReadAsync(StoryBook book, Wallet seller, Wallet buyer, CancellationToken cancellationToken) =>
    [
        await book.Chain.BalanceAsync(book.Bond.Contract, seller.Address, cancellationToken), await book.Chain.BalanceAsync(book.Cash.Contract, seller.Address, cancellationToken),
        await book.Chain.BalanceAsync(book.Bond.Contract, buyer.Address, cancellationToken), await book.Chain.BalanceAsync(book.Cash.Contract, buyer.Address, cancellationToken),
    ];
}
