using Keystone.Escrow.Contracts.Erc20;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;

namespace Keystone.Testing;

/// <summary>Calls of ERC-20 tokens as typed messages; amounts in smallest units.</summary>
public static class TokenMessages
{
    /// <summary><c>mint</c> of the token that everyone can mint.</summary>
    public static MintableTokenMintFunction Mint(Address to, UInt256 amount) => new() { To = to.ToString(), Amount = amount.ToBigInteger() };

    /// <summary><c>approve</c>.</summary>
    public static ApproveFunction Approve(Address spender, UInt256 amount) => new() { Spender = spender.ToString(), Amount = amount.ToBigInteger() };

    /// <summary><c>transfer</c>.</summary>
    public static TransferFunction Transfer(Address to, UInt256 amount) => new() { To = to.ToString(), Amount = amount.ToBigInteger() };
}
