using Keystone.Ethereum;

namespace Keystone.Settlements.Repo;

/// <summary>What an opening says of its closing.</summary>
/// <param name="MaturityAt">When it is closed, UTC, whole seconds.</param>
/// <param name="RepaymentAmount">Cash that is paid back, as sent, in units of the payment leg's token.</param>
/// <param name="Repayment">The same in smallest units.</param>
/// <param name="Rate">Rate as sent; it says nothing here.</param>
internal sealed record RepoTerms(DateTimeOffset MaturityAt, string RepaymentAmount, UInt256 Repayment, string? Rate);
