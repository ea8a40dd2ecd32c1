using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Keystone.Settlements.Deposits;

/// <summary>JSON of the documents that are signed.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class DepositsJson : JsonSerializerContext;
