using System.Text.Json.Serialization;
using Keystone.Settlements.Deposits;

namespace Keystone.Dashboard.Deposit;

/// <summary>What the deposit page sends.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SubmitSignatureRequest))]
internal sealed partial class DepositJson : JsonSerializerContext;
