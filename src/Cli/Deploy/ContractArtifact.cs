using System.Buffers.Binary;
using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Eip712;

namespace Keystone.Cli.Deploy;

/// <summary>A contract as it was built and committed: contracts/artifacts, carried inside this program.</summary>
internal sealed class ContractArtifact
{
    readonly byte[] _runtime;
    readonly Dictionary<string, int[]> _immutables;

    ContractArtifact(string name, byte[] creation, byte[] runtime, Dictionary<string, int[]> immutables)
    {
        (Name, CreationCode, _runtime, _immutables) = (name, creation, runtime, immutables);
    }

    public static ContractArtifact Escrow { get; } = Read("SettlementEscrow");

    public static ContractArtifact MintableToken { get; } = Read("MintableToken");

    public string Name { get; }

    /// <summary>Creation code without constructor arguments.</summary>
    public byte[] CreationCode { get; }

    /// <summary>Keccak-256 of the escrow's runtime code at an address of a chain: the constructor's words filled in.</summary>
    public Hash32 EscrowCodeHash(long chainId, Address at)
    {
        byte[] chain = new byte[32];
        BinaryPrimitives.WriteInt64BigEndian(chain.AsSpan(24), chainId);
        byte[] domain = TypedData.DomainSeparator("Keystone SettlementEscrow", "1", (ulong)chainId, at).ToBytes();
        byte[] code = [.. _runtime];
        foreach ((string key, int[] places) in _immutables)
            foreach (int place in places)
                (key switch { "chainId" => chain, "domainSeparator" => domain, _ => throw new InvalidOperationException($"{Name} has an unknown immutable {key}.") })
                    .CopyTo(code, place);
        return Keccak256.Hash(code);
    }

    static ContractArtifact Read(string name)
    {
        using Stream stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream($"{name}.json")
            ?? throw new InvalidOperationException($"This program was built without {name}.");
        using JsonDocument json = JsonDocument.Parse(stream);
        JsonElement root = json.RootElement;
        return new ContractArtifact(name, Hex.Decode(root.GetProperty("bytecode").GetString()!), Hex.Decode(root.GetProperty("deployedBytecode").GetString()!),
            root.GetProperty("immutables").EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.EnumerateArray().Select(place => place.GetInt32()).ToArray(), StringComparer.Ordinal));
    }
}
