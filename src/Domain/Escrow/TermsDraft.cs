using Keystone.Domain.Model;
using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>A leg as instructed: who gives what to whom.</summary>
/// <param name="GiverRole">Role that deposits.</param>
/// <param name="TakerRole">Role that receives.</param>
/// <param name="Kind">Kind of token.</param>
/// <param name="Token">Token contract.</param>
/// <param name="TokenId">Id of the token; 0 for ERC-20.</param>
/// <param name="Amount">Smallest units.</param>
public sealed record InstructedLeg(string GiverRole, string TakerRole, TokenKind Kind, Address Token, UInt256 TokenId, UInt256 Amount);

/// <summary>Turns an instruction into the terms of the escrow.</summary>
public static class TermsDraft
{
    /// <summary>
    /// Fixes the terms. Until the salt is drawn nobody can compute the id, so nobody can settle before compliance has cleared.
    /// </summary>
    /// <param name="settlementId">Our id, in the terms as <c>ref</c>.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="contract">The escrow.</param>
    /// <param name="deadline">Cut down to whole seconds, as the chain counts.</param>
    /// <param name="operator">May cancel, so that deposits can be refunded; nothing else.</param>
    /// <param name="parties">Parties with their wallets.</param>
    /// <param name="legs">Legs in order.</param>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="document">The instruction as the audit trail has it; the terms commit to it.</param>
    /// <param name="gate">Contract that must agree to the swap; zero for none.</param>
    /// <param name="notBefore">Earliest block time of the swap, whole seconds; null for none.</param>
    /// <exception cref="ArgumentException">A leg names a role without a wallet.</exception>
    public static EscrowTerms Freeze(
        Guid settlementId, long chainId, Address contract, DateTimeOffset deadline, Address @operator, IEnumerable<Party> parties,
        IEnumerable<InstructedLeg> legs, Hash32 salt, ReadOnlySpan<byte> document, Address gate = default,
        DateTimeOffset? notBefore = null)
    {
        Dictionary<string, Party> byRole = parties.ToDictionary(party => party.Role, StringComparer.Ordinal);
        EscrowHeader header = new(RefOf(settlementId), notBefore is { } earliest ? ChainTime.FromDateTime(earliest) : default, ChainTime.FromDateTime(deadline), @operator, gate, CommitmentOf(salt, document));
        return new EscrowTerms((ulong)chainId, contract, header, [.. legs.Select(leg => Leg(leg, byRole))]);
    }

    /// <summary>The <c>ref</c> of a settlement: its UUID's bytes in network order, then zeros.</summary>
    public static Hash32 RefOf(Guid settlementId)
    {
        byte[] bytes = new byte[Hash32.Size];
        settlementId.TryWriteBytes(bytes, bigEndian: true, out _);
        return new Hash32(bytes);
    }

    /// <summary><c>keccak256(salt || keccak256(document))</c>.</summary>
    public static Hash32 CommitmentOf(Hash32 salt, ReadOnlySpan<byte> document)
    {
        byte[] both = new byte[2 * Hash32.Size];
        salt.CopyTo(both);
        Keccak256.Hash(document).CopyTo(both.AsSpan(Hash32.Size));
        return Keccak256.Hash(both);
    }

    static EscrowLeg Leg(InstructedLeg leg, Dictionary<string, Party> byRole)
    {
        Party giver = byRole[leg.GiverRole];
        Party taker = byRole[leg.TakerRole];
        return new EscrowLeg(leg.Kind, CustodyMode.Custody, leg.Token,
            Wallet(giver.Wallet, giver), Wallet(taker.ReceiveWallet ?? taker.Wallet, taker), Wallet(giver.RefundWallet ?? giver.Wallet, giver), leg.TokenId, leg.Amount);
    }

    static Address Wallet(Address? wallet, Party party) => wallet ?? throw new ArgumentException($"The role {party.Role} has no wallet.");
}
