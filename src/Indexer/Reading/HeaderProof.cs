using Keystone.Ethereum;

namespace Keystone.Indexer.Reading;

/// <summary>Whether the hash of a header follows from its fields, and what is the matter when it does not.</summary>
internal static class HeaderProof
{
    /// <param name="header">The header.</param>
    /// <param name="node">Name of the node that gave it.</param>
    /// <param name="hashOf">Computes the hash from the fields; null when some are missing.</param>
    /// <exception cref="UnknownHeaderException">It has the fields of the newest fork that is known, and others.</exception>
    /// <exception cref="ContradictionException">The node left a field out or changed one.</exception>
    public static void Require(BlockHeader header, string node, Func<BlockHeader, Hash32?> hashOf)
    {
        Hash32? computed;
        try
        {
            computed = hashOf(header);
        }
        catch (FormatException fault)
        {
            throw new ContradictionException($"{fault.Message} {node} left it out{Lacks(header)}.", "hash") { Fault = $"{node} leaves a field out" };
        }
        if (computed is null)
        {
            throw new ContradictionException($"The node gave not all fields of block {header.Number}: {node} left some out; Indexer:Proof = bloom does without.", "hash")
            {
                Fault = $"{node} leaves fields out",
            };
        }
        if (computed == header.Hash) return;
        // A fork brings the fields of all forks before it. A header without those of the newest one is incomplete, whatever else it has.
        if (header.Fields is { UnknownMembers.IsEmpty: false, SlotNumber: not null }) throw new UnknownHeaderException(header);
        string lacks = Lacks(header);
        throw new ContradictionException(
            $"The hash of block {header.Number} does not follow from its fields as {node} gave them{lacks}; Indexer:Proof = bloom is for chains whose headers have other fields.", "hash")
        {
            Fault = lacks.Length > 0 ? $"{node} leaves a field out" : null,
        };
    }

    // Which fork a chain is at cannot be known from a header that does not prove itself: what is missing is named, and the operator knows the chain.
    static string Lacks(BlockHeader header)
    {
        HeaderFields fields = header.Fields!;
        List<string> missing = [];
        if (header.BaseFeePerGas is null) missing.Add("baseFeePerGas");
        if (fields.WithdrawalsRoot is null) missing.Add("withdrawalsRoot");
        if (fields.BlobGasUsed is null) missing.Add("blobGasUsed");
        if (fields.ExcessBlobGas is null) missing.Add("excessBlobGas");
        if (fields.ParentBeaconBlockRoot is null) missing.Add("parentBeaconBlockRoot");
        if (fields.RequestsHash is null) missing.Add("requestsHash");
        if (fields.BlockAccessListHash is null) missing.Add("blockAccessListHash");
        if (fields.SlotNumber is null) missing.Add("slotNumber");
        return missing.Count == 0 ? "" : $" (without {string.Join(", ", missing)})";
    }
}
