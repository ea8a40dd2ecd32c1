using System.Collections.Immutable;

namespace Keystone.Ethereum.Signing;

/// <summary>The accounts that a process has keys of.</summary>
public sealed class SignerSet
{
    /// <summary>One account or more, the first of the settings first.</summary>
    /// <exception cref="ArgumentException">None, or two of one account.</exception>
    public SignerSet(IEnumerable<ITransactionSigner> signers)
    {
        All = [.. signers];
        if (All.IsEmpty) throw new ArgumentException("There is no signer.", nameof(signers));
        if (All.Select(signer => signer.Address).Distinct().Count() != All.Length) throw new ArgumentException("Two signers have the same account.", nameof(signers));
    }

    /// <summary>All of them.</summary>
    public ImmutableArray<ITransactionSigner> All { get; }

    /// <summary>The first of the settings.</summary>
    public ITransactionSigner First => All[0];
}
