using System.ComponentModel;
using Keystone.Api.Http;
using Keystone.Settlements.Preview;

namespace Keystone.Api.Settlements;

/// <summary>What would come of a create request. Nothing was stored.</summary>
internal sealed record PreviewBody(
    [property: Description("The request breaks no rule.")] bool WouldCreate,
    [property: Description("As the 422 of a create request lists them.")] IReadOnlyList<ProblemFault> Errors,
    [property: Description("What keeps deposits from coming, as the chain has it now; none of it keeps the settlement from being made.")] IReadOnlyList<PreviewWarning> Warnings,
    [property: Description("What the operator's transactions are expected to cost; null with errors.")] ExpectedCosts? Costs);
