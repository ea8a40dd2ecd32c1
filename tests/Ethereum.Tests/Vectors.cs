using System.Text.Json;

namespace Keystone.Ethereum.Tests;

/// <summary>tests/vectors/ethereum.json, made by another implementation.</summary>
internal static class Vectors
{
    static readonly JsonDocument Document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "ethereum.json")));

    internal static IEnumerable<JsonElement> Of(string group)
    {
        JsonElement array = Document.RootElement.GetProperty(group);
        Assert.NotEqual(0, array.GetArrayLength());
        return array.EnumerateArray();
    }

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static byte[] Bytes(this JsonElement element, string name) => Hex.Decode(element.Text(name));

    internal static UInt256 Integer(this JsonElement element, string name) => UInt256.Parse(element.Text(name));
}
