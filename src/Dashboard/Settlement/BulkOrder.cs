using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Settlement;

/// <summary>What is done to each settlement of a selection. The use case has the last word; the refusal here is what can be told beforehand.</summary>
/// <param name="Word">Word of the button.</param>
/// <param name="Consequence">What follows, in a sentence.</param>
/// <param name="ReasonHint">Who reads the reason.</param>
/// <param name="IsDanger">It cannot be taken back.</param>
/// <param name="Refusal">Why it cannot be done to a settlement; null when it can.</param>
/// <param name="Preview">What will be done to a settlement.</param>
/// <param name="RunAsync">Does it, with the reason; why not, or null when it was done.</param>
public sealed record BulkOrder(
    string Word, string Consequence, string ReasonHint, bool IsDanger, Func<SettlementView, string?> Refusal, Func<SettlementView, string> Preview, Func<SettlementView, string, Task<DomainError?>> RunAsync);
