namespace Keystone.Settlements.DepositLinks;

/// <summary>Where this installation serves the page on which a party deposits. Not registered where it serves none.</summary>
public interface IDepositPages
{
    /// <summary>URL of a link. Its token stands behind <c>#</c>, which a browser sends to nobody: not to this service's log, not to a proxy, not as a referrer.</summary>
    /// <param name="token">Token of the link.</param>
    Uri UrlOf(string token);
}
