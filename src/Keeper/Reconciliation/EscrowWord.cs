using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Keeper.Reconciliation;

/// <summary>A settlement's storage word in the escrow contract, read from storage without events or view functions.</summary>
/// <param name="State">State.</param>
/// <param name="Held">Bit i: the escrow holds leg i and owes it.</param>
/// <param name="Armed">Bit i: the owner of DIRECT leg i consented.</param>
/// <param name="Registered">The terms are registered.</param>
internal sealed record EscrowWord(EscrowState State, ulong Held, ulong Armed, bool Registered)
{
    /// <summary>Storage key of a settlement's word: <c>mapping(bytes32 =&gt; uint256)</c> in slot 0 of the escrow.</summary>
    public static Hash32 SlotOf(Hash32 id) => Keccak256.Hash([.. id.ToBytes(), .. new byte[32]]);

    /// <summary>The word that the contract has if the mirror is right; null for an escrow that the mirror does not know.</summary>
    public static EscrowWord Of(EscrowSnapshot? escrow) =>
        escrow is null ? new EscrowWord(EscrowState.None, 0, 0, false) : new EscrowWord(escrow.State, escrow.HeldLegs, escrow.ArmedLegs, escrow.Registered is not null);

    /// <summary>Reads the stored word; bits as in the contract's StateWord.</summary>
    public static EscrowWord Read(Hash32 word)
    {
        BigInteger bits = new(word.ToBytes(), isUnsigned: true, isBigEndian: true);
        return new EscrowWord((EscrowState)(int)(bits >> 248), (ulong)(bits & ulong.MaxValue), (ulong)((bits >> 64) & ulong.MaxValue), !((bits >> 200) & 1).IsZero);
    }
}
