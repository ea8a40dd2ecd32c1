using System.Text.Json;

namespace Keystone.Ethereum.Tests;

/// <summary>tests/vectors: ethereum.json, made by another implementation, and official.json, from the consensus tests of the Ethereum Foundation.</summary>
internal static class Vectors
{
    static readonly JsonDocument Document = Read("ethereum.json");
    static readonly JsonDocument Published = Read("official.json");

    internal static IEnumerable<JsonElement> Of(string group) => Of(Document, group);

    internal static IEnumerable<JsonElement> Official(string group) => Of(Published, group);

    static JsonDocument Read(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", name)));

    static IEnumerable<JsonElement> Of(JsonDocument document, string group)
    {
        JsonElement array = document.RootElement.GetProperty(group);
        Assert.NotEqual(0, array.GetArrayLength());
        return array.EnumerateArray();
    }

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static byte[] Bytes(this JsonElement element, string name) => Hex.Decode(element.Text(name));

    internal static UInt256 Integer(this JsonElement element, string name) => UInt256.Parse(element.Text(name));
}
