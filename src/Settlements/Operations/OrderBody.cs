using System.Text.Json.Serialization;

namespace Keystone.Settlements.Operations;

/// <summary>An operator's order, as stored.</summary>
internal sealed record OrderBody(string Order, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OrderBody))]
internal sealed partial class OrderJson : JsonSerializerContext;
