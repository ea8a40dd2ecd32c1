using System.Globalization;
using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Deposits;

/// <summary>An environment has had as many legs checked at the node as it may in a minute. To those who know no more it is a node that cannot be asked now.</summary>
internal sealed class PreflightReadsException(int limit, int seconds) : NodeException($"{limit} legs were checked within a minute.")
{
    /// <summary>For the caller.</summary>
    public DomainError Error => new(ErrorCodes.QuotaReached, string.Create(CultureInfo.InvariantCulture,
        $"At most {limit} legs are checked at the chain for this environment in a minute. Go on in {seconds} s; a webhook says when a leg is deposited."))
    { RetryAfterSeconds = seconds };
}
