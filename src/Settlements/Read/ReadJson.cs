using System.Text.Json.Serialization;

namespace Keystone.Settlements.Read;

/// <summary>JSON that is stored and read here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FailureView))]
internal sealed partial class ReadJson : JsonSerializerContext;
