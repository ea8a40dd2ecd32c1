using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;

namespace Keystone.Keeper.Attestation;

/// <summary>Calls of a <c>ComplianceRegistry</c>.</summary>
internal static class RegistryCalls
{
    /// <summary>Hash of a wallet as a party.</summary>
    public static Hash32 PartyOf(Address wallet) => Keccak256.Hash(AbiValue.Tuple(AbiValue.Bytes32(default), AbiValue.Address(wallet)).Encode());

    /// <summary>
    /// Hash of a settlement as a party of itself: its id in the place of a participant's. What is withdrawn is withdrawn there, so that the chain says nothing about any of its wallets.
    /// </summary>
    public static Hash32 PartyOf(Hash32 settlement) => Keccak256.Hash(AbiValue.Tuple(AbiValue.Bytes32(settlement), AbiValue.Address(default)).Encode());

    /// <summary><c>attest</c>, without a reference.</summary>
    public static byte[] Attest(Hash32 settlement, Hash32 party, AttestedStatus status) => AbiCall.Encode("attest(bytes32,bytes32,uint8,bytes32)",
        AbiValue.Bytes32(settlement), AbiValue.Bytes32(party), AbiValue.Uint((ulong)status), AbiValue.Bytes32(default));

    /// <summary>Latest status of a party; null when the node does not answer, or the registry gives no status.</summary>
    public static async Task<AttestedStatus?> StatusAsync(IEthereumNode node, Address registry, Hash32 settlement, Hash32 party, CancellationToken cancellationToken) =>
        await NumberAsync(node, registry, AbiCall.Encode("statusOf(bytes32,bytes32)", AbiValue.Bytes32(settlement), AbiValue.Bytes32(party)), cancellationToken) is { } status and <= (int)AttestedStatus.Fail
            ? (AttestedStatus)status : null;

    /// <summary>Whether the gate lets the settlement execute now; null as for <see cref="StatusAsync"/>.</summary>
    public static async Task<bool?> IsOpenAsync(IEthereumNode node, Address registry, Hash32 settlement, ImmutableArray<Address> wallets, CancellationToken cancellationToken) =>
        await NumberAsync(node, registry, AbiCall.Encode("areAllPartiesCleared(bytes32,bytes32[])", AbiValue.Bytes32(settlement),
            AbiValue.Array([.. wallets.Select(wallet => AbiValue.Bytes32(PartyOf(wallet)))])), cancellationToken) is { } answer ? answer == 1 : null;

    /// <summary>Whether the owner of the registry has appointed an account; null as for <see cref="StatusAsync"/>.</summary>
    public static async Task<bool?> IsAttesterAsync(IEthereumNode node, Address registry, Address account, CancellationToken cancellationToken) =>
        await NumberAsync(node, registry, AbiCall.Encode("isAttester(address)", AbiValue.Address(account)), cancellationToken) is { } answer ? answer == 1 : null;

    // Statuses and truths: one word, of which the last byte says all.
    static async Task<int?> NumberAsync(IEthereumNode node, Address registry, byte[] data, CancellationToken cancellationToken)
    {
        try
        {
            return await ContractQuestion.AskAsync(node, registry, data, cancellationToken) is { Length: 32 } word && word.AsSpan(0, 31).IndexOfAnyExcept((byte)0) < 0 ? word[31] : null;
        }
        catch (NodeException)
        {
            // Without a node nothing is sent either.
            return null;
        }
    }
}
