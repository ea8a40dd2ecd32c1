using System.Collections.Immutable;
using System.Text.Json;

namespace Keystone.Escrow.Contracts;

/// <summary>A contract as it was built and published: <c>contracts/artifacts</c>, carried inside this assembly.</summary>
public sealed class PublishedContract
{
    static readonly Lazy<PublishedContract> Escrow = new(() => Read("SettlementEscrow")), Lens = new(() => Read("EscrowLens")), Registry = new(() => Read("ComplianceRegistry")),
        Token = new(() => Read("MintableToken")), Deed = new(() => Read("MintableDeed")), Lots = new(() => Read("MintableLots")), Cash = new(() => Read("MintableCash")),
        Legacy = new(() => Read("MintableLegacy")), Shares = new(() => Read("MintableShares"));

    readonly byte[] _runtime;
    readonly ImmutableDictionary<string, ImmutableArray<int>> _immutables;

    PublishedContract(JsonElement json)
    {
        Name = json.GetProperty("contractName").GetString()!;
        CreationCode = json.GetProperty("bytecode").GetString()!;
        _runtime = Convert.FromHexString(json.GetProperty("deployedBytecode").GetString()![2..]);
        _immutables = json.GetProperty("immutables").EnumerateObject()
            .ToImmutableDictionary(entry => entry.Name, entry => entry.Value.EnumerateArray().Select(place => place.GetInt32()).ToImmutableArray(), StringComparer.Ordinal);
        Abi = json.GetProperty("abi").GetRawText();
        if (!json.TryGetProperty("create2", out JsonElement create2)) return;
        Address = create2.GetProperty("address").GetString();
        Deployer = create2.GetProperty("deployer").GetString();
        Salt = create2.GetProperty("salt").GetString();
    }

    /// <summary>The escrow.</summary>
    public static PublishedContract SettlementEscrow => Escrow.Value;

    /// <summary>Questions about settlements of an escrow.</summary>
    public static PublishedContract EscrowLens => Lens.Value;

    /// <summary>Screening results, and the gate that terms may name.</summary>
    public static PublishedContract ComplianceRegistry => Registry.Value;

    /// <summary>An ERC-20 token that everyone can mint; for sandboxes.</summary>
    public static PublishedContract MintableToken => Token.Value;

    /// <summary>An ERC-721 token that everyone can mint; for sandboxes.</summary>
    public static PublishedContract MintableDeed => Deed.Value;

    /// <summary>An ERC-1155 token that everyone can mint; for sandboxes.</summary>
    public static PublishedContract MintableLots => Lots.Value;

    /// <summary>An ERC-20 token that everyone can mint and that takes signatures as USDC does (ERC-3009, EIP-2612); for sandboxes. Its constructor is that of <see cref="MintableToken"/>.</summary>
    public static PublishedContract MintableCash => Cash.Value;

    /// <summary>An early ERC-20 token that everyone can mint: approvals change by zero only, no signatures; for sandboxes. Its constructor is that of <see cref="MintableToken"/>.</summary>
    public static PublishedContract MintableLegacy => Legacy.Value;

    /// <summary>A permissioned token (ERC-3643) that everyone can mint and whose holders everyone can verify; for sandboxes. Its constructor is that of <see cref="MintableToken"/>.</summary>
    public static PublishedContract MintableShares => Shares.Value;

    /// <summary>The contract's name in Solidity.</summary>
    public string Name { get; }

    /// <summary>The ABI, JSON.</summary>
    public string Abi { get; }

    /// <summary>Creation code without constructor arguments: <c>0x</c> and hexadecimal digits.</summary>
    public string CreationCode { get; }

    /// <summary>Where <see cref="Deployer"/> creates it with <see cref="Salt"/> (EIP-1014): the same address on every chain. Null for a contract with constructor arguments.</summary>
    public string? Address { get; }

    /// <summary>The deterministic deployment proxy; null as <see cref="Address"/>. Its call data are <see cref="Salt"/> and the creation code.</summary>
    public string? Deployer { get; }

    /// <summary>32 bytes; null as <see cref="Address"/>.</summary>
    public string? Salt { get; }

    /// <summary>The code at the contract's address, once the constructor has filled its immutable words.</summary>
    /// <param name="words">32 bytes for each immutable of the contract, by its name in Solidity. The escrow has <c>chainId</c> and <c>domainSeparator</c>.</param>
    /// <exception cref="ArgumentException">A word is missing, unknown, or not of 32 bytes.</exception>
    public byte[] RuntimeCode(IReadOnlyDictionary<string, byte[]> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        foreach (string name in words.Keys)
            if (!_immutables.ContainsKey(name)) throw new ArgumentException($"{Name} has no immutable {name}.", nameof(words));
        byte[] code = [.. _runtime];
        foreach ((string name, ImmutableArray<int> places) in _immutables)
        {
            if (!words.TryGetValue(name, out byte[]? word) || word is not { Length: 32 })
                throw new ArgumentException($"The immutable {name} of {Name} needs a word of 32 bytes.", nameof(words));
            foreach (int place in places) word.CopyTo(code, place);
        }
        return code;
    }

    static PublishedContract Read(string name)
    {
        using Stream stream = typeof(PublishedContract).Assembly.GetManifestResourceStream($"{name}.json")
            ?? throw new InvalidOperationException($"This assembly was built without {name}.");
        using JsonDocument json = JsonDocument.Parse(stream);
        return new PublishedContract(json.RootElement);
    }
}
