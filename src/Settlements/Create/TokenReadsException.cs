using System.Globalization;
using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Create;

/// <summary>An environment has had as many unknown tokens read from the node as it may in a minute. To those who know no more it is a node that cannot be asked now.</summary>
internal sealed class TokenReadsException(int limit, int seconds) : NodeException($"{limit} unknown tokens were read within a minute.")
{
    /// <summary>For the caller.</summary>
    public DomainError Error => new(ErrorCodes.QuotaReached, string.Create(CultureInfo.InvariantCulture,
        $"At most {limit} tokens that are not known yet are read from the chain for this environment in a minute. Nothing was stored; go on in {seconds} s, or register tokens that are used often."))
    { RetryAfterSeconds = seconds };
}
